from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import InvalidInput, ParameterNotVerified
from engine.law.claims.compensation import Compensation, compensation, compensation_interest, in_one_letter
from engine.law.policy import Policy
from engine.money import Money
from rules.parameters.loading import law
from tests.engine.law.examples import PL

MARCH = date(2025, 3, 17)


def claimed(amount: str, day: date = MARCH) -> Compensation:
    return compensation(Money.of(amount, "PLN"), day, PL.tiers(), PL.euro())


@pytest.mark.parametrize(
    ("amount", "euro"),
    [("0.01", 40), ("5000.00", 40), ("5000.01", 70), ("49999.99", 70), ("50000.00", 100), ("50000.01", 100)],
)
def test_thresholds_are_those_of_article_10(amount: str, euro: int) -> None:
    assert claimed(amount).lump == Money("EUR", euro * 100)


def test_fifty_thousand_gives_the_highest_sum_at_the_rate_of_february() -> None:
    assert (claimed("50000.00").amount, str(claimed("50000.00").mid)) == (Money("PLN", 41_575), "4.1575")


@pytest.mark.parametrize("amount", ["100", "20000", "60000"])
def test_before_2020_every_claim_gave_forty_euro(amount: str) -> None:
    assert claimed(amount, date(2019, 12, 31)).lump == Money("EUR", 4000)


@given(st.integers(1, 10**9), st.integers(1, 10**9), st.dates(date(2016, 1, 1), date(2026, 10, 31)))
def test_a_larger_claim_never_gives_less(one: int, other: int, day: date) -> None:
    low, high = sorted((one, other))
    small, large = (compensation(Money("PLN", claim), day, PL.tiers(), PL.euro()).amount.minor for claim in (low, high))
    assert small <= large


@given(st.dates(date(2016, 2, 1), date(2026, 10, 31)))
def test_the_rate_is_of_the_last_working_day_of_the_month_before_maturity(day: date) -> None:
    mid = claimed("100", day).mid
    assert mid
    assert mid.published == PL.days_off.working_day_before(day.replace(day=1))


def test_a_month_without_a_rate_stops() -> None:
    with pytest.raises(ParameterNotVerified, match=r"pl\.euro_by_month"):
        claimed("100", date(2026, 11, 1))


@pytest.mark.parametrize(("amount", "currency"), [("0", "PLN"), ("-5", "PLN"), ("100", "EUR")])
def test_a_claim_of_nothing_or_in_another_currency_is_refused(amount: str, currency: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        compensation(Money.of(amount, currency), MARCH, PL.tiers(), PL.euro())
    assert caught.value.field == "amount"


@pytest.mark.parametrize(
    ("country", "claim", "lump"),
    [
        ("de", "100 EUR", "40.00 EUR"),
        ("fr", "100 EUR", "40.00 EUR"),
        ("it", "100 EUR", "40.00 EUR"),
        ("es", "100 EUR", "40.00 EUR"),
        ("cz", "100 CZK", "1200.00 CZK"),
        ("uk", "1000.00 GBP", "70.00 GBP"),
        ("eu", "100 EUR", "40.00 EUR"),
    ],
)
def test_abroad_the_lump_sum_is_not_converted(country: str, claim: str, lump: str) -> None:
    amount, _, currency = claim.partition(" ")
    found = compensation(Money.of(amount, currency), MARCH, law(country).tiers(), law(country).euro())
    assert (str(found.amount), found.mid) == (lump, None)
    assert found.as_json()["rate"] is None


def amount(one: Compensation) -> Decimal:
    return one.amount.amount


def test_a_letter_claims_the_oldest_compensations_up_to_its_limit_and_looks_no_further() -> None:
    found = iter([claimed("100", date(2025, 1 + place, 10)) for place in range(12)])
    letter = in_one_letter(found, Policy(), amount)
    assert [one.maturity.month for one in letter] == list(range(1, 11))
    assert [one.maturity.month for one in found] == [11, 12]
    assert in_one_letter([], Policy(), amount) == in_one_letter([], Policy(compensation_per="letter"), amount) == []


def test_a_letter_may_claim_its_largest_compensation_alone() -> None:
    found = in_one_letter(
        [claimed("100"), claimed("60000"), claimed("6000")], Policy(compensation_per="letter"), amount
    )
    assert [one.claim for one in found] == [Money("PLN", 6_000_000)]


def test_interest_on_a_compensation_needs_the_policy() -> None:
    lump, due, until = claimed("3000", date(2026, 5, 29)), date(2026, 5, 29), date(2026, 8, 31)
    assert compensation_interest(lump, due, until, PL.rates("statutory_delay")).segments == ()
    statutory = Policy(compensation_interest="statutory", last_day="excluded")
    assert compensation_interest(lump, due, until, PL.rates("statutory_delay"), statutory).days == 92
