"""The amount that reinstates: known amounts, and equality with trying every payment."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from engine.decisions.evaluation import Evaluator
from engine.decisions.reinstatement import _Bill
from engine.facts.case import CustomerCase
from engine.ruleset.condition import Condition, Not, Test
from engine.ruleset.model import Rule, Ruleset
from tests.engine.building import REINSTATE, STAGES, SUSPEND, case, days_ago, guard, item, ruleset, when


def back(*conditions: Condition) -> Rule:
    return Rule("back", "customer", when(*conditions), (REINSTATE,))


def amount(rules: Ruleset, customer: CustomerCase) -> int | None:
    return Evaluator(rules, confirm=False).evaluate(customer, explain=True).reinstate_amount


def test_the_oldest_item_is_paid_first() -> None:
    customer = case(item("new", 5, 70_00), item("old", 60, 100_00), item("mid", 30, 50_00), suspended=True)
    assert amount(ruleset(back(Test("oldest_days_past_due", "less_than", 30))), customer) == 150_00
    assert amount(ruleset(back(Test("overdue_amount", "at_most", 100_00))), customer) == 120_00
    assert amount(ruleset(back(Test("overdue_amount", "less_than", 100_00))), customer) == 120_01
    assert amount(ruleset(back(Test("overdue_count", "is", 0))), customer) == 220_00


def test_use_of_the_credit_limit_counts_in_full_percents() -> None:
    customer = case(item("a", 5, 1_000_00), suspended=True, credit_limit=333_33)
    found = amount(ruleset(back(Test("credit_utilisation", "at_most", 100))), customer)
    assert found is not None
    left = 1_000_00 - found
    assert left * 100 // 333_33 == 100
    assert (left + 1) * 100 // 333_33 == 101


def test_a_payment_beyond_the_debt_becomes_a_credit() -> None:
    customer = case(item("a", 5, 10_00), suspended=True)
    assert amount(ruleset(back(Test("balance", "at_most", -5_00))), customer) == 15_00
    assert amount(ruleset(back(Test("credit_amount", "at_least", 7_00))), customer) == 17_00


def test_a_notice_ends_with_its_item() -> None:
    customer = case(
        item("a", 30, 10_00, sent=(("demand", days_ago(9)),)), item("b", 20, 5_00), ladder=STAGES, suspended=True
    )
    assert amount(ruleset(back(Test("notice_delivered", "is", False))), customer) == 10_00


def test_no_amount_where_none_helps_or_none_is_asked_for() -> None:
    customer = case(item("a", 30), suspended=True)
    assert amount(ruleset(back(Test("customer_kind", "is", "consumer"))), customer) is None
    assert amount(ruleset(back()), case(item("a", 30))) is None
    assert amount(ruleset(Rule("s", "customer", when(), (SUSPEND,))), customer) is None
    assert amount(ruleset(back()), customer) == 0


def test_no_amount_where_it_cannot_be_told() -> None:
    paid = back(Test("overdue_amount", "at_most", 0))
    assert amount(ruleset(paid), case(item("a", 30, None), suspended=True)) is None
    assert amount(ruleset(paid), case(suspended=True, overdue_amount=50_00)) is None


def test_a_guard_that_forbids_counts_and_one_that_defers_does_not() -> None:
    customer = case(item("a", 30, 10_00), suspended=True)
    forbid = guard("g", Test("total_open", "more_than", 3_00), subjects=("customer",))
    defer = guard("g", Test("total_open", "more_than", 3_00), subjects=("customer",), effect="defer")
    assert amount(ruleset(back(), guards=[forbid]), customer) == 7_00
    assert amount(ruleset(back(), guards=[defer]), customer) == 0


_AMOUNTS = ("total_open", "balance", "overdue_amount", "net_overdue", "actionable_overdue", "credit_amount")


def _conditions() -> st.SearchStrategy[Condition]:
    operators = ("at_least", "more_than", "at_most", "less_than", "is", "is_not")
    money: st.SearchStrategy[Condition] = st.builds(
        Test, st.sampled_from(_AMOUNTS), st.sampled_from(operators), st.integers(-20, 120)
    )
    percent = st.builds(Test, st.just("credit_utilisation"), st.sampled_from(operators), st.integers(-5, 220))
    days = st.builds(Test, st.just("oldest_days_past_due"), st.sampled_from(operators), st.integers(0, 60))
    count = st.builds(
        Test, st.sampled_from(("open_count", "overdue_count")), st.sampled_from(operators), st.integers(0, 4)
    )
    ranges = st.builds(
        lambda fact, low, size: Test(fact, "between", (low, low + size)),
        st.sampled_from(_AMOUNTS),
        st.integers(-20, 90),
        st.integers(0, 10),
    )
    one = st.one_of(money, percent, days, count, ranges)
    return st.one_of(one, st.builds(Not, one))


@given(
    conditions=st.lists(_conditions(), min_size=1, max_size=2),
    stop=st.one_of(st.none(), _conditions()),
    items=st.lists(st.tuples(st.integers(-20, 60), st.integers(1, 50), st.booleans()), max_size=3),
    facts=st.fixed_dictionaries({"credit_amount": st.integers(0, 30)}, optional={"credit_limit": st.integers(0, 90)}),
)
def test_the_amount_equals_trying_every_payment(
    conditions: list[Condition], stop: Condition | None, items: list[tuple[int, int, bool]], facts: dict[str, Any]
) -> None:
    guards = [guard("g", stop, subjects=("customer",))] if stop else []
    rules = ruleset(back(*conditions), guards=guards)
    open_items = [item(f"i{n}", days, money, on_hold=held) for n, (days, money, held) in enumerate(items)]
    customer = case(*open_items, suspended=True, **facts)
    evaluator = Evaluator(rules, confirm=False)
    bill = _Bill(customer, STAGES, evaluator._customer)
    expected = next((payment for payment in range(450) if bill.reinstates(payment)), None)
    assert evaluator.evaluate(customer, explain=True).reinstate_amount == expected
