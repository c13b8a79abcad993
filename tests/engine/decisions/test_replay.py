"""Days decided again with what the earlier ones did."""

from __future__ import annotations

from datetime import date, timedelta

from engine.decisions.evaluation import Evaluator
from engine.decisions.replay import Memory, record
from engine.facts.projection import Future
from engine.ruleset.condition import Test
from engine.ruleset.model import Rule
from tests.engine.building import AS_OF, REINSTATE, STAGES, SUSPEND, case, item, notify, reminder, ruleset, when

_RULES = ruleset(
    reminder("r1", "reminder", 3),
    reminder("r2", "demand", 10),
    Rule("n1", "customer", when(oldest_days_past_due=3), (notify(8),)),
    Rule("s1", "customer", when(Test("notice_delivered", "is", True), days_since_notice=5), (SUSPEND,)),
    Rule("s2", "customer", when(Test("suspended", "is", True), days_since_notice=7), (REINSTATE,)),
)


def _replay(days: int) -> list[tuple[object, ...]]:
    evaluator = Evaluator(_RULES, confirm=False)
    memory = Memory()
    future = Future(case(item("a", 0)), STAGES, None)
    lines: list[tuple[object, ...]] = []
    for ahead in range(days):
        day = AS_OF + timedelta(days=ahead)
        made = evaluator.evaluate(memory.overlay(future.at(ahead), STAGES)).decisions
        memory.remember(made, day)
        lines += [(ahead, *record(one)[2:4]) for one in made]
    return lines


def test_each_day_sees_what_the_days_before_it_did() -> None:
    assert _replay(18) == [
        (3, "remind", "reminder"),
        (3, "notify", ""),
        (10, "remind", "demand"),
        (11, "notify", ""),
        (15, "suspend", ""),
        (17, "reinstate", ""),
    ]


def test_a_repetition_gives_the_same_lines() -> None:
    assert _replay(30) == _replay(30)


def test_a_record_is_one_line_in_fixed_order() -> None:
    (made,) = Evaluator(ruleset(reminder("r1", "reminder", 3)), confirm=False).evaluate(case(item("a", 5))).decisions
    assert record(made) == (date(2026, 3, 10).isoformat(), "k1", "remind", "reminder", "r1", "a")
