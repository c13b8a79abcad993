"""What must still be kept: classes of records, and the day from which each may go.

How a term is counted is the law's and is handed in: this package asks for it by the names that a class has.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

#: The last day of keeping by a parameter of the law, of a record of a day; None where the jurisdiction has no such
#: parameter.
Term = Callable[[str, date], date | None]


class RecordClass(Enum):
    """A class of records with the parameters that set its term: the first that the jurisdiction has."""

    VOUCHER = ("retention_voucher_years",)
    TAX = ("retention_tax_years", "retention_voucher_years")
    BOOKS = ("retention_books_years", "retention_voucher_years")
    LETTER = ("retention_letter_years", "retention_voucher_years")


@dataclass(frozen=True, slots=True)
class Record:
    """The newest record of a class: `day` it was settled, issued or sent; None: what it is about is still open."""

    what: RecordClass
    day: date | None


@dataclass(frozen=True, slots=True)
class Ground:
    """Why something is kept: `until` its last day, None while it is open; `parameter`: the law's name of the term,
    empty while open."""

    what: RecordClass
    day: date | None
    until: date | None
    parameter: str

    def as_json(self) -> dict[str, str | None]:
        """Plain JSON data; days in ISO 8601."""
        since, until = (day.isoformat() if day else None for day in (self.day, self.until))
        return {"class": self.what.name.lower(), "since": since, "until": until, "parameter": self.parameter}


@dataclass(frozen=True, slots=True)
class Kept:
    """What still has to be kept, and why; nothing: it may go."""

    grounds: tuple[Ground, ...]

    def __bool__(self) -> bool:
        return bool(self.grounds)

    @property
    def free_on(self) -> date | None:
        """The first day on which nothing has to be kept; None when nothing is, or the day is not known yet."""
        days = [ground.until for ground in self.grounds]
        known = [day for day in days if day is not None]
        return max(known) + timedelta(days=1) if known and len(known) == len(days) else None


class TermUnknown(LookupError):
    """No term is known for a class of records, so nothing of it may be erased."""

    def __init__(self, what: RecordClass) -> None:
        super().__init__(f"No term of keeping is known for the class '{what.name.lower()}'.")
        self.what = what


def kept(records: Iterable[Record], term: Term, as_of: date) -> Kept:
    """Which records have to be kept on a day. Raises TermUnknown when the jurisdiction has no term for a class."""
    return Kept(tuple(ground for record in records if (ground := _ground(record, term, as_of))))


def _ground(record: Record, term: Term, as_of: date) -> Ground | None:
    if record.day is None:
        return Ground(record.what, None, None, "")
    for name in record.what.value:
        until = term(name, record.day)
        if until is not None:
            return Ground(record.what, record.day, until, name) if as_of <= until else None
    raise TermUnknown(record.what)
