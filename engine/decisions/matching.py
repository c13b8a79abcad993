"""Which rules and guards hold for a snapshot: decided twice, and counted only when both agree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from engine.conditions.evaluator import ConditionEvaluator, predicate
from engine.conditions.results import TestResult, reader
from engine.conditions.session import Session
from engine.errors import Disagreement
from engine.facts.case import Snapshot
from engine.facts.catalogue import CATALOGUE
from engine.ruleset.condition import FactValue, tests
from engine.ruleset.model import Guard, Rule, Ruleset, Subject


@dataclass(frozen=True, slots=True)
class Matched:
    """The rules and guards that hold, each in document order."""

    rules: tuple[Rule, ...] = ()
    guards: tuple[Guard, ...] = ()


_NOTHING: Final = Matched()


class Matcher:
    """The rules and guards of one ruleset version that read one subject's snapshots."""

    def __init__(self, ruleset: Ruleset, subject: Subject, *, confirm: bool) -> None:
        """confirm: durable-rules decides too. Raises RuleProblem for a condition with too many alternatives."""
        self.rules = ruleset.rules_for(subject)
        self.guards = tuple(guard for guard in ruleset.guards if subject in guard.subjects)
        conditions = {f"rule {rule.id}": rule.when for rule in self.rules}
        conditions |= {f"guard {guard.id}": guard.when for guard in self.guards}
        read = {test.fact for condition in conditions.values() for test in tests(condition)}
        #: The facts that decide, in catalogue order.
        self.reads = tuple(fact.name for fact in CATALOGUE if fact.name in read)
        self._names = tuple(conditions)
        self._evaluator = ConditionEvaluator(conditions.values())
        self._session = Session(conditions) if confirm and conditions else None
        self._holds = {rule.id: predicate(rule.when) for rule in self.rules}
        self._readers = {rule.id: reader(rule.when) for rule in self.rules}

    def match(self, snapshot: Snapshot) -> Matched:
        """What holds, by both evaluators where they confirm each other.

        Raises Disagreement with the facts, FactInvalid.
        """
        found = self._evaluator.matches(snapshot.facts)
        if self._session is not None:
            confirmed = self._session.matches(snapshot.facts)
            if confirmed != found:
                raise self._disagreement(snapshot, set(confirmed), set(found))
        return self._matched(found)

    def match_alone(self, facts: Mapping[str, FactValue]) -> Matched:
        """What holds by our own evaluator: for hypothetical facts, and for the second look before an effect."""
        return self._matched(self._evaluator.matches(facts))

    def _matched(self, found: tuple[int, ...]) -> Matched:
        if not found:
            return _NOTHING
        count = len(self.rules)
        return Matched(
            tuple([self.rules[index] for index in found if index < count]),
            tuple([self.guards[index - count] for index in found if index >= count]),
        )

    def holds(self, rule: str, facts: Mapping[str, FactValue]) -> bool:
        """Whether one rule holds for facts, by our own evaluator."""
        return self._holds[rule](facts)

    def results(self, rule: str, facts: Mapping[str, FactValue]) -> tuple[TestResult, ...]:
        """The comparisons of one rule with the values seen."""
        return self._readers[rule](facts)

    def _disagreement(self, snapshot: Snapshot, session: set[int], evaluator: set[int]) -> Disagreement:
        return Disagreement(
            snapshot.key,
            tuple(self._names[index] for index in sorted(session - evaluator)),
            tuple(self._names[index] for index in sorted(evaluator - session)),
            snapshot.facts,
        )
