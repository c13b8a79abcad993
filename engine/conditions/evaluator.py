"""Our own evaluator: the condition tree compiled once to closures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, TypeAlias

from engine.ruleset.condition import AllOf, Condition, FactValue, Not, Test

#: Told of a snapshot's facts, whether a condition holds.
Predicate: TypeAlias = Callable[[Mapping[str, Any]], bool]


class ConditionEvaluator:
    """The compiled conditions of one ruleset version for one subject.

    Conditions that share a comparison stand behind it, as behind a gate: it is made once for all of them.
    """

    def __init__(self, conditions: Iterable[Condition]) -> None:
        listed = [condition if isinstance(condition, AllOf) else AllOf((condition,)) for condition in conditions]
        gates = _gates(listed)
        behind: dict[Test | None, list[tuple[int, Predicate]]] = {}
        for index, (condition, gate) in enumerate(zip(listed, gates, strict=True)):
            rest = AllOf(tuple(part for part in condition.conditions if part is not gate))
            behind.setdefault(gate, []).append((index, predicate(rest)))
        #: (gate, [(index of the condition, what else it needs)]).
        self.gated = [(predicate(AllOf(()) if gate is None else gate), members) for gate, members in behind.items()]

    def matches(self, facts: Mapping[str, FactValue]) -> tuple[int, ...]:
        """Indices of the conditions that hold for a snapshot, in their order."""
        found = [index for opens, members in self.gated if opens(facts) for index, holds in members if holds(facts)]
        found.sort()
        return tuple(found)


def _gates(conditions: Sequence[AllOf]) -> list[Test | None]:
    """For each condition, of the comparisons it needs the one that most others need too; None when it shares none."""
    shared = Counter(test for condition in conditions for test in _needed(condition))
    gates: list[Test | None] = []
    for condition in conditions:
        best = max(_needed(condition), key=lambda test: shared[test], default=None)
        gates.append(best if best is not None and shared[best] > 1 else None)
    return gates


def _needed(condition: AllOf) -> list[Test]:
    return [part for part in condition.conditions if isinstance(part, Test)]


def predicate(condition: Condition) -> Predicate:
    """The condition as a function of facts; every fact it reads must have a key, None means absent."""
    if isinstance(condition, Test):
        return _OPERATORS[condition.operator](condition.fact, condition.value)
    if isinstance(condition, Not):
        return _negated(predicate(condition.condition))
    parts = tuple(predicate(part) for part in condition.conditions)
    if len(parts) == 1:
        return parts[0]
    return _all_of(parts) if isinstance(condition, AllOf) else _any_of(parts)


def _negated(part: Predicate) -> Predicate:
    return lambda facts: not part(facts)


def _all_of(parts: tuple[Predicate, ...]) -> Predicate:
    """Pairs and triples without a loop: that is what most rules are made of."""
    if not parts:
        return lambda _: True
    if len(parts) == 1:
        return parts[0]
    if len(parts) == 2:
        first, second = parts
        return lambda facts: first(facts) and second(facts)
    if len(parts) == 3:
        first, second, third = parts
        return lambda facts: first(facts) and second(facts) and third(facts)
    first, second, third = parts[:3]
    rest = _all_of(parts[3:])
    return lambda facts: first(facts) and second(facts) and third(facts) and rest(facts)


def _any_of(parts: tuple[Predicate, ...]) -> Predicate:
    def holds(facts: Mapping[str, Any]) -> bool:
        for part in parts:  # noqa: SIM110  the loop is faster than a generator
            if part(facts):
                return True
        return False

    return holds


def _is(name: str, value: Any) -> Predicate:
    return lambda facts: facts[name] == value


def _is_not(name: str, value: Any) -> Predicate:
    return lambda facts: (seen := facts[name]) is not None and seen != value


def _at_least(name: str, value: Any) -> Predicate:
    return lambda facts: (seen := facts[name]) is not None and seen >= value


def _more_than(name: str, value: Any) -> Predicate:
    return lambda facts: (seen := facts[name]) is not None and seen > value


def _at_most(name: str, value: Any) -> Predicate:
    return lambda facts: (seen := facts[name]) is not None and seen <= value


def _less_than(name: str, value: Any) -> Predicate:
    return lambda facts: (seen := facts[name]) is not None and seen < value


def _between(name: str, value: Any) -> Predicate:
    low, high = value
    return lambda facts: (seen := facts[name]) is not None and low <= seen <= high


def _one_of(name: str, value: Any) -> Predicate:
    values = frozenset(value)
    return lambda facts: facts[name] in values


def _none_of(name: str, value: Any) -> Predicate:
    values = frozenset(value)
    return lambda facts: (seen := facts[name]) is not None and seen not in values


def _present(name: str, _: Any) -> Predicate:
    return lambda facts: facts[name] is not None


def _absent(name: str, _: Any) -> Predicate:
    return lambda facts: facts[name] is None


_OPERATORS: Final[Mapping[str, Callable[[str, Any], Predicate]]] = {
    "is": _is,
    "is_not": _is_not,
    "at_least": _at_least,
    "more_than": _more_than,
    "at_most": _at_most,
    "less_than": _less_than,
    "between": _between,
    "one_of": _one_of,
    "none_of": _none_of,
    "present": _present,
    "absent": _absent,
}
