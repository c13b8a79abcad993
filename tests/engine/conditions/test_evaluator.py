"""Closures and readings."""

from __future__ import annotations

from typing import Any

import pytest

from engine.conditions.evaluator import ConditionEvaluator, predicate
from engine.conditions.results import reader
from engine.ruleset.condition import AllOf, AnyOf, Test


@pytest.mark.parametrize(
    ("operator", "value", "seen", "gap"),
    [
        ("at_least", 10, 7, 3),
        ("more_than", 10, 10, 1),
        ("at_most", 10, 12, 2),
        ("less_than", 10, 10, 1),
        ("between", (3, 5), 1, 2),
        ("between", (3, 5), 9, 4),
        ("is", 3, 4, None),
        ("none_of", (3, 4), 4, None),
        ("at_least", 10, None, None),
        ("at_least", 10, 10, None),
    ],
)
def test_a_near_miss_says_how_much_is_missing(operator: Any, value: Any, seen: int | None, gap: int | None) -> None:
    (result,) = reader(Test("open_amount", operator, value))({"open_amount": seen})
    assert (result.expected, result.seen, result.gap) == (value, seen, gap)
    if gap is not None:
        moved = seen + gap if seen is not None and seen < (value if isinstance(value, int) else value[0]) + 1 else None
        for candidate in {moved, (seen or 0) - gap} - {None}:
            if predicate(Test("open_amount", operator, value))({"open_amount": candidate}):
                break
        else:
            pytest.fail("the gap closes nothing")


@pytest.mark.parametrize("size", range(9))
def test_all_of_any_length_holds_only_when_each_does(size: int) -> None:
    names = [f"fact{index}" for index in range(size)]
    holds = predicate(AllOf(tuple(Test(name, "is", 1) for name in names)))
    either = predicate(AnyOf(tuple(Test(name, "is", 1) for name in names)))
    facts: dict[str, Any] = dict.fromkeys(names, 1)
    assert holds(facts)
    assert either(facts) is (size > 0)
    for name in names:
        assert not holds(facts | {name: 2})
        assert either(dict.fromkeys(names, 2) | {name: 1})


def test_matches_are_told_in_order() -> None:
    evaluator = ConditionEvaluator([Test("a", "is", 1), Test("a", "is", 2), AllOf(()), AnyOf(())])
    assert evaluator.matches({"a": 1}) == (0, 2)
    assert evaluator.matches({"a": 2}) == (1, 2)
