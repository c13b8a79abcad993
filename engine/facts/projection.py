"""What days do to facts when nothing else happens."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from engine.facts.catalogue import CATALOGUE, CustomerCase, ItemLine, Snapshot
from engine.facts.history import notice_facts
from engine.facts.totals import customer_totals
from engine.ruleset.condition import FactValue
from engine.ruleset.model import Ladder

#: Facts that count days and so grow by one each day. The previous run is not among them: runs go on.
GROWING: Final = tuple(fact.name for fact in CATALOGUE if fact.type == "days" and fact.name != "days_since_last_run")
_RELEASED: Final[dict[str, FactValue]] = {"on_hold": False, "hold_reason": None}


def aged(facts: Mapping[str, FactValue], days: int) -> dict[str, FactValue]:
    """The facts with their day counts moved by a number of days, which may be negative; absent ones stay absent."""
    moved = dict(facts)
    for name in GROWING:
        value = moved.get(name)
        if value is not None:
            moved[name] = int(value) + days
    return moved


def amount_of(facts: Mapping[str, FactValue], name: str) -> int | None:
    """An integer fact; None when it is absent."""
    value = facts[name]
    return None if value is None else int(value)


def totals_of(case: CustomerCase) -> dict[str, FactValue]:
    """The customer's totals as they follow from the items of the case."""
    return customer_totals(
        (
            (amount_of(item.facts, "open_amount"), int(item.facts["days_past_due"] or 0), bool(item.facts["on_hold"]))
            for item in case.items
        ),
        amount_of(case.customer.facts, "credit_amount"),
        amount_of(case.customer.facts, "credit_limit"),
    )


class Future:
    """One customer's case on later days. Totals that his items do not explain stay as they are given."""

    def __init__(self, case: CustomerCase, ladder: Ladder, working_day: Callable[[date], bool] | None) -> None:
        self._case = case
        self._ladder = ladder
        self._working_day = working_day
        today = case.customer.facts
        self._explained = {name for name, value in totals_of(case).items() if today[name] == value}
        self._insolvent = bool(today["insolvent"]) == _insolvent(case)
        self._noticed = any(stage == ladder.notice for line in case.lines for stage, _ in line.sent)

    def at(self, days: int) -> CustomerCase:
        """The case so many days later."""
        day = self._case.customer.as_of + timedelta(days=days)
        items = [
            self._item(item, line, days, day) for item, line in zip(self._case.items, self._case.lines, strict=True)
        ]
        moved = self._customer(days, day)
        case = replace(self._case, customer=replace(self._case.customer, as_of=day, facts=moved), items=tuple(items))
        shared = self._shared(case, moved)
        return replace(
            case,
            customer=replace(case.customer, facts=moved | shared),
            items=tuple(replace(item, facts={**item.facts, **shared}) for item in items),
        )

    def _item(self, item: Snapshot, line: ItemLine, days: int, day: date) -> Snapshot:
        facts = aged(item.facts, days)
        if _over(line.hold_until, day):
            facts |= _RELEASED | {"disputed": False}
        return replace(item, as_of=day, facts=facts)

    def _customer(self, days: int, day: date) -> dict[str, FactValue]:
        facts = aged(self._case.customer.facts, days)
        if not self._case.customer.facts["oldest_days_past_due"]:
            facts["oldest_days_past_due"] = 0
        if _over(self._case.hold_until, day):
            facts |= _RELEASED
        facts["promises_broken"] = int(facts["promises_broken"] or 0) + self._broken(day)
        if self._working_day is not None:
            facts["working_day"] = self._working_day(day)
        return facts

    def _shared(self, case: CustomerCase, moved: Mapping[str, FactValue]) -> dict[str, FactValue]:
        """Customer facts that items carry too, after the day has come."""
        shared = {name: moved[name] for name in _CARRIED}
        shared |= {name: value for name, value in totals_of(case).items() if name in self._explained}
        if self._insolvent:
            shared["insolvent"] = _insolvent(replace(case, customer=replace(case.customer, facts=moved)))
        if self._noticed:
            shared |= notice_facts(case.items, case.lines, self._ladder, case.customer.as_of)
        return shared

    def _broken(self, day: date) -> int:
        """Promises that have passed by then with the money still owed."""
        customer = self._case.customer.facts["hold_reason"] == "promise" and _over(self._case.hold_until, day)
        items = sum(
            item.facts["hold_reason"] == "promise" and line.hold_until != self._case.hold_until
            and _over(line.hold_until, day)
            for item, line in zip(self._case.items, self._case.lines, strict=True)
        )  # fmt: skip
        return int(customer) + items


def _insolvent(case: CustomerCase) -> bool:
    """Whether a hold for insolvency, which weighs most, is on the customer or an item of the case."""
    return any(one.facts["hold_reason"] == "insolvency" for one in (case.customer, *case.items))


_CARRIED: Final = ("oldest_days_past_due", "promises_broken", "working_day")


def _over(last_day: date | None, day: date) -> bool:
    return last_day is not None and day > last_day
