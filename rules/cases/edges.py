"""The edges of thresholds, and which of them cases have touched."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from engine.facts.catalogue import BY_NAME
from engine.ruleset.condition import ORDERING, Condition, FactValue, Test, tests
from rules.sentences.quantities import quantity


def untested_edges(condition: Condition, seen: Sequence[Mapping[str, FactValue]], currency: str) -> Iterator[str]:
    """For every ordering comparison, the values next to its threshold on either side that no snapshot of `seen` has,
    as 'fact = value'. currency: of amounts ('' where only 0 occurs)."""
    told = set()
    for test in tests(condition):
        values = {facts.get(test.fact) for facts in seen}
        for edge in edges(test):
            if edge not in values and (test.fact, edge) not in told:
                told.add((test.fact, edge))
                yield f"{test.fact} = {quantity(BY_NAME[test.fact], edge, currency, 'en')}"


def edges(test: Test) -> Iterable[int]:
    """The last values within and the first ones without a comparison; none for those that do not order."""
    if test.operator not in ORDERING:
        return ()
    if isinstance(test.value, tuple):
        low, high = (int(value) for value in test.value)
        return (low - 1, low, high, high + 1)
    value = int(test.value or 0)
    return (value - 1, value) if test.operator in {"at_least", "less_than"} else (value, value + 1)
