from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import InvalidInput
from engine.law.claims.allocation import DueDebt, allocate
from engine.law.claims.interest import delay_interest
from engine.law.claims.payments import Payment, settle
from engine.law.policy import Policy
from engine.money import Money
from rules.parameters.loading import law
from tests.engine.law.examples import PL

CIVIL = PL.rates("statutory_delay")
DUE = date(2025, 3, 14)
DAYS = st.dates(date(2025, 1, 1), date(2026, 10, 8))
ORDERS = st.sampled_from(["interest_first", "principal_first"])
PAYMENTS = st.lists(st.tuples(DAYS, st.integers(0, 2_000_000)), max_size=6)


def pln(minor: int) -> Money:
    return Money("PLN", minor)


@given(PAYMENTS, ORDERS)
def test_every_grosz_paid_goes_somewhere(paid: list[tuple[date, int]], order: str) -> None:
    payments = [Payment(day, pln(amount)) for day, amount in paid]
    found = settle(pln(1_000_000), DUE, payments, CIVIL, PL.days_off, Policy.of({"payment_order": order}))
    assert found.paid.minor == sum(amount for _, amount in paid)
    for step in found.steps:
        assert step.paid == step.to_interest + step.to_principal + step.excess
        assert min(step.to_interest, step.to_principal, step.excess, step.principal_left, step.interest_left) >= 0
        assert not step.excess or step.principal_left == step.interest_left == 0
    if found.steps:
        last = found.steps[-1]
        assert last.principal_left + sum(step.to_principal for step in found.steps) == 1_000_000
        assert last.interest_left + sum(step.to_interest for step in found.steps) == found.interest.minor


@given(PAYMENTS)
def test_interest_first_never_costs_the_debtor_less(paid: list[tuple[date, int]]) -> None:
    payments = [Payment(day, pln(amount)) for day, amount in paid]
    costs = {
        order: settle(pln(1_000_000), DUE, payments, CIVIL, PL.days_off, Policy.of({"payment_order": order}))
        for order in ("interest_first", "principal_first")
    }
    # rows are rounded, so a row of each period may differ by a grosz
    rows = sum(len(step.interest.segments) for step in costs["interest_first"].steps)
    assert costs["interest_first"].interest.minor >= costs["principal_first"].interest.minor - rows


@given(DAYS)
def test_one_payment_of_everything_is_principal_and_its_interest(day: date) -> None:
    found = settle(pln(1_000_000), DUE, [Payment(day, None)], CIVIL, PL.days_off)
    alone = delay_interest(pln(1_000_000), DUE, day, CIVIL, PL.days_off)
    assert found.paid.minor == 1_000_000 + alone.amount.minor
    assert found.steps[0].principal_left == found.steps[0].interest_left == 0


def test_a_payment_of_nothing_asks_what_is_owed_on_its_day() -> None:
    found = settle(pln(1_000_000), DUE, [Payment(date(2025, 4, 14), pln(0))], CIVIL, PL.days_off)
    assert (found.steps[0].principal_left, found.steps[0].interest_left) == (1_000_000, 9555)


def test_a_payment_before_the_due_date_lowers_the_principal_and_starts_no_interest() -> None:
    payments = [Payment(date(2025, 3, 1), pln(100_000)), Payment(date(2025, 4, 14), None)]
    found = settle(pln(1_000_000), DUE, payments, CIVIL, PL.days_off)
    assert found.steps[0].interest.segments == ()
    assert found.interest == delay_interest(pln(900_000), DUE, date(2025, 4, 14), CIVIL, PL.days_off).amount


def test_a_fixed_rate_stays_that_of_the_first_day_after_a_payment() -> None:
    payments = [Payment(date(2024, 8, 31), Money("CZK", 100)), Payment(date(2024, 9, 30), None)]
    fixed = law("cz").rates("late_payment")
    found = settle(Money("CZK", 10_000_000), date(2024, 5, 31), payments, fixed, None)
    assert {segment.rate for step in found.steps for segment in step.interest.segments} == {1475}


def test_payments_are_taken_by_their_days() -> None:
    early, late = Payment(date(2025, 4, 1), pln(100)), Payment(date(2025, 5, 1), pln(200))
    one, other = (settle(pln(1000), DUE, order, CIVIL, PL.days_off) for order in ([early, late], [late, early]))
    assert one == other


@pytest.mark.parametrize("amount", [Money("EUR", 100), Money("PLN", -1)])
def test_a_payment_in_another_currency_or_below_nothing_is_refused(amount: Money) -> None:
    with pytest.raises(InvalidInput) as caught:
        settle(pln(1000), DUE, [Payment(DUE, amount)], CIVIL, PL.days_off)
    assert caught.value.field == "payment"


def test_a_settlement_is_plain_data() -> None:
    found = settle(pln(1_000_000), DUE, [Payment(date(2025, 4, 14), None)], CIVIL, PL.days_off).as_json()
    assert found["interest"] == {"amount": "95.55", "currency": "PLN"}
    assert found["policy"] == Policy().used("payment_order", "rounding", "last_day", "day_off", "year")


DEBTS = [
    DueDebt("young", date(2026, 5, 4), pln(1000)),
    DueDebt("old", date(2026, 3, 2), pln(700)),
    DueDebt("later", date(2026, 12, 31), pln(500)),
]


def test_the_debt_that_the_debtor_designates_is_paid_first() -> None:
    found = allocate(pln(900), date(2026, 6, 1), DEBTS, "later")
    assert (found.order, found.by_debt) == (("later", "old"), {"young": pln(0), "old": pln(400), "later": pln(500)})


def test_what_is_more_than_due_is_left() -> None:
    found = allocate(pln(2000), date(2026, 6, 1), DEBTS)
    assert (found.order, found.left) == (("old", "young"), pln(300))
    assert found.as_json()["left"] == {"amount": "3.00", "currency": "PLN"}


def test_a_debt_is_due_on_its_due_date() -> None:
    assert allocate(pln(1), date(2026, 3, 2), DEBTS).order == ("old",)
    assert allocate(pln(1), date(2026, 3, 1), DEBTS).order == ()


@pytest.mark.parametrize(
    ("payment", "debts", "designated", "field"),
    [
        (pln(-1), DEBTS, None, "payment"),
        (pln(1), DEBTS, "nobody", "designated"),
        (Money("EUR", 1), DEBTS, None, "debts"),
        (pln(1), [*DEBTS, DEBTS[0]], None, "debts"),
    ],
)
def test_a_wrong_allocation_is_refused(
    payment: Money, debts: list[DueDebt], designated: str | None, field: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        allocate(payment, DUE, debts, designated)
    assert caught.value.field == field


@given(st.integers(0, 5000), st.lists(st.tuples(DAYS, st.integers(0, 1000)), max_size=6), DAYS)
def test_allocation_loses_nothing(amount: int, debts: list[tuple[date, int]], day: date) -> None:
    listed = [DueDebt(str(place), due, pln(owed)) for place, (due, owed) in enumerate(debts)]
    found = allocate(pln(amount), day, listed)
    assert amount == found.left.minor + sum(part.minor for part in found.by_debt.values())
    assert all(found.by_debt[debt.id].minor <= (debt.open.minor if debt.due <= day else 0) for debt in listed)
