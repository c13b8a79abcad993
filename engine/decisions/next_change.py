"""The next day on which the answer changes if nothing but time passes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Final

from engine.facts.calendar import CALENDAR, calendar_facts
from engine.facts.case import CustomerCase
from engine.facts.projection import GROWING, Future
from engine.ruleset.condition import Test, tests
from engine.ruleset.model import Ruleset

#: How far ahead is looked, in days.
HORIZON: Final = 366

_OLDEST: Final = "oldest_days_past_due"


class NextChange:
    """The days on which the conditions of one ruleset version may turn: only those are tried."""

    def __init__(self, ruleset: Ruleset) -> None:
        self._ruleset = ruleset
        conditions = [rule.when for rule in ruleset.rules] + [guard.when for guard in ruleset.guards]
        read = [test for condition in conditions for test in tests(condition)]
        turns: dict[str, set[int]] = defaultdict(set)
        for test in read:
            if test.fact in GROWING:
                turns[test.fact].update(turning_values(test))
        self._turns: Mapping[str, tuple[int, ...]] = {fact: tuple(sorted(values)) for fact, values in turns.items()}
        self._working_days = any(test.fact == "working_day" for test in read)
        self._calendar = tuple(sorted({test.fact for test in read} & CALENDAR))
        self._again = {
            rule.id: int(str(action.params["again_after"]))
            for rule in ruleset.rules
            for action in rule.then
            if "again_after" in action.params
        }

    def of(
        self, case: CustomerCase, answer: Callable[[CustomerCase], Hashable], working_day: Callable[[date], bool] | None
    ) -> date | None:
        """The first later day, within a year, whose `answer` differs from today's; None if there is none.

        Synchronizations and runs are taken to go on, amounts and rates to stay. working_day: the calendar; without it
        every day is taken to be like today.
        """
        today = answer(case)
        future = Future(case, self._ruleset.ladder, working_day)
        for days in self._days(case, working_day):
            if answer(future.at(days)) != today:
                return case.customer.as_of + timedelta(days=days)
        return None

    def _days(self, case: CustomerCase, working_day: Callable[[date], bool] | None) -> Sequence[int]:
        """The days ahead on which anything may turn, ascending."""
        found = set(self._turning_days(case))
        if self._ruleset.ladder.catch_up == "skip":
            found |= {days + int(case.customer.facts["days_since_last_run"] or 1) for days in found}
        ahead = sorted(days for days in found if 0 < days <= HORIZON)
        if not self._calendar and (working_day is None or not self._working_days):
            return ahead
        return sorted({*ahead, *self._calendar_turns(case, ahead, working_day)})

    def _calendar_turns(
        self, case: CustomerCase, ahead: Sequence[int], working_day: Callable[[date], bool] | None
    ) -> Iterator[int]:
        """Between two turning days only the calendar changes: of each sort of day the first."""
        for start, end in pairwise((0, *ahead, HORIZON + 1)):
            met = set()
            for days in range(start, end):
                sort = self._sort(case, days, working_day)
                if sort not in met:
                    met.add(sort)
                    yield days

    def _sort(self, case: CustomerCase, days: int, working_day: Callable[[date], bool] | None) -> Hashable:
        """What the conditions can tell of a day."""
        day = case.customer.as_of + timedelta(days=days)
        working = working_day is not None and self._working_days and working_day(day)
        told = calendar_facts(day, case.blackout)
        return working, tuple(told[name] for name in self._calendar)

    def _turning_days(self, case: CustomerCase) -> Iterator[int]:
        as_of = case.customer.as_of
        for snapshot in (case.customer, *case.items):
            for fact, values in self._turns.items():
                seen = snapshot.facts.get(fact)
                if seen is not None:
                    yield from (value - int(seen) for value in values)
        oldest = self._turns.get(_OLDEST, ())
        for item in case.items:
            past_due = int(item.facts["days_past_due"] or 0)
            yield 1 - past_due
            yield from (value - past_due for value in oldest)
        yield from (days for day in self._dated(case) for days in ((day - as_of).days,))

    def _dated(self, case: CustomerCase) -> Iterator[date]:
        """Days on which holds have ended, waits are over and what was notified may be notified again."""
        ladder = self._ruleset.ladder
        for until in (case.hold_until, *(line.hold_until for line in case.lines)):
            if until is not None:
                yield until + timedelta(days=1)
        since_notice = self._turns.get("days_since_notice", ())
        since_cut = self._turns.get("days_since_suspension_allowed", ())
        for line in case.lines:
            if line.cut_from is not None:
                yield from (line.cut_from + timedelta(days=value) for value in since_cut)
            for stage, day in line.sent:
                yield from (day + timedelta(days=step.wait) for step in ladder.stages)
                if stage == ladder.notice:
                    yield from (day + timedelta(days=value) for value in since_notice)
        for rule, day in case.notified.items():
            yield day + timedelta(days=self._again.get(rule, 0))


def turning_values(test: Test) -> Iterator[int]:
    """The values of a growing fact at which a comparison may turn."""
    operands: Iterable[object] = test.value if isinstance(test.value, tuple) else (test.value,)
    for value in operands:
        if isinstance(value, int):
            yield value
            yield value + 1
