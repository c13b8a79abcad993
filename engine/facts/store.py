"""The port of stored facts: what is asked of the mirrored books, one customer at a time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from engine.facts.case import CustomerCase
from engine.facts.doubts import Doubt
from engine.facts.recipients import Recipients
from engine.ruleset.condition import FactValue
from engine.ruleset.model import Ruleset


@dataclass(frozen=True, slots=True)
class SourceState:
    """One mirrored F-K system. `synced_at`: its last complete sync; `books_at`: when what was read then is from, None
    where the system shows the present. `age_hours`: hours that count since the older of both, and `stale`: whether they
    are more than the company allows; None, and stale, where the company cannot be read."""

    key: str
    title: str
    ledger_currency: str
    jurisdiction: str
    synced_at: datetime | None
    books_at: datetime | None = None
    age_hours: int | None = None
    stale: bool = True

    @property
    def age(self) -> Mapping[str, str | int | bool | None]:
        """How old its books are, as plain JSON data."""
        return {
            "synced_at": self.synced_at.isoformat() if self.synced_at else None,
            "books_at": self.books_at.isoformat() if self.books_at else None,
            "age_hours": self.age_hours,
            "stale": self.stale,
        }


@dataclass(frozen=True, slots=True)
class Change:
    """A hypothetical change for one evaluation: a payment on an item (`item` None: unallocated), in minor units of the
    given currency; or a hold with a reason."""

    kind: str
    amount_minor: int = 0
    currency: str | None = None
    item: str | None = None
    reason: str | None = None


class FactStore(Protocol):
    """Synchronized facts, read in bulk."""

    def sources(self) -> Sequence[SourceState]:
        """Every mirrored system, by key."""
        ...

    def case(
        self,
        source: str,
        customer: str,
        as_of: date,
        ruleset: Ruleset,
        *,
        known_at: datetime | None = None,
        changes: Iterable[Change] = (),
    ) -> CustomerCase:
        """One customer's case. Raises NotFound."""
        ...

    def customer_facts(self, source: str, customer: str, as_of: date) -> Mapping[str, FactValue]:
        """The customer facts that choose a ruleset (source, kind, segment, country) and `ruleset`, the pinned one.

        Raises NotFound.
        """
        ...

    def recipients(self, source: str, customer: str) -> Recipients:
        """Who gets the messages to a customer. Raises NotFound."""
        ...

    def finances(
        self, source: str, customer: str, first: date, last: date, currency: str | None, as_of: date
    ) -> Mapping[str, object]:
        """Turnover, profit where cost is known, debt by age and currency, credit limit and use, open items and
        payments of a period, as plain JSON data with decimal strings. Raises NotFound."""
        ...

    def state(self, source: str, customer: str, as_of: date) -> Mapping[str, object]:
        """Name, stage reached, holds, doubts about the books, services with desired state and version, pending actions,
        last contact, as plain JSON data. Raises NotFound."""
        ...

    def doubts(self, source: str, customer: str) -> Sequence[Doubt]:
        """Why the customer's books are in doubt now, those of the whole source first; nothing: they are not."""
        ...
