"""Hit policy, guards, grouping, pending and the second look."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from engine.decisions.evaluation import Evaluator, choose
from engine.decisions.model import Evaluation, Verdict
from engine.facts.case import CustomerCase
from engine.ruleset.condition import Test
from engine.ruleset.model import Rule
from tests.engine.building import (
    AS_OF,
    REINSTATE,
    STAGES,
    SUSPEND,
    case,
    days_ago,
    guard,
    item,
    ladder,
    notify,
    remind,
    reminder,
    ruleset,
    when,
)

R1, R2, R3 = reminder("r1", "reminder", 3), reminder("r2", "demand", 20), reminder("r3", "final", 40)
S1 = Rule("s1", "customer", when(oldest_days_past_due=45), (SUSPEND,))


def decide(rules: Sequence[Rule], customer: CustomerCase, **more: Any) -> Evaluation:
    return Evaluator(ruleset(*rules, **more)).evaluate(customer, explain=True)


def outcomes(evaluation: Evaluation) -> dict[tuple[str, str], tuple[str, str | None]]:
    verdicts: list[Verdict] = [one for made in evaluation.decisions for one in made.verdicts]
    return {(one.key, one.rule): (one.outcome, one.by) for one in [*verdicts, *evaluation.others]}


def test_one_message_lists_all_items_of_a_step_by_due_date() -> None:
    answer = decide([R1, R2], case(item("b", 5), item("a", 5), item("c", 9), item("d", 25)))
    found = [(made.action.stage, made.items, made.rules) for made in answer.decisions]
    assert found == [("reminder", ("c", "a", "b"), ("r1",)), ("demand", ("d",), ("r2",))]


def test_rules_with_the_same_step_share_a_message_and_others_do_not() -> None:
    other = Rule("r0", "item", when(Test("currency", "is", "EUR"), days_past_due=3), (remind("reminder"),))
    worded = Rule("r4", "item", when(Test("currency", "is", "USD"), days_past_due=3), (remind("reminder", "usd"),))
    customer = case(item("a", 5), item("b", 6, currency="EUR"), item("c", 7, currency="USD"))
    answer = decide([other, worded, R1], customer)
    assert [(made.rules, made.items) for made in answer.decisions] == [(("r0", "r1"), ("b", "a")), (("r4",), ("c",))]


def test_the_key_names_source_customer_ruleset_step_and_occurrence() -> None:
    answer = decide([R1, S1], case(item("b", 50), item("a", 45)), steps=ladder("reminder"))
    suspend, remind_ = answer.decisions
    assert suspend.key == "fk:k1:pl.test:suspend:2026-03-10"
    digest = hashlib.sha256(b'["a", "b"]').hexdigest()[:16]
    assert remind_.key == f"fk:k1:pl.test:remind.reminder.reminder:2026-03-10.{digest}"
    later = Evaluator(ruleset(R1, steps=ladder("reminder")))
    assert later.evaluate(case(item("a", 45), item("b", 50))).decisions[0].key == remind_.key


def test_within_a_kind_the_first_matching_rule_wins() -> None:
    first = Rule("s0", "customer", when(oldest_days_past_due=30), (SUSPEND,))
    answer = decide([first, S1], case(item("a", 50)))
    assert [made.rules for made in answer.decisions] == [("s0",)]
    assert outcomes(answer)["k1", "s1"] == ("outranked", "s0")


@pytest.mark.parametrize("effect", ["forbid", "defer"])
def test_a_guard_beats_every_rule_of_the_kinds_it_stops(effect: str) -> None:
    stop = guard("g.email", Test("has_email", "is", False), kinds=("remind",), effect=effect)
    customer = case(item("a", 5, has_email=False), has_email=False)
    rules = [R1, Rule("n1", "item", when(days_past_due=3), (notify(),))]
    answer = decide(rules, customer, guards=[stop])
    expected = {"forbid": "forbidden", "defer": "deferred"}[effect]
    assert outcomes(answer) == {("a", "n1"): ("decided", None), ("a", "r1"): (expected, "g.email")}


def test_a_guard_that_names_no_kind_stops_all_and_forbidding_comes_before_deferring() -> None:
    later = guard("g.later", Test("working_day", "is", True), effect="defer")
    never = guard("g.never", Test("working_day", "is", True))
    answer = decide([R1], case(item("a", 5)), guards=[later, never])
    assert outcomes(answer)["a", "r1"] == ("forbidden", "g.never")


def test_guards_read_the_snapshot_of_their_subject() -> None:
    of_item = guard("g.item", Test("on_hold", "is", True), subjects=("item",))
    of_customer = guard("g.customer", Test("on_hold", "is", True), subjects=("customer",))
    of_both = guard("g.both", Test("on_hold", "is", True), subjects=("item", "customer"))
    held_item = case(item("a", 50, on_hold=True), item("b", 60), on_hold=False)
    held_customer = case(item("a", 50), on_hold=True)
    rules = [reminder("r1", "reminder", 3), S1]
    assert outcomes(decide(rules, held_item, guards=[of_item])) == {
        ("a", "r1"): ("forbidden", "g.item"),
        ("b", "r1"): ("decided", None),
        ("k1", "s1"): ("decided", None),
    }
    assert outcomes(decide(rules, held_customer, guards=[of_customer])) == {
        ("a", "r1"): ("forbidden", "g.customer"),
        ("k1", "s1"): ("forbidden", "g.customer"),
    }
    assert outcomes(decide(rules, held_customer, guards=[of_both])) == {
        ("a", "r1"): ("decided", None),
        ("k1", "s1"): ("forbidden", "g.both"),
    }


def test_what_waits_for_a_working_day_names_it() -> None:
    stop = guard("g.day", Test("working_day", "is", False), effect="defer", until="next_working_day")
    customer = case(item("a", 5, working_day=False), working_day=False)
    evaluator = Evaluator(ruleset(R1, guards=[stop]))
    assert evaluator.evaluate(customer, explain=True).others[0].until == date(2026, 3, 11)
    closed = {date(2026, 3, 11), date(2026, 3, 12)}
    answer = evaluator.evaluate(customer, explain=True, working_day=lambda day: day not in closed)
    assert answer.others[0].until == date(2026, 3, 13)


def test_what_is_pending_for_the_customer_is_not_decided_again() -> None:
    answer = decide([S1], case(item("a", 50), pending=("suspend",)))
    assert outcomes(answer) == {("k1", "s1"): ("pending", None)}
    again = Rule("back", "customer", when(), (REINSTATE,))
    assert outcomes(decide([again], case(suspended=True, pending=("reinstate",)))) == {
        ("k1", "back"): ("pending", None)
    }


def test_suspending_and_reinstating_what_is_so_already_does_nothing() -> None:
    back = Rule("back", "customer", when(), (REINSTATE,))
    assert outcomes(decide([S1, back], case(item("a", 50), suspended=True))) == {
        ("k1", "s1"): ("no_op", None),
        ("k1", "back"): ("decided", None),
    }
    assert outcomes(decide([S1, back], case(item("a", 50)))) == {
        ("k1", "s1"): ("decided", None),
        ("k1", "back"): ("no_op", None),
    }


@pytest.mark.parametrize(("ago", "outcome"), [(0, "waiting"), (29, "waiting"), (30, "decided")])
def test_a_notification_is_not_repeated_before_its_time(ago: int, outcome: str) -> None:
    rule = Rule("n1", "customer", when(oldest_days_past_due=10), (notify(),))
    answer = decide([rule], case(item("a", 50), notified={"n1": days_ago(ago)}))
    assert outcomes(answer) == {("k1", "n1"): (outcome, None)}
    if outcome == "waiting":
        assert answer.others[0].until == days_ago(ago - 30)


def test_notifications_about_several_items_are_one_for_each_rule() -> None:
    one = Rule("n1", "item", when(days_past_due=10), (notify(),))
    two = Rule("n2", "item", when(days_past_due=3), (notify(),))
    answer = decide([one, two], case(item("a", 50), item("b", 20), item("c", 5)))
    found = [(made.key, made.items) for made in answer.decisions]
    assert found == [("fk:k1:pl.test:notify.n1:2026-03-10", ("a", "b")), ("fk:k1:pl.test:notify.n2:2026-03-10", ("c",))]
    assert outcomes(decide([one], case(item("a", 50), pending=("notify",)))) == {("a", "n1"): ("pending", None)}


def test_skip_asks_whether_the_rule_matched_at_the_previous_run() -> None:
    steps = ladder("reminder", "demand", catch_up="skip")

    def outcome(days: int, since: int | None) -> str:
        customer = case(item("a", days, days_since_last_run=since), days_since_last_run=since)
        return outcomes(decide([R1], customer, steps=steps))["a", "r1"][0]

    assert [outcome(days, 1) for days in (2, 3, 4)] == ["not_matched", "decided", "missed"]
    assert [outcome(days, 5) for days in (3, 7, 8)] == ["decided", "decided", "missed"]
    assert [outcome(days, None) for days in (3, 4)] == ["decided", "missed"]


def test_without_explaining_only_decisions_are_told() -> None:
    customer = case(item("a", 50, sent=(("reminder", days_ago(1)),)), suspended=True, ladder=STAGES)
    answer = Evaluator(ruleset(R1, R2)).evaluate(customer)
    assert (answer.decisions, answer.others, answer.next_change, answer.reinstate_amount) == ((), (), None, None)


def test_why_not_shows_each_comparison_and_how_much_is_missing() -> None:
    rule = Rule("r1", "item", when(Test("open_amount", "at_least", 500_00), days_past_due=3), (remind("reminder"),))
    (verdict,) = decide([rule], case(item("a", 5, 100_00))).others
    assert verdict.outcome == "not_matched"
    assert [(one.fact, one.seen, one.passed, one.gap) for one in verdict.tests] == [
        ("open_amount", 100_00, False, 400_00),
        ("days_past_due", 5, True, None),
    ]


def test_the_facts_that_decide_are_named_for_each_subject() -> None:
    evaluator = Evaluator(
        ruleset(R1, S1, guards=[guard("g", Test("on_hold", "is", True), subjects=("item", "customer"))])
    )
    assert evaluator.reads == {
        "item": ("days_past_due", "on_hold"),
        "customer": ("on_hold", "source", "oldest_days_past_due", "suspended"),
    }
    skipping = Evaluator(ruleset(R1, steps=ladder("reminder", catch_up="skip")), confirm=False)
    assert skipping.reads["item"] == ("days_past_due", "days_since_last_run")


def _look(customer: CustomerCase, kind: str = "remind", **more: Any) -> tuple[tuple[str, ...], str | None, str | None]:
    stops = [
        guard("g.hold", Test("on_hold", "is", True)),
        guard("g.hour", Test("contact_hour", "less_than", 8), effect="defer", until="next_contact_hour"),
        guard("g.exempt", Test("dunning_allowed", "is", False), subjects=("customer",)),
    ]
    asked: dict[str, Any] = {"rules": ["r1"], "items": ["a", "b"], "stage": "reminder"} | more
    check = Evaluator(ruleset(R1, S1, guards=stops)).still_due(customer, kind=kind, **asked)
    return check.keys, check.reason, check.deferred_until


def test_the_second_look_keeps_the_items_that_are_still_due() -> None:
    assert _look(case(item("a", 5, pending="reminder"), item("b", 1), ladder=STAGES)) == (("a",), None, None)
    assert _look(case(item("b", 1))) == ((), "not_matched", None)
    assert _look(case(item("c", 9))) == ((), "settled", None)
    assert _look(case(item("a", 5)), stage="demand") == ((), "not_matched", None)
    assert _look(case(item("a", 5)), rules=["gone"]) == ((), "not_matched", None)


@pytest.mark.parametrize("stage", ["reminder", "demand"])
def test_the_second_look_leaves_out_what_got_the_stage_or_a_higher_one_meanwhile(stage: str) -> None:
    again = item("a", 5, sent=((stage, AS_OF),))
    assert _look(case(again, item("b", 5), ladder=STAGES)) == (("b",), None, None)
    assert _look(case(again, ladder=STAGES)) == ((), "already_sent", None)


def test_the_second_look_leaves_out_what_got_the_stage_before_too_lately() -> None:
    """A run of an earlier day knows nothing of what was sent since."""
    evaluator = Evaluator(ruleset(R1, R2))
    asked: dict[str, Any] = {"kind": "remind", "rules": ["r2"], "items": ["a", "b"], "stage": "demand"}
    late = item("a", 25, sent=(("reminder", days_ago(6)),))
    ready = item("b", 25, sent=(("reminder", days_ago(7)),))
    assert evaluator.still_due(case(late, ready, ladder=STAGES), **asked).keys == ("b",)
    alone = evaluator.still_due(case(late, ladder=STAGES), **asked)
    assert (alone.keys, alone.reason, alone.deferred_until) == ((), "waiting", None)


def test_a_memoryless_ladder_waits_for_nothing() -> None:
    steps = ladder("reminder", "demand:7", mode="most_severe")
    customer = case(item("a", 25, sent=(("reminder", AS_OF),)), ladder=steps)
    check = Evaluator(ruleset(R1, R2, steps=steps)).still_due(
        customer, kind="remind", rules=["r2"], items=["a"], stage="demand"
    )
    assert check.keys == ("a",)


def test_the_second_look_tells_what_stops_from_what_delays() -> None:
    assert _look(case(item("a", 5, on_hold=True))) == ((), "g.hold", None)
    assert _look(case(item("a", 5), contact_hour=6)) == ((), "g.hour", "next_contact_hour")
    assert _look(case(item("a", 5, on_hold=True), item("b", 9), contact_hour=6)) == ((), "g.hour", "next_contact_hour")
    assert _look(case(item("a", 5), dunning_allowed=False)) == ((), "g.exempt", None)


def test_the_second_look_at_a_customer() -> None:
    asked: dict[str, Any] = {"kind": "suspend", "rules": ["s1"], "items": [], "stage": None}
    assert _look(case(item("a", 50), pending=("suspend",)), **asked) == (("k1",), None, None)
    assert _look(case(item("a", 44)), **asked) == ((), "not_matched", None)
    assert _look(case(item("a", 50), dunning_allowed=False), **asked) == ((), "g.exempt", None)


def test_the_lowest_priority_that_applies_is_chosen_unless_one_is_pinned() -> None:
    consumer = ruleset(id="b", priority=10, applies_to=Test("customer_kind", "is", "consumer"))
    general, other = ruleset(id="z"), ruleset(id="a")
    rulesets = [general, consumer, other]
    assert choose(rulesets, {"customer_kind": "consumer"}, None) is consumer
    assert choose(rulesets, {"customer_kind": "business"}, None) is other
    assert choose(rulesets, {}, None) is other
    assert choose(rulesets, {}, "z") is general
    assert choose(rulesets, {}, "unknown") is None
    assert choose([consumer], {"customer_kind": "business"}, None) is None
