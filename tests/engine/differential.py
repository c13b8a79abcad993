"""Random rulesets over random snapshots, decided by durable-rules, by our evaluator and by a third, naive reading."""

from __future__ import annotations

import random
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any

from engine.conditions.encoding import disjuncts
from engine.conditions.evaluator import ConditionEvaluator
from engine.conditions.session import Session
from engine.errors import RuleProblem
from engine.facts.catalogue import CATALOGUE, INTEGER_LIMIT, Fact
from engine.ruleset.condition import AllOf, AnyOf, Condition, FactValue, Not, Test

_TEXTS = (
    "zażółć gęślą jaźń",
    'cudzysłów "prosty"',
    "wiersz\nnowy\ttab",
    "ukośnik \\ i \\n",
    "",
    "5",
    "null",
    "żółw",
    "'",
)
_NUMBERS = (
    -INTEGER_LIMIT,
    INTEGER_LIMIT,
    -1,
    0,
    1,
    2,
    7,
    30,
    100_00,
    2**31,
    2**31 - 1,
    -(2**31),
    2**32,
    2**49,
    -(2**49),
)
_OPTIONAL_OPERATORS = ("present", "absent")
_ORDERED = ("at_least", "more_than", "at_most", "less_than", "between")


#: Compiled sets are never freed: after so many snapshots a child process gives their memory back.
_EACH = 50_000


def run(n: int, seed: int) -> int:
    """Decide n random snapshots; returns how many. Raises AssertionError showing the first disagreement."""
    if n <= _EACH:
        return _run(n, seed)
    parts = [min(_EACH, n - start) for start in range(0, n, _EACH)]
    with ProcessPoolExecutor(1, mp_context=get_context("spawn"), max_tasks_per_child=1) as pool:
        return sum(pool.map(_run, parts, [seed * 1_000 + index for index in range(len(parts))]))


def _run(n: int, seed: int) -> int:
    chance = seeded(seed)
    done = 0
    while done < n:
        conditions = {f"r{index}": random_condition(chance) for index in range(chance.choice((1, 2, 5, 12, 30, 90)))}
        conditions["never"] = AnyOf(())
        conditions["always"] = AllOf(())
        done += compare(conditions, [random_facts(chance) for _ in range(min(200, n - done))])
    return done


def seeded(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311  not for secrets


def compare(conditions: Mapping[str, Condition], snapshots: Sequence[Mapping[str, FactValue]]) -> int:
    """Decide every snapshot three times; returns how many."""
    evaluator, session = ConditionEvaluator(conditions.values()), Session(conditions)
    for facts in snapshots:
        expected = tuple(index for index, condition in enumerate(conditions.values()) if naive(condition, facts))
        found, confirmed = evaluator.matches(facts), session.matches(facts)
        assert found == expected, ("evaluator", found, expected, facts)
        assert confirmed == expected, ("durable-rules", confirmed, expected, facts, conditions)
    return len(snapshots)


def naive(condition: Condition, facts: Mapping[str, Any]) -> bool:
    """The meaning of a condition, written as plainly as can be."""
    if isinstance(condition, Not):
        return not naive(condition.condition, facts)
    if isinstance(condition, AllOf):
        return all(naive(part, facts) for part in condition.conditions)
    if isinstance(condition, AnyOf):
        return any(naive(part, facts) for part in condition.conditions)
    seen: Any = facts[condition.fact]
    value: Any = condition.value
    if seen is None:
        return condition.operator == "absent"
    meanings: dict[str, Any] = {
        "is": lambda: seen == value,
        "is_not": lambda: seen != value,
        "at_least": lambda: seen >= value,
        "more_than": lambda: seen > value,
        "at_most": lambda: seen <= value,
        "less_than": lambda: seen < value,
        "between": lambda: value[0] <= seen <= value[1],
        "one_of": lambda: seen in value,
        "none_of": lambda: seen not in value,
        "present": lambda: True,
        "absent": lambda: False,
    }
    return bool(meanings[condition.operator]())


def random_value(chance: random.Random, fact: Fact) -> Any:
    if fact.type == "flag":
        return chance.random() < 0.5
    if fact.type == "choice":
        return chance.choice(fact.choices)
    if fact.type == "text":
        return chance.choice(_TEXTS)
    return chance.choice(_NUMBERS) if chance.random() < 0.4 else chance.randint(-5, 45)


def random_facts(chance: random.Random) -> dict[str, FactValue]:
    """An item's snapshot; a third of what may be absent is."""
    return {
        fact.name: None if fact.optional and chance.random() < 0.33 else random_value(chance, fact)
        for fact in CATALOGUE
    }


def random_test(chance: random.Random) -> Test:
    fact = chance.choice(CATALOGUE)
    operators: tuple[Any, ...] = ("is", "is_not")
    if fact.type != "flag":
        operators += ("one_of", "none_of")
    if fact.type not in {"flag", "choice", "text"}:
        operators += _ORDERED
    operator = chance.choice(operators + (_OPTIONAL_OPERATORS if fact.optional else ()))
    if operator in _OPTIONAL_OPERATORS:
        return Test(fact.name, operator)
    if operator == "between":
        low, high = sorted((random_value(chance, fact), random_value(chance, fact)))
        return Test(fact.name, operator, (low, high))
    if operator in {"one_of", "none_of"}:
        return Test(fact.name, operator, tuple({random_value(chance, fact) for _ in range(3)}))
    return Test(fact.name, operator, random_value(chance, fact))


def random_condition(chance: random.Random) -> Condition:
    """A tree up to three levels deep that stays below the cap of alternatives."""
    while True:
        condition = AllOf(tuple(_tree(chance, 2) for _ in range(chance.randint(0, 3))))
        try:
            disjuncts(condition, rule="random")
        except RuleProblem:
            continue
        return condition


def _tree(chance: random.Random, depth: int) -> Condition:
    roll = chance.random()
    if depth == 0 or roll < 0.5:
        return random_test(chance)
    if roll < 0.7:
        return Not(_tree(chance, depth - 1))
    kind = AnyOf if roll < 0.9 else AllOf
    return kind(tuple(_tree(chance, depth - 1) for _ in range(chance.randint(0, 3))))


if __name__ == "__main__":
    print(run(int(sys.argv[1]), int(sys.argv[2])))
