"""The next change: known dates, and equality with trying every day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.decisions.evaluation import Evaluator
from engine.decisions.next_change import HORIZON
from engine.facts.calendar import NO_BLACKOUT, Blackout, calendar_facts
from engine.facts.case import CustomerCase
from engine.facts.projection import Future
from engine.ruleset.condition import Condition, Not, Test
from engine.ruleset.model import ActionSpec, Rule, Ruleset, Subject
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

R1, R2 = reminder("r1", "reminder", 3), reminder("r2", "demand", 20)
S1 = Rule("s1", "customer", when(actionable_overdue=150_00), (SUSPEND,))


def _weekday(day: date) -> bool:
    return day.weekday() < 5


def change(rules: Ruleset, customer: CustomerCase, **more: Any) -> int | None:
    """Days ahead."""
    found = Evaluator(rules, confirm=False).evaluate(customer, explain=True, **more).next_change
    return None if found is None else (found - AS_OF).days


def test_a_rule_that_will_match_names_its_day() -> None:
    assert change(ruleset(R1), case(item("a", -4))) == 7
    assert change(ruleset(R1, R2), case(item("a", 5))) == 15
    assert change(ruleset(R1), case(item("a", 5))) is None
    assert change(ruleset(R1), case()) is None


def test_a_wait_that_ends_is_a_change() -> None:
    customer = case(item("a", 30, sent=(("reminder", days_ago(2)),)), ladder=STAGES)
    assert change(ruleset(R1, R2), customer) == 5


def test_an_item_that_falls_due_changes_the_totals() -> None:
    assert change(ruleset(S1), case(item("a", 10), item("b", -6))) == 7
    assert change(ruleset(S1), case(item("a", 10), item("b", -6, on_hold=True))) is None


def test_a_hold_that_expires_is_a_change() -> None:
    free = reminder("r1", "reminder", 3, Test("on_hold", "is", False))
    held = item("a", 10, on_hold=True, hold_reason="promise", hold_until=AS_OF + timedelta(days=4))
    assert change(ruleset(free), case(held)) == 5
    broken = Rule("n1", "customer", when(promises_broken=1), (notify(),))
    assert change(ruleset(broken), case(held)) == 5
    customer = case(on_hold=True, hold_reason="promise", hold_until=AS_OF + timedelta(days=8))
    assert change(ruleset(broken), customer) == 9
    disputed = item("a", 10, on_hold=True, disputed=True, hold_reason="dispute", hold_until=AS_OF)
    calm = reminder("r1", "reminder", 3, Test("disputed", "is", False))
    assert change(ruleset(calm), case(disputed)) == 1


def test_a_notification_comes_again() -> None:
    told = Rule("n1", "customer", when(oldest_days_past_due=10), (notify(30),))
    assert change(ruleset(told), case(item("a", 50), notified={"n1": days_ago(10)})) == 20


def test_what_waits_for_a_working_day_changes_on_it() -> None:
    stop = guard("g", Test("working_day", "is", False), effect="defer", until="next_working_day")
    saturday = date(2026, 3, 14)
    customer = case(item("a", 3 - 4))
    assert (AS_OF + timedelta(days=4)) == saturday
    assert change(ruleset(R1, guards=[stop]), customer, working_day=_weekday) == 6
    assert change(ruleset(R1, guards=[stop]), case(item("a", 5)), working_day=_weekday) == 4
    assert change(ruleset(R1, guards=[stop]), customer) == 4


def test_what_asks_the_calendar_changes_on_the_day_it_asks_for() -> None:
    today = calendar_facts(AS_OF, NO_BLACKOUT)  # a Tuesday, the 10th of March
    asked = (
        (Test("weekday", "is", "friday"), 3),
        (Test("weekday", "none_of", ("tuesday", "wednesday")), 2),
        (Test("day_of_month", "at_least", 25), 15),
        (Test("days_left_in_month", "is", 0), 21),
        (Test("month", "is", "may"), 52),
    )
    for test, days in asked:
        assert change(ruleset(reminder("r1", "reminder", 3, test)), case(item("a", 5), **today)) == days, test
    closed = Blackout(periods=((AS_OF, AS_OF + timedelta(days=8)),))
    stop = guard("g", Test("blackout_day", "is", True), effect="defer", until="next_open_day")
    customer = replace(case(item("a", 5), **calendar_facts(AS_OF, closed)), blackout=closed)
    found = Evaluator(ruleset(R1, guards=[stop]), confirm=False).evaluate(customer, explain=True)
    assert found.next_change == AS_OF + timedelta(days=9)
    (deferred,) = [one for one in found.others if one.outcome == "deferred"]
    assert (deferred.by, deferred.until) == ("g", AS_OF + timedelta(days=9))


def test_under_skip_the_calendar_of_the_last_run_counts() -> None:
    steps = ladder("reminder", catch_up="skip")
    tuesdays = reminder("r1", "reminder", 3, Test("weekday", "is", "tuesday"))
    customer = case(item("a", 5), **calendar_facts(AS_OF, NO_BLACKOUT))
    (made,) = Evaluator(ruleset(tuesdays, steps=steps), confirm=False).evaluate(customer).decisions
    assert made.items == ("a",)


def test_under_skip_what_is_not_sent_on_its_day_is_missed() -> None:
    steps = ladder("reminder", "demand", catch_up="skip")
    assert change(ruleset(R1, steps=steps), case(item("a", 3))) == 1


def test_a_notice_counts_from_the_day_its_item_is_overdue() -> None:
    noticed = Rule("s1", "customer", when(Test("notice_delivered", "is", True), days_since_notice=14), (SUSPEND,))
    customer = case(item("a", -2, sent=(("demand", days_ago(3)),)), ladder=STAGES)
    assert change(ruleset(noticed), customer) == 11


def test_totals_without_items_stay_as_given() -> None:
    rules = ruleset(Rule("s1", "customer", when(oldest_days_past_due=45, overdue_amount=10_00), (SUSPEND,)))
    given_totals = case(oldest_days_past_due=40, overdue_amount=20_00)
    assert change(rules, given_totals) == 5
    assert change(rules, case(oldest_days_past_due=0, overdue_amount=20_00)) is None


def test_nothing_is_foreseen_for_runs() -> None:
    evaluator = Evaluator(ruleset(R1), confirm=False)
    assert evaluator.evaluate(case(item("a", -4))).next_change is None
    assert evaluator.evaluate(case(item("a", -4)), working_day=_weekday).next_change == date(2026, 3, 17)


_FACTS = {
    "item": ("days_past_due", "days_since_issue", "days_in_stage", "oldest_days_past_due", "days_since_notice"),
    "customer": ("oldest_days_past_due", "days_since_notice", "days_since_contact"),
}
_FLAGS = ("on_hold", "working_day", "notice_delivered")


def _tests(subject: str) -> st.SearchStrategy[Condition]:
    number = st.integers(-5, 60)
    orderings = ("at_least", "more_than", "at_most", "less_than", "is", "is_not")
    plain: st.SearchStrategy[Condition] = st.builds(
        Test, st.sampled_from(_FACTS[subject]), st.sampled_from(orderings), number
    )
    ranges = st.builds(
        lambda fact, low, size: Test(fact, "between", (low, low + size)),
        st.sampled_from(_FACTS[subject]),
        number,
        number,
    )
    lists = st.builds(
        lambda fact, operator, values: Test(fact, operator, tuple(values)),
        st.sampled_from(_FACTS[subject]),
        st.sampled_from(("one_of", "none_of")),
        st.lists(number, min_size=1, max_size=3),
    )
    flags = st.builds(Test, st.sampled_from(_FLAGS), st.just("is"), st.booleans())
    money = st.builds(
        Test,
        st.sampled_from(("overdue_amount", "actionable_overdue", "total_open", "overdue_count")),
        st.just("at_least"),
        st.integers(1, 400_00),
    )
    one = st.one_of(plain, ranges, lists, flags, money)
    return st.one_of(one, st.builds(Not, one))


def _rules(subject: Subject, action: ActionSpec, name: str) -> st.SearchStrategy[Rule]:
    return st.lists(_tests(subject), min_size=1, max_size=2).map(
        lambda conditions: Rule(name, subject, when(*conditions), (action,))
    )


@st.composite
def _customers(draw: st.DrawFn) -> CustomerCase:
    held = st.one_of(st.none(), st.integers(0, 40).map(lambda days: AS_OF + timedelta(days=days)))
    items = []
    for index in range(draw(st.integers(0, 3))):
        until = draw(held)
        sent = draw(st.lists(st.tuples(st.sampled_from(["reminder", "demand"]), st.integers(0, 30)), max_size=2))
        reason = draw(st.sampled_from(["promise", "dispute"])) if until else None
        items.append(
            item(
                f"i{index}",
                draw(st.integers(-30, 60)),
                draw(st.integers(1, 300_00)),
                on_hold=until is not None,
                hold_reason=reason,
                hold_until=until,
                sent=tuple((stage, days_ago(days)) for stage, days in sorted(sent, key=lambda step: -step[1])),
            )
        )
    return case(
        *items,
        ladder=STAGES,
        suspended=draw(st.booleans()),
        working_day=_weekday(AS_OF),
        notified={"n": days_ago(draw(st.integers(0, 20)))},
    )


@given(
    rules=st.tuples(
        _rules("item", remind("reminder"), "a"),
        _rules("item", remind("demand"), "b"),
        _rules("item", remind("final"), "c"),
        _rules("item", notify(25), "n"),
        _rules("customer", SUSPEND, "s"),
        _rules("customer", REINSTATE, "t"),
    ),
    customer=_customers(),
    catch_up=st.sampled_from(["latest", "all", "skip"]),
    calendar=st.booleans(),
)
def test_the_next_change_equals_trying_every_day(
    rules: tuple[Rule, ...], customer: CustomerCase, catch_up: Any, calendar: bool
) -> None:
    steps = ladder("reminder", "demand:7", "final:14", notice="demand", catch_up=catch_up)
    evaluator = Evaluator(ruleset(*rules, steps=steps), confirm=False)
    working_day = _weekday if calendar else None
    found = evaluator.evaluate(customer, explain=True, working_day=working_day).next_change
    today = evaluator._answer(customer)
    future = Future(customer, steps, working_day)
    days = next((days for days in range(1, HORIZON + 1) if evaluator._answer(future.at(days)) != today), None)
    assert found == (None if days is None else AS_OF + timedelta(days=days))


@pytest.mark.parametrize("days", [0, 1, 40])
def test_a_case_some_days_later_is_the_case_of_that_day(days: int) -> None:
    """Facts of the future equal those of a case built for that day."""
    held = AS_OF + timedelta(days=5)

    def built(ahead: int) -> CustomerCase:
        rests = held >= AS_OF + timedelta(days=ahead)
        return case(
            item("a", 10 + ahead, sent=(("demand", days_ago(ahead + 3)),)),
            item("b", ahead - 20, on_hold=rests, hold_reason="manual" if rests else None, hold_until=held),
            ladder=STAGES,
        )

    future = Future(built(0), STAGES, None).at(days)
    wanted = built(days)
    assert future.customer.facts == wanted.customer.facts
    for seen, expected in zip(future.items, wanted.items, strict=True):
        assert {**seen.facts, "due_date": 0} == {**expected.facts, "due_date": 0}
