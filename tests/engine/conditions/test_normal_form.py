"""One way of multiplying conditions out, for durable-rules and for proofs."""

from __future__ import annotations

import pytest

from engine.conditions.normal_form import LIMIT, alternatives, normal_form, require_few_alternatives
from engine.errors import RuleProblem
from engine.ruleset.condition import AllOf, AnyOf, Condition, Not, Test

_HELD = Test("on_hold", "is", True)
_DISPUTED = Test("disputed", "is", True)
_LATE = Test("days_past_due", "at_least", 3)


def named(test: Test, wanted: bool) -> tuple[tuple[str], ...]:
    return ((test.fact if wanted else f"not {test.fact}",),)


@pytest.mark.parametrize(
    ("condition", "ways"),
    [
        (AllOf(()), [[]]),
        (AnyOf(()), []),
        (Not(AllOf(())), []),
        (AllOf((_HELD, AnyOf((_DISPUTED, _LATE)))), [["on_hold", "disputed"], ["on_hold", "days_past_due"]]),
        (Not(AllOf((_HELD, Not(_LATE)))), [["not on_hold"], ["days_past_due"]]),
        (Not(AnyOf((_HELD, _LATE))), [["not on_hold", "not days_past_due"]]),
        (AnyOf((_HELD, AllOf((_HELD, _HELD)))), [["on_hold"]]),
    ],
)
def test_negation_ends_at_the_comparisons_and_nothing_stands_twice(condition: Condition, ways: list[list[str]]) -> None:
    assert [list(way) for way in normal_form(condition, named)] == ways


def test_more_alternatives_than_the_limit_are_refused() -> None:
    eight = Test("segment", "one_of", tuple("abcdefgh"))
    nine = Test("country", "one_of", tuple("abcdefghi"))
    require_few_alternatives(AllOf((eight, Test("country", "one_of", tuple("abcdefgh")))))
    with pytest.raises(RuleProblem, match=rf"conditions of 'r' have more than {LIMIT} ways") as caught:
        require_few_alternatives(AllOf((eight, nine)), "r")
    assert caught.value.path == "r"


@pytest.mark.parametrize(
    ("condition", "count"),
    [
        (AllOf(()), 1),
        (AnyOf(()), 0),
        (Test("segment", "one_of", ("a", "b", "c")), 3),
        (Not(Test("segment", "none_of", ("a", "b"))), 3),
        (Not(Test("days_past_due", "between", (1, 2))), 2),
        (AllOf((AnyOf((Test("on_hold", "is", True),) * 3), Test("segment", "one_of", ("a", "b")))), 6),
        (Not(AnyOf((Test("segment", "is", "a"), Test("on_hold", "is", True)))), 2),
    ],
)
def test_alternatives_are_multiplied_out(condition: Condition, count: int) -> None:
    assert alternatives(condition) == count
