"""How long documents are kept (accounting act art. 74; Ordynacja podatkowa art. 70 and 86; HGB § 257, AO § 147)."""

from __future__ import annotations

from datetime import date
from typing import Final

from engine.law.law import Law
from engine.law.periods import months_after, year_end, years_after

#: The term that runs from the year in which a tax is due: in the month after the event (Ordynacja art. 70 par. 1).
_OF_TAX: Final = "retention_tax_years"


def keep_until(law: Law, term: str, event: date, as_of: date) -> date | None:
    """The last day of keeping: as many years as a parameter says on a day, from the end of the event's calendar year.

    Event: a claim was settled or closed, a document was issued or sent. None where the law has no such parameter. A
    term holds until it is changed: one that was not verified lately still protects what it protected.
    """
    if term not in law.parameters:
        return None
    years = law.parameter(term, int)
    begin = months_after(event, 1) if term == _OF_TAX else event
    return years_after(year_end(begin), years.on(min(as_of, years.verified_to)).value)
