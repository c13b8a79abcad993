"""Which day's exchange rate counts for tax (VAT act art. 31a par. 1 and 2; CIT act art. 12; PIT act art. 11a)."""

from __future__ import annotations

from datetime import date

from engine.law.days_off import DaysOff


def tax_point(issued: date, supplied: date | None) -> date:
    """The day before which a rate is looked for: the supply, or the issue of the invoice where that came first.

    `supplied` None: the invoice names no other day than that of its issue.
    """
    return min(issued, supplied) if supplied else issued


def rate_day(point: date, days_off: DaysOff) -> date:
    """The last working day before a tax point; its NBP table A counts."""
    return days_off.working_day_before(point)
