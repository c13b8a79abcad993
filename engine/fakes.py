"""The ports of engine/ports.py in memory: for tests, and for trying rules on cases written by hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal

from engine.errors import InvalidInput, NotFound
from engine.facts.catalogue import HOLD_REASONS, CustomerCase
from engine.facts.projection import Future, totals_of
from engine.money import money_json
from engine.ports import Change, SourceState
from engine.ruleset.condition import FactValue
from engine.ruleset.model import Ruleset

_CHOOSING = ("source", "customer_kind", "segment", "country", "dunning_allowed", "has_email")


@dataclass(slots=True)
class FixedClock:
    """A clock that stands until it is set."""

    moment: datetime

    def now(self) -> datetime:
        """The moment it was set to."""
        return self.moment


@dataclass(frozen=True, slots=True)
class FixedRates:
    """The same rates every day: PLN for one unit of a currency."""

    rates: Mapping[str, Decimal] = field(default_factory=dict)

    def rate(self, currency: str, day: date) -> Decimal | None:  # noqa: ARG002  the same every day
        """PLN for one unit; None when not known. PLN is 1."""
        return Decimal(1) if currency == "PLN" else self.rates.get(currency)


@dataclass(slots=True)
class InMemoryFacts:
    """Cases by source and customer key. Amounts of items are in the ledger currency of their ruleset."""

    states: Mapping[str, SourceState] = field(default_factory=dict)
    cases: dict[tuple[str, str], CustomerCase] = field(default_factory=dict)
    pinned: dict[tuple[str, str], str] = field(default_factory=dict)

    def sources(self) -> Sequence[SourceState]:
        """Every source, by key."""
        return [self.states[key] for key in sorted(self.states)]

    def case(
        self,
        source: str,
        customer: str,
        as_of: date,
        ruleset: Ruleset,
        *,
        known_at: datetime | None = None,  # noqa: ARG002  everything is known
        changes: Iterable[Change] = (),
    ) -> CustomerCase:
        """The case on its own day, or later as if only time had passed. Raises NotFound, InvalidInput."""
        case = self._case(source, customer)
        if as_of < case.customer.as_of:
            raise InvalidInput(f"Nothing is known before {case.customer.as_of}.", field="as_of")
        for change in changes:
            case = changed(case, change, ruleset.ledger_currency)
        days = (as_of - case.customer.as_of).days
        return Future(case, ruleset.ladder, None).at(days) if days else case

    def customer_facts(self, source: str, customer: str, as_of: date) -> Mapping[str, FactValue]:  # noqa: ARG002
        """The facts that choose a ruleset, and `ruleset`, the pinned one. Raises NotFound."""
        facts = self._case(source, customer).customer.facts
        return {name: facts[name] for name in _CHOOSING} | {"ruleset": self.pinned.get((source, customer))}

    def finances(
        self,
        source: str,
        customer: str,
        first: date,
        last: date,
        currency: str | None,
        as_of: date,  # noqa: ARG002
    ) -> Mapping[str, object]:
        """Debt per currency as decimal strings, of items issued in the period; there are no payments in memory.

        Raises NotFound.
        """  # fmt: skip
        lines = [line for line in self._case(source, customer).lines if first <= line.issue_date <= last]
        debts: dict[str, int] = {}
        for line in lines:
            if currency in {None, line.currency}:
                debts[line.currency] = debts.get(line.currency, 0) + line.open_minor
        return {
            "debt": {code: money_json(minor, code)["amount"] for code, minor in sorted(debts.items())},
            "payments": [],
        }

    def state(self, source: str, customer: str, as_of: date) -> Mapping[str, object]:  # noqa: ARG002  as it is
        """Stage reached by each item, what is pending and whether services are suspended. Raises NotFound."""
        case = self._case(source, customer)
        return {
            "stages": {item.key: item.facts["stage"] for item in case.items},
            "pending": list(case.pending),
            "suspended": case.customer.facts["suspended"],
        }

    def _case(self, source: str, customer: str) -> CustomerCase:
        try:
            return self.cases[source, customer]
        except KeyError:
            raise NotFound("customer", customer) from None


@dataclass(frozen=True, slots=True)
class InMemoryRulesets:
    """Versions with the day from which each is effective."""

    versions: Sequence[tuple[date, Ruleset]] = ()

    def effective(self, as_of: date) -> Sequence[Ruleset]:
        """The latest version of each ruleset effective on a day, by priority then id."""
        latest: dict[str, tuple[date, Ruleset]] = {}
        for day, ruleset in sorted(self.versions, key=lambda version: version[0]):
            if day <= as_of:
                latest[ruleset.id] = (day, ruleset)
        return sorted((ruleset for _, ruleset in latest.values()), key=lambda one: (one.priority, one.id))


def changed(case: CustomerCase, change: Change, ledger: str) -> CustomerCase:
    """The case after a hypothetical payment or hold; totals follow. Raises InvalidInput naming the field."""
    if change.item is not None and all(item.key != change.item for item in case.items):
        raise InvalidInput(f"The customer has no open item '{change.item}'.", field="changes.item")
    if change.kind == "hold":
        return _held(case, change)
    if change.kind != "payment":
        raise InvalidInput(f"A change is a payment or a hold, not '{change.kind}'.", field="changes.kind")
    if change.currency not in {None, ledger}:
        raise InvalidInput(f"Payments are in {ledger} here, not in {change.currency}.", field="changes.currency")
    if change.amount_minor <= 0:
        raise InvalidInput("A hypothetical payment must be more than zero.", field="changes.amount")
    return _paid(case, change)


def _held(case: CustomerCase, change: Change) -> CustomerCase:
    if change.reason not in HOLD_REASONS:
        raise InvalidInput(f"A hold's reason is one of {', '.join(HOLD_REASONS)}.", field="changes.reason")
    held: dict[str, FactValue] = {"on_hold": True, "hold_reason": change.reason}
    disputed: dict[str, FactValue] = {"disputed": True} if change.reason in {"dispute", "complaint"} else {}
    items = tuple(
        replace(item, facts={**item.facts, **held, **disputed}) if change.item in {None, item.key} else item
        for item in case.items
    )
    customer = case.customer
    if change.item is None:
        customer = replace(customer, facts={**customer.facts, **held})
    return _totalled(replace(case, customer=customer, items=items))


def _paid(case: CustomerCase, change: Change) -> CustomerCase:
    left = change.amount_minor
    kept = []
    for item, line in zip(case.items, case.lines, strict=True):
        owed = int(item.facts["open_amount"] or 0)
        used = min(left, owed) if item.key == change.item else 0
        left -= used
        if used < owed or item.key != change.item:
            facts = {**item.facts, "open_amount": owed - used} if used else item.facts
            kept.append((replace(item, facts=facts), replace(line, open_minor=line.open_minor - used)))
    facts = {**case.customer.facts, "credit_amount": int(case.customer.facts["credit_amount"] or 0) + left}
    return _totalled(
        replace(
            case,
            customer=replace(case.customer, facts=facts),
            items=tuple(item for item, _ in kept),
            lines=tuple(line for _, line in kept),
        )
    )


def _totalled(case: CustomerCase) -> CustomerCase:
    totals = totals_of(case)
    return replace(
        case,
        customer=replace(case.customer, facts={**case.customer.facts, **totals}),
        items=tuple(replace(item, facts={**item.facts, **totals}) for item in case.items),
    )
