"""Which comparisons an absent fact turns, and which cases show that."""

from __future__ import annotations

import pytest

from engine.ruleset.condition import AllOf, AnyOf, Condition, Not, Test
from rules.cases.absences import unshown_absences

VIP = Test("segment", "is_not", "VIP")
ABSENT = {"segment": None, "days_past_due": 9, "country": "PL"}


def _unshown(condition: Condition, *seen: dict[str, object]) -> list[str]:
    return [absence.test.fact for absence in unshown_absences(condition, seen)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "condition",
    [
        VIP,
        Test("segment", "none_of", ("VIP", "A")),
        Not(Test("segment", "is", "VIP")),
        Not(AllOf((Test("segment", "one_of", ("VIP",)), Test("days_past_due", "at_least", 3)))),
        AnyOf((Test("days_past_due", "less_than", 3), VIP)),
    ],
)
def test_a_denied_value_of_a_fact_that_may_be_absent_needs_a_case_without_it(condition: Condition) -> None:
    known = {"segment": "retail", "days_past_due": 9}
    assert _unshown(condition) == ["segment"]
    assert _unshown(condition, known) == ["segment"]
    assert _unshown(condition, known, ABSENT) == []


@pytest.mark.parametrize(
    "condition",
    [
        Test("segment", "is", "VIP"),
        Test("credit_utilisation", "at_most", 80),
        Test("customer_kind", "is_not", "consumer"),
        Test("contact_on_days_off", "is_not", True),
        AnyOf((VIP, Test("segment", "absent"))),
        AllOf((VIP, Test("segment", "present"))),
        Not(Test("segment", "present")),
        Not(Test("on_hold", "is", True)),
    ],
)
def test_what_reads_as_it_does_needs_none(condition: Condition) -> None:
    assert _unshown(condition) == []


def test_a_case_that_something_else_decides_shows_nothing() -> None:
    both = AllOf((VIP, Test("days_past_due", "at_least", 3)))
    assert _unshown(both, {**ABSENT, "days_past_due": 2}) == ["segment"]
    assert _unshown(both, {**ABSENT, "days_past_due": 3}) == []


def test_two_facts_are_two_absences_and_one_fact_is_one() -> None:
    both = AllOf((VIP, Test("segment", "is_not", "A"), Test("country", "none_of", ("DE",))))
    assert _unshown(both) == ["segment", "country"]
