"""Random conditions, and what they mean by the book: a plain reading of the operators that shares no code with either
evaluator or with the regions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from hypothesis import strategies as st

from engine.facts.catalogue import BY_NAME, Fact, facts_of
from engine.ruleset.condition import AllOf, AnyOf, Condition, FactValue, Not, Test
from rules.language.conditions import operators_of

_DAY = date(2026, 11, 25).toordinal()
_WORDS = ("retail", "wholesale", "zażółć gęślą", 'a "quoted" word', "yes", "17")


def values(fact: Fact) -> st.SearchStrategy[Any]:
    """Values of a fact, few enough that comparisons meet."""
    if fact.type == "flag":
        return st.booleans()
    if fact.type == "choice":
        return st.sampled_from(fact.choices)
    if fact.type == "text":
        return st.sampled_from(_WORDS)
    if fact.type == "date":
        return st.integers(_DAY - 3, _DAY + 3)
    return st.integers(-4, 4)


@st.composite
def comparisons(draw: st.DrawFn) -> Test:
    """One comparison that the loader would accept."""
    fact = draw(st.sampled_from(facts_of("item")))
    operator = draw(st.sampled_from(operators_of(fact)))
    if operator in {"present", "absent"}:
        return Test(fact.name, operator)
    if operator == "between":
        return Test(fact.name, operator, tuple(sorted(draw(st.tuples(values(fact), values(fact))))))
    if operator in {"one_of", "none_of"}:
        return Test(fact.name, operator, tuple(draw(st.lists(values(fact), min_size=1, max_size=3, unique=True))))
    return Test(fact.name, operator, draw(values(fact)))


def _nested(inner: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    some = st.lists(inner, min_size=1, max_size=3).map(tuple)
    return st.one_of(some.map(AllOf), some.map(AnyOf), some.map(lambda parts: Not(AllOf(parts))))


def conditions() -> st.SearchStrategy[AllOf]:
    """The condition of a rule: all of some parts, each perhaps nested."""
    parts = st.recursive(comparisons(), _nested, max_leaves=5)
    return st.lists(parts, max_size=4).map(lambda found: AllOf(tuple(found)))


@st.composite
def snapshots(draw: st.DrawFn, names: tuple[str, ...]) -> dict[str, FactValue]:
    """Values for some facts, absent ones among them."""
    return {
        name: draw(st.none() | values(BY_NAME[name]) if BY_NAME[name].optional else values(BY_NAME[name]))
        for name in names
    }


def holds(condition: Condition, facts: Mapping[str, FactValue]) -> bool:
    """Whether a condition is true, by the words of the operators."""
    if isinstance(condition, Not):
        return not holds(condition.condition, facts)
    if isinstance(condition, AllOf):
        return all(holds(part, facts) for part in condition.conditions)
    if isinstance(condition, AnyOf):
        return any(holds(part, facts) for part in condition.conditions)
    seen: Any = facts[condition.fact]
    value: Any = condition.value
    if condition.operator == "absent":
        return seen is None
    if seen is None:
        return False
    return {
        "present": lambda: True,
        "is": lambda: seen == value,
        "is_not": lambda: seen != value,
        "at_least": lambda: seen >= value,
        "more_than": lambda: seen > value,
        "at_most": lambda: seen <= value,
        "less_than": lambda: seen < value,
        "between": lambda: value[0] <= seen <= value[1],
        "one_of": lambda: seen in value,
        "none_of": lambda: seen not in value,
    }[condition.operator]()
