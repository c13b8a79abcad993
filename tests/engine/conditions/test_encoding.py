"""Normal form and encoding."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.conditions.encoding import Encoder, disjuncts
from engine.conditions.normal_form import LIMIT
from engine.conditions.session import Session
from engine.errors import FactInvalid, RuleProblem
from engine.facts.catalogue import CATALOGUE, INTEGER_LIMIT
from engine.ruleset.condition import AllOf, AnyOf, Condition, Not, Test
from tests.engine.differential import naive, random_facts, seeded


def _texts(condition: Condition) -> list[list[str]]:
    return [
        [f"{part.field} {part.comparator} {part.value}" for part in alternative]
        for alternative in disjuncts(condition, rule="r")
    ]


def test_negated_ordering_of_an_optional_fact_is_absent_or_opposite() -> None:
    assert _texts(Not(Test("open_amount", "at_least", 5))) == [["open_amount_known $eq 0"], ["open_amount $lt 5"]]


def test_negated_range_falls_apart_into_both_sides() -> None:
    assert _texts(Not(Test("days_past_due", "between", (3, 9)))) == [["days_past_due $lt 3"], ["days_past_due $gt 9"]]


def test_negation_swaps_all_and_any() -> None:
    both = AllOf((Test("on_hold", "is", True), Test("disputed", "is", True)))
    assert _texts(Not(both)) == [["on_hold $neq 1"], ["disputed $neq 1"]]
    either = AnyOf(both.conditions)
    assert _texts(Not(either)) == [["on_hold $neq 1", "disputed $neq 1"]]


def test_absent_of_a_fact_that_is_always_known_never_holds() -> None:
    assert _texts(Test("source", "absent")) == []
    assert _texts(Test("source", "present")) == [[]]
    assert _texts(Not(Test("segment", "absent"))) == [["segment_known $eq 1"]]
    assert _texts(Not(Test("segment", "present"))) == [["segment_known $eq 0"]]


def test_too_many_alternatives_are_refused_naming_the_rule() -> None:
    eight = Test("days_past_due", "one_of", tuple(range(8)))
    nine = Test("days_since_issue", "one_of", tuple(range(9)))
    assert len(disjuncts(AllOf((eight, Test("days_since_issue", "one_of", tuple(range(8))))), rule="r")) == LIMIT
    with pytest.raises(RuleProblem, match=r"'pl\.big' have more than 64 ways") as caught:
        disjuncts(AllOf((eight, nine)), rule="pl.big")
    assert caught.value.path == "pl.big"


def test_a_comparison_without_a_value_is_refused() -> None:
    with pytest.raises(RuleProblem, match="has no value"):
        disjuncts(Test("days_past_due", "at_least"), rule="r")


@pytest.mark.parametrize(
    ("fact", "value", "reason"),
    [
        ("days_past_due", None, "known"),
        ("days_past_due", True, "whole number"),
        ("days_past_due", 1.5, "whole"),
        ("open_amount", Decimal(1), "whole number"),
        ("open_amount", INTEGER_LIMIT + 1, "between"),
        ("open_amount", -INTEGER_LIMIT - 1, "between"),
        ("open_amount", 2**64, "between"),
        ("on_hold", 1, "yes or no"),
        ("on_hold", None, "known"),
        ("currency", 5, "text"),
        ("currency", None, "known"),
        ("segment", "\ud800", "UTF-8"),
    ],
)
def test_a_value_outside_its_type_is_refused_naming_the_fact(fact: str, value: Any, reason: str) -> None:
    with pytest.raises(FactInvalid, match=reason) as caught:
        Encoder([fact]).encode({fact: value})
    assert (caught.value.fact, caught.value.value) == (fact, value)


def test_absent_facts_are_encoded_without_null() -> None:
    text = Encoder(["open_amount", "segment", "on_hold"]).encode(
        {"open_amount": None, "segment": None, "on_hold": False}
    )
    assert text == (
        '{"sid":"0","id":1,"k":1,"open_amount":0,"open_amount_known":0,"segment":"","segment_known":0,"on_hold":0}'
    )


@given(
    text=st.text(st.characters(codec="utf-8"), max_size=40), other=st.text(st.characters(codec="utf-8"), max_size=40)
)
def test_durable_compares_any_text_exactly(text: str, other: str) -> None:
    facts = random_facts(seeded(1)) | {"segment": text}
    conditions: dict[str, Condition] = {
        "same": Test("segment", "is", text),
        "other": Test("segment", "is", other),
        "not other": Test("segment", "is_not", other),
        "none": Test("segment", "none_of", (other, "x")),
    }
    expected = tuple(index for index, test in enumerate(conditions.values()) if naive(test, facts))
    assert Session(conditions).matches(facts) == expected


_INTEGERS = st.integers(-INTEGER_LIMIT, INTEGER_LIMIT)


@given(seen=_INTEGERS, bound=st.one_of(_INTEGERS, st.integers(-2, 2)), near=st.integers(-2, 2))
def test_durable_orders_any_integer_within_the_limit(seen: int, bound: int, near: int) -> None:
    bounds = {bound, max(-INTEGER_LIMIT, min(INTEGER_LIMIT, seen + near))}
    operators: Any = ("is", "is_not", "at_least", "more_than", "at_most", "less_than")
    conditions: dict[str, Condition] = {
        f"{operator} {value}": Test("open_amount", operator, value) for operator in operators for value in bounds
    }
    facts = {fact.name: None for fact in CATALOGUE} | {"open_amount": seen}
    expected = tuple(index for index, test in enumerate(conditions.values()) if naive(test, facts))
    assert Session(conditions).matches(facts) == expected
