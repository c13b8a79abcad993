"""How long documents are kept (accounting act art. 74; Ordynacja podatkowa art. 70 and 86)."""

from __future__ import annotations

from datetime import date

from engine.law.dated import DAY, Parameter
from engine.law.periods import months_after, year_end, years_after


def keep_until(event: date, years: Parameter[int], fiscal_year_end: date | None = None) -> date:
    """The last day of keeping: so many years from the end of the fiscal year of the event.

    Event: a voucher of a trade claim was settled, closed or time-barred; books were closed; a tax became due.
    `fiscal_year_end`: an end of any fiscal year, in the month in which they end; without it calendar years.
    """
    end = year_end(event) if fiscal_year_end is None else _fiscal_year_end(event, fiscal_year_end)
    # by months from the first day of the next year, so that the last of February stays the last
    return years_after(end + DAY, years.on(event).value) - DAY


def _fiscal_year_end(event: date, any_end: date) -> date:
    begin = any_end + DAY
    months = (event.year - begin.year) * 12 + event.month - begin.month
    return months_after(begin.replace(day=1), 12 * (months // 12 + 1)) - DAY
