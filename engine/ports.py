"""What the engine and the API need from outside, as protocols. Adapters implement them; engine/fakes.py fakes them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Protocol, TypeAlias

from engine.facts.catalogue import CustomerCase
from engine.ruleset.condition import FactValue
from engine.ruleset.model import Ruleset

#: A transaction of the store behind the ports. Whoever is given one hands it on and does not look into it.
Transaction: TypeAlias = Any


class Clock(Protocol):
    """The only source of the present."""

    def now(self) -> datetime:
        """The moment, timezone-aware."""
        ...


class RateTable(Protocol):
    """Official exchange rates (NBP table A mid rates, PLN per unit)."""

    def rate(self, currency: str, day: date) -> Decimal | None:
        """PLN for one unit of the currency on the last working day before `day`; None when not known. PLN is 1."""
        ...


@dataclass(frozen=True, slots=True)
class SourceState:
    """One mirrored F-K system."""

    key: str
    title: str
    ledger_currency: str
    jurisdiction: str
    synced_at: datetime | None


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
        ...  # fmt: skip

    def customer_facts(self, source: str, customer: str, as_of: date) -> Mapping[str, FactValue]:
        """The customer facts that choose a ruleset (source, kind, segment, country) and `ruleset`, the pinned one.

        Raises NotFound.
        """
        ...

    def finances(
        self, source: str, customer: str, first: date, last: date, currency: str | None, as_of: date
    ) -> Mapping[str, object]:
        """Turnover, profit where cost is known, debt by age and currency, credit limit and use, open items and
        payments of a period, as plain JSON data with decimal strings. Raises NotFound."""
        ...

    def state(self, source: str, customer: str, as_of: date) -> Mapping[str, object]:
        """Name, stage reached, holds, services with desired state and version, pending actions, last contact, as plain
        JSON data. Raises NotFound."""
        ...


class RulesetStore(Protocol):
    """Versions of rulesets."""

    def effective(self, as_of: date) -> Sequence[Ruleset]:
        """The approved versions effective on a day, by priority then id."""
        ...
