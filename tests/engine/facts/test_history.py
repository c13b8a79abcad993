"""What was done before, as facts."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from engine.decisions.evaluation import Evaluator
from engine.decisions.ladder import is_behind
from engine.facts.history import NOTHING_DONE, History, stage_facts, with_history
from engine.facts.legal import CaseLaw, Contact, Cutting, LegalFacts
from engine.facts.projection import Future
from engine.ruleset.condition import Test
from engine.ruleset.model import Rule
from rules.parameters.loading import law
from tests.engine.building import AS_OF, STAGES, SUSPEND, case, days_ago, guard, item, ruleset, when


def test_the_stage_is_the_highest_sent_and_its_days_count_from_the_last_sending() -> None:
    sent = (("reminder", days_ago(20)), ("demand", days_ago(5)))
    assert stage_facts(sent, STAGES, AS_OF) == {"stage": "demand", "days_in_stage": 5}
    assert stage_facts((), STAGES, AS_OF) == {"stage": None, "days_in_stage": None}
    assert stage_facts((("old", AS_OF),), STAGES, AS_OF) == {"stage": None, "days_in_stage": None}


def test_a_notice_counts_while_its_item_is_overdue_from_the_earliest() -> None:
    built = case(item("a", 30), item("b", 5), item("c", -2))
    sent = {"a": (("demand", days_ago(9)),), "b": (("demand", days_ago(3)),), "c": (("demand", days_ago(40)),)}
    done = History(sent, [Contact(days_ago(3))], {"b": "final"}, ("suspend",), {"r": AS_OF})
    told = with_history(built, STAGES, done)
    for snapshot in (told.customer, *told.items):
        assert snapshot.facts["notice_delivered"] is True
        assert snapshot.facts["days_since_notice"] == 9
        assert snapshot.facts["days_since_contact"] == 3
    assert [snapshot.facts["stage"] for snapshot in told.items] == ["demand"] * 3
    assert [line.pending for line in told.lines] == [None, "final", None]
    assert (told.pending, told.notified) == (("suspend",), {"r": AS_OF})


def test_a_notice_for_what_is_not_overdue_is_no_notice() -> None:
    told = with_history(case(item("c", 0)), STAGES, History({"c": (("demand", days_ago(4)),)}))
    assert told.customer.facts["notice_delivered"] is False
    assert told.customer.facts["days_since_notice"] is None
    assert told.customer.facts["days_since_contact"] is None


def test_a_stage_sent_under_an_earlier_name_counts_as_the_present_one() -> None:
    ladder = replace(STAGES, renamed=(("warning", "demand"), ("prompt", None)))
    sent = {"a": (("warning", days_ago(9)),), "b": (("prompt", days_ago(3)),)}
    told = with_history(case(item("a", 30), item("b", 5)), ladder, History(sent))
    assert [snapshot.facts["stage"] for snapshot in told.items] == ["demand", None]
    assert told.customer.facts["notice_delivered"] is (ladder.notice == "demand")
    assert is_behind(ladder, told.lines[0], "reminder")
    assert is_behind(replace(ladder, mode="most_severe"), told.lines[0], "demand")
    assert not is_behind(ladder, told.lines[1], "reminder")


def test_history_replaces_what_lines_said_before() -> None:
    before = case(item("a", 30, sent=(("reminder", days_ago(1)),), pending="demand"), ladder=STAGES)
    assert before.items[0].facts["stage"] == "reminder"
    after = with_history(before, STAGES, NOTHING_DONE)
    assert (after.lines[0].sent, after.lines[0].pending, after.items[0].facts["stage"]) == ((), None, None)


def test_the_law_of_the_case_says_from_when_services_may_be_cut() -> None:
    energy = CaseLaw(LegalFacts(law("pl")), Cutting(("energy",), 1, AS_OF))
    built = replace(case(item("a", 50), item("b", 60), item("c", -2)), law=energy)
    sent = {"a": (("demand", days_ago(16)),), "b": (("demand", days_ago(40)),), "c": (("demand", days_ago(90)),)}
    contacts = [Contact(days_ago(16)), Contact(days_ago(1), "letter")]
    told = with_history(built, STAGES, History(sent, contacts))
    # the notice of b came 20 days after its due date, which energy does not count; c is not overdue
    assert [line.cut_from for line in told.lines] == [days_ago(1), None, None]
    facts = told.customer.facts
    assert (facts["suspension_earliest"], facts["days_since_suspension_allowed"]) == (days_ago(1).toordinal(), 1)
    assert (facts["days_since_contact"], facts["days_since_contact_allowed"]) == (1, -2)


def test_the_end_of_the_wait_is_foreseen() -> None:
    suspends = Rule("suspend", "customer", when(Test("notice_delivered", "is", value=True)), (SUSPEND,))
    waits = guard(
        "wait", Test("days_since_suspension_allowed", "less_than", 0), subjects=("customer",), kinds=("suspend",)
    )
    built = replace(
        case(item("a", 50), item("c", 0)), law=CaseLaw(LegalFacts(law("pl")), Cutting(("default",), 1, AS_OF))
    )
    # c was noticed today, on its due date: the notice counts from tomorrow on, and its wait from today
    for key, noticed, opens in (("a", days_ago(4), 11), ("c", AS_OF, 15)):
        told = with_history(built, STAGES, History({key: (("demand", noticed),)}))
        evaluation = Evaluator(ruleset(suspends, guards=[waits]), confirm=False).evaluate(told, explain=True)
        assert not evaluation.decisions
        assert evaluation.next_change == AS_OF + timedelta(days=opens), key


def test_insolvency_ends_with_its_hold() -> None:
    held = item("a", 20, on_hold=True, hold_reason="insolvency", hold_until=AS_OF + timedelta(days=2))
    built = case(held, item("b", 20), insolvent=True)
    future = Future(built, STAGES, None)
    assert [future.at(days).items[1].facts["insolvent"] for days in (1, 2, 3)] == [True, True, False]
