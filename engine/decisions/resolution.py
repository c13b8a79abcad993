"""From what matches to verdicts: the ladder and the hit policy first, then guards, which beat every rule."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from engine.actions import KINDS
from engine.decisions.ladder import Candidate, climb
from engine.decisions.matching import Matched, Matcher
from engine.decisions.model import Verdict
from engine.facts.calendar import Blackout, next_open_day, on_day
from engine.facts.case import CustomerCase, ItemLine, Snapshot
from engine.facts.projection import aged
from engine.ruleset.model import ActionSpec, Guard, Ladder, Rule
from engine.ruleset.outcome import Outcome

WorkingDay = Callable[[date], bool]
_Asked = tuple[Rule, ActionSpec]


@dataclass(frozen=True, slots=True)
class Resolver:
    """Turns matches of one customer's case into verdicts.

    explain: every verdict is given, not only what is decided. `working_day` dates what guards defer
    to a working day.
    """

    ladder: Ladder
    case: CustomerCase
    working_day: WorkingDay | None = None
    explain: bool = False

    def item(
        self, snapshot: Snapshot, line: ItemLine, matched: Matched, matcher: Matcher, customer_guards: Iterable[Guard]
    ) -> list[Verdict]:
        """The verdicts of one item, in document order. `customer_guards`: those that hold and read customers only."""
        guards = (*matched.guards, *(guard for guard in customer_guards if guard.subjects == ("customer",)))
        return self._verdicts(snapshot, line, matched.rules, guards, matcher)

    def customer(self, matched: Matched, matcher: Matcher) -> list[Verdict]:
        """The verdicts of the customer, in document order."""
        return self._verdicts(self.case.customer, None, matched.rules, matched.guards, matcher)

    def _verdicts(
        self,
        snapshot: Snapshot,
        line: ItemLine | None,
        rules: Sequence[Rule],
        guards: Sequence[Guard],
        matcher: Matcher,
    ) -> list[Verdict]:
        asked = [(rule, action) for rule in rules for action in rule.then]
        outcomes: dict[int, Outcome] = {}
        for kind in dict.fromkeys(action.kind for _, action in asked):
            indices = [index for index, (_, action) in enumerate(asked) if action.kind == kind]
            group = [asked[index] for index in indices]
            if KINDS[kind].laddered and line is not None:
                candidates = [Candidate(rule.id, action.stage or "") for rule, action in group]
                missed = _matched_before(snapshot, matcher, self.case.blackout)
                found = climb(self.ladder, line, snapshot.as_of, candidates, missed)
            else:
                found = self._first_wins(group)
            guard = stopping(guards, kind)
            for position, outcome in found.items():
                outcomes[indices[position]] = self._guarded(outcome, guard)
        return [
            self._verdict(snapshot, rule, action, outcomes[index], matcher)
            for index, (rule, action) in enumerate(asked)
            if self.explain or outcomes[index].name == "decided"
        ]

    def _first_wins(self, group: Sequence[_Asked]) -> Mapping[int, Outcome]:
        rule, action = group[0]
        outranked = Outcome("outranked", by=rule.id)
        first = KINDS[action.kind].outcome(rule.id, action, self.case)
        return {index: outranked if index else first for index in range(len(group))}

    def _guarded(self, outcome: Outcome, guard: Guard | None) -> Outcome:
        if guard is None or outcome.name != "decided":
            return outcome
        if guard.effect == "forbid":
            return Outcome("forbidden", by=guard.id)
        return Outcome("deferred", by=guard.id, until=self._later(guard))

    def _later(self, guard: Guard) -> date:
        """The next day, or the next of those the guard waits for; working days where the calendar is known."""
        day = self.case.customer.as_of + timedelta(days=1)
        if guard.until == "next_open_day":
            return next_open_day(day, self.case.blackout)
        if guard.until == "next_working_day" and self.working_day is not None:
            while not self.working_day(day):
                day += timedelta(days=1)
        return day

    def _verdict(
        self, snapshot: Snapshot, rule: Rule, action: ActionSpec, outcome: Outcome, matcher: Matcher
    ) -> Verdict:
        results = matcher.results(rule.id, snapshot.facts)
        return Verdict(
            snapshot.subject, snapshot.key, rule.id, action, outcome.name, outcome.by, outcome.until, results
        )


def stopping(guards: Iterable[Guard], kind: str) -> Guard | None:
    """Of the guards that hold, the one that stops a kind of action: what forbids it before what defers it."""
    stops = [guard for guard in guards if not guard.kinds or kind in guard.kinds]
    return next((guard for guard in stops if guard.effect == "forbid"), stops[0] if stops else None)


def not_matched(snapshot: Snapshot, matched: Matched, matcher: Matcher) -> Iterator[Verdict]:
    """Why not: every action of every rule that did not match, with the values seen."""
    hit = {rule.id for rule in matched.rules}
    for rule in matcher.rules:
        if rule.id not in hit:
            results = matcher.results(rule.id, snapshot.facts)
            for action in rule.then:
                yield Verdict(snapshot.subject, snapshot.key, rule.id, action, "not_matched", tests=results)


def _matched_before(snapshot: Snapshot, matcher: Matcher, blackout: Blackout) -> Callable[[str], bool]:
    """Tells of a rule whether it held at the previous run already, had nothing happened since but days passing."""

    def missed(rule: str) -> bool:
        since = int(snapshot.facts["days_since_last_run"] or 1)
        calendar = on_day(snapshot.facts, snapshot.as_of, snapshot.as_of - timedelta(days=since), blackout)
        return matcher.holds(rule, aged(snapshot.facts, -since) | calendar)

    return missed
