"""Every result is plain data: it goes to JSON and back unchanged."""

from __future__ import annotations

import json
from datetime import date

import pytest

from engine.law.claims.allocation import DueDebt, allocate
from engine.law.claims.compensation import compensation
from engine.law.claims.interest import delay_interest
from engine.law.claims.limitation import Period, demand_guard, limitation
from engine.law.claims.payments import Payment, settle
from engine.law.claims.suit import CourtFee, electronic_claim
from engine.law.conduct.balance_confirmation import ConfirmationTime, confirmation_window
from engine.law.conduct.debtor_register import entry
from engine.law.conduct.suspension import Wait, earliest_suspension
from engine.law.tax.bad_debt import bad_debt
from engine.money import Money
from tests.engine.law.examples import PL, zloty

DUE, DAY = date(2026, 1, 30), date(2026, 4, 15)
CIVIL = PL.rates("statutory_delay")
LUMP = compensation(zloty("100"), DUE, PL.tiers(), PL.euro())
RESULTS = {
    "interest": delay_interest(zloty("100"), DUE, DAY, CIVIL, PL.days_off),
    "settlement": settle(zloty("100"), DUE, [Payment(DAY, None)], CIVIL, PL.days_off),
    "allocation": allocate(zloty("1"), DAY, [DueDebt("A", DUE, zloty("5"))]),
    "compensation": LUMP,
    "limitation": limitation(DUE, PL.parameter("limitation_sale", Period), PL.days_off),
    "demand": demand_guard("consumer", DUE, DAY),
    "bad_debt": bad_debt(zloty("100"), zloty("23"), zloty("0"), DUE, PL.parameter("bad_debt_day", int)),
    "entry": entry(
        zloty("500"), 30, DAY, PL.parameter("register_least_business", Money), PL.parameter("register_least_days", int)
    ),
    "suspension": earliest_suspension(DUE, DAY, PL.parameter("suspension_energy", Wait)),
    "claim": electronic_claim(
        zloty("100"), DUE, DAY, PL.parameter("court_fee", CourtFee), PL.parameter("electronic_claim_years", int)
    ),
    "window": confirmation_window(date(2026, 12, 31), PL.parameter("balance_confirmation", ConfirmationTime)),
}


@pytest.mark.parametrize("name", RESULTS)
def test_result_is_plain_data(name: str) -> None:
    data = RESULTS[name].as_json()
    assert json.loads(json.dumps(data, allow_nan=False)) == data
    assert data


@pytest.mark.parametrize("name", ["interest", "settlement", "compensation", "limitation"])
def test_result_that_a_policy_decides_carries_it(name: str) -> None:
    assert RESULTS[name].as_json()["policy"]


@pytest.mark.parametrize("name", ["interest", "compensation", "limitation", "bad_debt", "entry", "suspension", "claim"])
def test_result_names_its_basis_in_both_languages(name: str) -> None:
    basis = RESULTS[name].as_json()["basis"]
    assert isinstance(basis, dict)
    assert set(basis) >= {"pl", "en"}
