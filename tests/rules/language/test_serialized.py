"""Writing a condition down and reading it again changes nothing."""

from __future__ import annotations

import json

from hypothesis import given

from engine.conditions.normal_form import LIMIT, alternatives
from engine.facts.catalogue import BY_NAME
from engine.ruleset.condition import AllOf, AnyOf, Condition, Not, Test
from engine.ruleset.model import Guard
from rules.language.conditions import ConditionReader, facts_for
from rules.language.guards import load_guards
from rules.language.problems import Problems
from rules.language.serialized import written_conditions, written_guard, written_value
from rules.language.yaml_tree import read_tree
from tests.rules.written_rules import conditions


def _plain(condition: Condition) -> Condition:
    """As the reader groups it: a group of one alternative is that alternative."""
    if isinstance(condition, Not):
        return Not(_plain(condition.condition))
    if isinstance(condition, Test):
        return condition
    parts = tuple(_plain(part) for part in condition.conditions)
    if isinstance(condition, AnyOf):
        return AnyOf(parts)
    return AllOf(parts)


@given(conditions().filter(lambda condition: alternatives(condition) <= LIMIT))
def test_written_conditions_read_back_the_same(condition: Condition) -> None:
    text = json.dumps(written_conditions(condition, "PLN"), ensure_ascii=False)
    tree = read_tree(text)
    problems = Problems("", tree.lines)
    reader = ConditionReader(problems, facts_for(("item",)), "", "PLN")
    read = reader.read(tree.data, ("when",))
    problems.raise_any()
    assert read == _plain(condition)


def test_values_are_written_as_people_do() -> None:
    assert written_value(BY_NAME["open_amount"], 5000, "PLN") == "50.00 PLN"
    assert written_value(BY_NAME["open_amount"], 5000, "JPY") == "5000 JPY"
    assert written_value(BY_NAME["net_overdue"], 0, "") == 0
    assert written_value(BY_NAME["due_date"], 739580, "PLN") == "2025-11-25"
    assert written_value(BY_NAME["segment"], None, "PLN") is None


def test_written_guards_read_back_the_same() -> None:
    text = """
jurisdiction: pl
guards:
  - {id: one, for: [item], forbid: all, when: [on_hold: yes], because: rest}
  - id: two
    for: [item, customer]
    defer: [remind, suspend]
    until: next_working_day
    when: [working_day: no, any: [net_overdue: {at_most: 0}, not: [has_email: yes]]]
    because: day off
"""
    guards = load_guards(text)
    document = {"jurisdiction": "pl", "guards": [written_guard(guard) for guard in guards]}
    assert load_guards(json.dumps(document)) == guards
    assert all(isinstance(guard, Guard) for guard in guards)
