"""The ladder: of the stages that match for one item, which is sent today, and what becomes of the others."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Final, NamedTuple

from engine.facts.case import ItemLine
from engine.ruleset.model import Ladder
from engine.ruleset.outcome import DECIDED, PENDING, Outcome


class Candidate(NamedTuple):
    """A stage that a matching rule asks for."""

    rule: str
    stage: str


def climb(
    ladder: Ladder, line: ItemLine, as_of: date, candidates: Sequence[Candidate], missed: Callable[[str], bool]
) -> Mapping[int, Outcome]:
    """The outcome of each candidate (by its index); at most one is 'decided'. Candidates are in document order.

    missed: tells of a rule whether it matched at the previous run already, by the mere passing of time.
    """
    if line.pending is not None:
        return dict.fromkeys(range(len(candidates)), PENDING)
    climbing = _Climb(ladder, line, as_of, candidates)
    if ladder.mode == "most_severe":
        climbing.most_severe()
    else:
        climbing.next_step(missed)
    return climbing.outcomes


def is_behind(ladder: Ladder, line: ItemLine, stage: str) -> bool:
    """Whether a stage needs no sending any more: it was sent or, on a stepwise ladder, one above it was."""
    if ladder.mode == "most_severe":
        return any(sent == stage for sent, _ in line.sent)
    return any(ladder.position(sent) >= ladder.position(stage) >= 0 for sent, _ in line.sent)


def is_too_soon(ladder: Ladder, line: ItemLine, stage: str, as_of: date) -> bool:
    """Whether, on a stepwise ladder, a stage's wait after the last sending has not passed on a day."""
    sent = [day for name, day in line.sent if ladder.position(name) >= 0]
    position = ladder.position(stage)
    if ladder.mode == "most_severe" or not sent or position < 0:
        return False
    return as_of < max(sent) + timedelta(days=ladder.stages[position].wait)


class _Climb:
    """One item on the ladder. `open` holds the candidates that may still be decided: position -> index."""

    def __init__(self, ladder: Ladder, line: ItemLine, as_of: date, candidates: Sequence[Candidate]) -> None:
        self.ladder = ladder
        self.line = line
        self.as_of = as_of
        self.candidates = candidates
        self.outcomes: dict[int, Outcome] = {}
        self.open: dict[int, int] = {}
        for index, candidate in enumerate(candidates):
            first = self.open.setdefault(ladder.position(candidate.stage), index)
            if first != index:
                self.outcomes[index] = Outcome("outranked", by=candidates[first].rule)

    def _settle(self, position: int, outcome: Outcome) -> None:
        self.outcomes[self.open.pop(position)] = outcome

    def most_severe(self) -> None:
        """Memoryless: the highest matching stage, once."""
        highest = max(self.open)
        behind = is_behind(self.ladder, self.line, self.ladder.stages[highest].name)
        outcome = Outcome("already_sent") if behind else DECIDED
        rule = self.candidates[self.open[highest]].rule
        self._settle(highest, outcome)
        self._settle_all(Outcome("passed_over", by=rule))

    def _settle_all(self, outcome: Outcome) -> None:
        for position in tuple(self.open):
            self._settle(position, outcome)

    def next_step(self, missed_before: Callable[[str], bool]) -> None:
        """Stepwise: above the last stage sent, after its wait, as `catch_up` says."""
        self._drop_sent_and_waiting()
        missed = self._missed(missed_before) if self.ladder.catch_up == "skip" else frozenset()
        chosen = self._chosen(missed)
        rule = None if chosen is None else self.candidates[self.open[chosen]].rule
        passed_over = Outcome("passed_over", by=rule)
        for position in sorted(self.open):
            if position == chosen:
                self._settle(position, DECIDED)
            elif position in missed:
                self._settle(position, _MISSED)
            elif chosen is not None and position < chosen:
                self._settle(position, passed_over)
            else:
                self._settle(position, self._behind(position, rule))

    def _drop_sent_and_waiting(self) -> None:
        sent = [day for stage, day in self.line.sent if self.ladder.position(stage) >= 0]
        if not sent:
            return
        for position in tuple(self.open):
            stage = self.ladder.stages[position]
            ready = max(sent) + timedelta(days=stage.wait)
            if is_behind(self.ladder, self.line, stage.name):
                self._settle(position, Outcome("already_sent"))
            elif self.as_of < ready:
                self._settle(position, Outcome("waiting", until=ready))

    def _missed(self, missed_before: Callable[[str], bool]) -> frozenset[int]:
        rules = self.candidates
        return frozenset(position for position, index in self.open.items() if missed_before(rules[index].rule))

    def _notice(self) -> int | None:
        """The position that may not be passed over; None when there is none above what was sent."""
        notice = self.ladder.position(self.ladder.notice)
        highest = max((self.ladder.position(stage) for stage, _ in self.line.sent), default=-1)
        return notice if notice > highest else None

    def _chosen(self, missed: frozenset[int]) -> int | None:
        """The position to send. A notice that was not sent stands before everything above it, missed or not."""
        ready = sorted(position for position in self.open if position not in missed)
        if not ready:
            return None
        notice = self._notice()
        pick = ready[0] if self.ladder.catch_up == "all" else ready[-1]
        if notice is None or pick <= notice:
            return pick
        if notice in self.open:
            return notice
        below = [position for position in ready if position < notice]
        return below[-1] if below else None

    def _behind(self, position: int, rule: str | None) -> Outcome:
        """Waiting for the step that is sent today, or for a notice that cannot be sent."""
        if rule is None:
            return Outcome("waiting")
        return Outcome("waiting", by=rule, until=self.as_of + timedelta(days=self.ladder.stages[position].wait))


_MISSED: Final = Outcome("missed")
