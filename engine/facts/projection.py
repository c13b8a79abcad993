"""What days do to facts when nothing else happens."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from engine.facts.calendar import on_day
from engine.facts.case import CaseItem, CustomerCase
from engine.facts.catalogue import CATALOGUE
from engine.facts.history import notice_facts
from engine.facts.totals import totals_of
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


class Future:
    """One customer's case on later days. Totals that its items do not explain stay as they are given."""

    def __init__(self, case: CustomerCase, ladder: Ladder, working_day: Callable[[date], bool] | None) -> None:
        self._case = case
        self._ladder = ladder
        self._working_day = working_day
        self._explained = {name for name, value in totals_of(case).items() if case.facts[name] == value}
        self._insolvent = bool(case.facts["insolvent"]) == _insolvent(case)
        self._noticed = any(stage == ladder.notice for line in case.lines for stage, _ in line.sent)

    def at(self, days: int) -> CustomerCase:
        """The case so many days later."""
        day = self._case.as_of + timedelta(days=days)
        items = tuple(_later(item, days, day) for item in self._case.open_items)
        case = replace(self._case, as_of=day, facts=self._customer(days, day), open_items=items)
        return case.with_facts(self._following(case))

    def _customer(self, days: int, day: date) -> dict[str, FactValue]:
        facts = aged(self._case.facts, days)
        if not self._case.facts["oldest_days_past_due"]:
            facts["oldest_days_past_due"] = 0
        if _over(self._case.hold_until, day):
            facts |= _RELEASED
        facts["promises_broken"] = int(facts["promises_broken"] or 0) + self._broken(day)
        facts |= on_day(self._case.facts, self._case.as_of, day, self._case.blackout)
        if self._working_day is not None:
            facts["working_day"] = self._working_day(day)
        return facts

    def _following(self, case: CustomerCase) -> dict[str, FactValue]:
        """What follows from the items once the day has come."""
        following = {name: value for name, value in totals_of(case).items() if name in self._explained}
        if self._insolvent:
            following["insolvent"] = _insolvent(case)
        if self._noticed:
            following |= notice_facts(case.open_items, self._ladder, case.as_of)
        return following

    def _broken(self, day: date) -> int:
        """Promises that have passed by then with the money still owed."""
        customer = self._case.facts["hold_reason"] == "promise" and _over(self._case.hold_until, day)
        items = sum(
            item.facts["hold_reason"] == "promise"
            and item.line.hold_until != self._case.hold_until
            and _over(item.line.hold_until, day)
            for item in self._case.open_items
        )
        return int(customer) + items


def _later(item: CaseItem, days: int, day: date) -> CaseItem:
    facts = aged(item.facts, days)
    if _over(item.line.hold_until, day):
        facts |= _RELEASED | {"disputed": False}
    return CaseItem(item.line, facts)


def _insolvent(case: CustomerCase) -> bool:
    """Whether a hold for insolvency, which weighs most, is on the customer or an item of the case."""
    return any(facts["hold_reason"] == "insolvency" for facts in (case.facts, *(one.facts for one in case.open_items)))


def _over(last_day: date | None, day: date) -> bool:
    return last_day is not None and day > last_day
