"""The two evaluators over random rulesets and snapshots, and what happens when one of them is wrong."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from engine.conditions.evaluator import predicate
from engine.conditions.session import MAX_RULES
from engine.decisions.evaluation import Evaluator
from engine.errors import Disagreement
from engine.ruleset.condition import AllOf, AnyOf, Condition, FactValue, Not, Test
from tests.engine.building import case, item, reminder, ruleset
from tests.engine.differential import compare, random_condition, random_facts, run, seeded


def test_random_rulesets_over_random_snapshots_never_disagree() -> None:
    assert run(6000, seed=20260310) == 6000


@pytest.mark.parametrize("count", [1, 511, 512, 600])
def test_any_number_of_rules_agrees(count: int) -> None:
    chance = seeded(count)
    conditions = {f"r{index}": random_condition(chance) for index in range(count)}
    compare(conditions, [random_facts(chance) for _ in range(20)])


def test_more_rules_than_durable_bears_are_split_and_all_fire() -> None:
    conditions = {f"r{days}": AllOf((Test("days_past_due", "at_least", days),)) for days in range(600)}
    assert len(conditions) > MAX_RULES
    facts = random_facts(seeded(1)) | {"days_past_due": 599}
    compare(conditions, [facts, facts | {"days_past_due": 300}, facts | {"days_past_due": -1}])


def test_equal_snapshots_are_decided_alike_each_time() -> None:
    chance = seeded(3)
    conditions = {f"r{index}": random_condition(chance) for index in range(20)}
    compare(conditions, [random_facts(seeded(9))] * 50)


def test_comparisons_with_absent_facts_are_false_and_their_negation_true() -> None:
    tests = [
        Test("segment", "is", "a"),
        Test("segment", "is_not", "a"),
        Test("segment", "one_of", ("a", "")),
        Test("segment", "none_of", ("a", "b")),
        Test("open_amount", "at_least", 0),
        Test("open_amount", "at_most", 0),
        Test("open_amount", "between", (-1, 1)),
        Test("open_amount", "is", 0),
        Test("open_amount", "is_not", 1),
    ]
    conditions: dict[str, Condition] = {f"{index}": test for index, test in enumerate(tests)}
    negated: dict[str, Condition] = {f"not {name}": Not(test) for name, test in conditions.items()}
    facts = random_facts(seeded(4)) | {"segment": None, "open_amount": None}
    compare(conditions | negated, [facts])
    assert all(not found for found in _found(conditions, facts))
    assert all(_found(negated, facts))


def _found(conditions: Mapping[str, Condition], facts: Mapping[str, FactValue]) -> list[bool]:
    return [predicate(condition)(facts) for condition in conditions.values()]


def test_a_rule_that_always_and_one_that_never_matches_agree() -> None:
    conditions: dict[str, Condition] = {
        "always": AllOf(()),
        "never": AnyOf(()),
        "not never": Not(AnyOf(())),
        "not always": Not(AllOf(())),
    }
    compare(conditions, [random_facts(seeded(seed)) for seed in range(10)])


def _evaluator() -> Evaluator:
    return Evaluator(ruleset(reminder("r1", "reminder", 3), reminder("r2", "demand", 20)))


def test_a_fault_in_our_evaluator_stops_the_decision(monkeypatch: pytest.MonkeyPatch) -> None:
    evaluator = _evaluator()
    own = evaluator._items._evaluator
    faulty = [(opens, [(index, lambda _facts: True) for index, _ in members]) for opens, members in own.gated]
    monkeypatch.setattr(own, "gated", faulty)
    with pytest.raises(Disagreement) as caught:
        evaluator.evaluate(case(item("f1", days=10)))
    error = caught.value
    assert (error.subject, error.only_session, error.only_evaluator) == ("f1", (), ("rule r2",))
    assert error.facts is not None
    assert error.facts["days_past_due"] == 10


def test_a_fault_in_the_session_stops_the_decision(monkeypatch: pytest.MonkeyPatch) -> None:
    evaluator = _evaluator()
    monkeypatch.setattr(evaluator._items._session, "matches", lambda _facts: ())
    with pytest.raises(Disagreement) as caught:
        evaluator.evaluate(case(item("f1", days=10)))
    assert caught.value.only_session == ()
    assert caught.value.only_evaluator == ("rule r1",)


def test_without_confirmation_our_evaluator_decides_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    evaluator = Evaluator(_evaluator().ruleset, confirm=False)
    assert evaluator._items._session is None
    assert len(evaluator.evaluate(case(item("f1", days=10))).decisions) == 1
