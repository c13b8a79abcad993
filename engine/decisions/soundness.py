"""What must be true of a ruleset before it is compiled, whoever built it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from engine.actions import KINDS
from engine.errors import RuleProblem, RulesetInvalid
from engine.facts.catalogue import facts_of
from engine.ruleset.condition import Condition, tests
from engine.ruleset.model import ActionSpec, Rule, Ruleset, Subject


def require_sound(ruleset: Ruleset) -> None:
    """Raise RulesetInvalid with every problem: names used twice, facts a subject does not have, unknown actions."""
    problems = tuple(_problems(ruleset))
    if problems:
        raise RulesetInvalid(problems)


def _problems(ruleset: Ruleset) -> Iterator[RuleProblem]:
    for what, ids in (("rule", [rule.id for rule in ruleset.rules]), ("guard", [guard.id for guard in ruleset.guards])):
        for name in (name for name, times in Counter(ids).items() if times > 1):
            yield RuleProblem(f"There are two {what}s '{name}'.", path=name)
    for rule in ruleset.rules:
        yield from _facts(rule.id, rule.when, (rule.subject,))
        for action in rule.then:
            yield from _action(ruleset, rule, action)
    for guard in ruleset.guards:
        yield from _facts(guard.id, guard.when, guard.subjects)
        for kind in guard.kinds:
            if kind not in KINDS:
                yield RuleProblem(f"'{guard.id}' stops '{kind}', which is no action.", path=guard.id)


def _facts(name: str, condition: Condition, subjects: Iterable[Subject]) -> Iterator[RuleProblem]:
    read = {test.fact for test in tests(condition)}
    for subject in subjects:
        for fact in sorted(read - {fact.name for fact in facts_of(subject)}):
            yield RuleProblem(f"'{name}' reads '{fact}', which is no fact of the {subject}.", path=name)


def _action(ruleset: Ruleset, rule: Rule, action: ActionSpec) -> Iterator[RuleProblem]:
    kind = KINDS.get(action.kind)
    if kind is None:
        yield RuleProblem(f"'{rule.id}' asks for '{action.kind}', which is no action.", path=rule.id)
        return
    if rule.subject not in kind.subjects:
        yield RuleProblem(f"'{rule.id}' is for the {rule.subject}; '{kind.name}' is not.", path=rule.id)
    for name, parameter in kind.parameters.items():
        if parameter.required and name not in action.params:
            yield RuleProblem(f"'{rule.id}': '{kind.name}' needs '{name}'.", path=rule.id)
    if kind.laddered and ruleset.ladder.position(action.stage) < 0:
        yield RuleProblem(f"'{rule.id}': the ladder has no stage '{action.stage}'.", path=rule.id)
    if [other.kind for other in rule.then].count(action.kind) > 1 and rule.then.index(action) == 0:
        yield RuleProblem(f"'{rule.id}' asks for '{action.kind}' more than once.", path=rule.id)
