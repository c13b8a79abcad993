"""The comparisons of a condition with the values seen: what explanations show."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from engine.conditions.evaluator import predicate
from engine.ruleset.condition import Condition, FactValue, Test, tests


@dataclass(frozen=True, slots=True)
class TestResult:
    """One comparison with the value seen. `gap`: for an ordering test that failed, how much is missing (same unit)."""

    __test__ = False

    fact: str
    operator: str
    expected: FactValue | tuple[int, ...] | tuple[str, ...]
    seen: FactValue
    passed: bool
    gap: int | None = None


def reader(condition: Condition) -> Callable[[Mapping[str, FactValue]], tuple[TestResult, ...]]:
    """A function of facts that gives every comparison of the condition with the value seen, in writing order."""
    compiled = [(test, predicate(test)) for test in tests(condition)]
    return lambda facts: tuple([_result(test, facts[test.fact], holds(facts)) for test, holds in compiled])


def _result(test: Test, seen: FactValue, passed: bool) -> TestResult:  # noqa: FBT001  as read, in this order
    gap = None if passed or seen is None or isinstance(seen, str) else _gap(test.operator, test.value, int(seen))
    return TestResult(test.fact, test.operator, test.value, seen, passed, gap)


def _gap(operator: str, value: Any, seen: int) -> int | None:
    """How much the value seen would have to move for an ordering comparison to hold, in the unit of the fact."""
    if operator == "between":
        low, high = value
        return int(low) - seen if seen < low else seen - int(high)
    if operator in {"at_least", "more_than"}:
        return int(value) - seen + (operator == "more_than")
    if operator in {"at_most", "less_than"}:
        return seen - int(value) + (operator == "less_than")
    return None
