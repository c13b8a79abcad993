from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import ChoiceNeeded, InvalidInput, ParameterMissing, ParameterNotVerified
from engine.law.claims.interest import delay_interest, interest
from engine.law.claims.rates import Rates, agreed, capped
from engine.law.claims.suit import interest_on_interest
from engine.law.policy import Policy
from engine.money import Money
from rules.parameters.loading import law
from tests.engine.law.examples import PL, rows

CIVIL = PL.rates("statutory_delay")
GENERAL = PL.rates("commercial_general")
HEALTH = PL.rates("commercial_public_health")
SPLIT = Policy(before_transition="split")

DAYS = st.dates(date(2016, 1, 1), date(2026, 10, 8))
PRINCIPALS = st.integers(0, 10**12)
SERIES = st.sampled_from([CIVIL, GENERAL, HEALTH, law("de").rates("b2b_delay"), law("it").rates("mora")])


def pln(minor: int) -> Money:
    return Money("PLN", minor)


@given(PRINCIPALS, st.lists(DAYS, min_size=3, max_size=3).map(sorted), SERIES, st.sampled_from(["365", "actual"]))
def test_exact_interest_of_a_period_is_that_of_its_parts(
    principal: int, days: list[date], rates: Rates, year: str
) -> None:
    first, cut, last = days
    policy = Policy.of({"before_transition": "split", "year": year})
    whole = interest(pln(principal), first, last, rates, policy)
    before = interest(pln(principal), first, cut, rates, policy)
    after = interest(pln(principal), cut + timedelta(days=1), last, rates, policy)
    assert whole.raw == before.raw + after.raw
    assert whole.days == before.days + after.days == (last - first).days + 1


@given(PRINCIPALS, PRINCIPALS, DAYS, DAYS)
def test_more_principal_never_bears_less_interest(one: int, other: int, first: date, last: date) -> None:
    low, high = sorted((one, other))
    small, large = (interest(pln(principal), first, last, CIVIL) for principal in (low, high))
    assert small.raw <= large.raw
    assert small.amount.minor <= large.amount.minor


@given(PRINCIPALS, DAYS, st.integers(0, 400))
def test_nothing_accrues_before_the_first_day(principal: int, due: date, earlier: int) -> None:
    found = delay_interest(pln(principal), due, due - timedelta(days=earlier), CIVIL, PL.days_off)
    assert (found.amount.minor, found.segments) == (0, ())


@given(PRINCIPALS, st.lists(DAYS, min_size=2, max_size=2).map(sorted))
def test_roundings_differ_by_less_than_half_a_grosz_a_row(principal: int, days: list[date]) -> None:
    found = interest(pln(principal), days[0], days[1], CIVIL)
    once = replace(found, policy=Policy(rounding="once"))
    assert 2 * abs(found.amount.minor - once.amount.minor) <= len(found.segments) + 1


@given(st.dates(date(2020, 1, 1), date(2026, 12, 31)))
def test_commercial_rates_differ_by_two_points_from_2020(day: date) -> None:
    assert GENERAL.on(day).value - HEALTH.on(day).value == 200


@given(st.dates(date(2016, 1, 1), date(2019, 12, 31)))
def test_commercial_rates_were_equal_before_2020(day: date) -> None:
    assert GENERAL.on(day).value == HEALTH.on(day).value


@given(st.integers(0, 5000), st.lists(DAYS, min_size=2, max_size=2).map(sorted))
def test_a_contract_never_bears_more_than_the_maximum(rate: int, days: list[date]) -> None:
    cap = PL.rates("max_delay")
    cut = interest(pln(1_000_000), *days, capped(rate, cap, "contract"))
    assert cut.raw <= interest(pln(1_000_000), *days, cap).raw
    assert cut.raw <= interest(pln(1_000_000), *days, agreed(rate, "contract")).raw
    assert all(segment.rate == min(rate, cap.on(segment.first).value) for segment in cut.segments)


def test_equal_neighbours_are_one_row_when_merged() -> None:
    merged = Policy(equal_rates="merged")
    found = delay_interest(pln(500_000), date(2024, 12, 24), date(2025, 1, 15), GENERAL, PL.days_off, merged)
    assert rows(found) == [["2024-12-25", "2025-01-15", 22, "15.75"]]
    assert found.amount == pln(4747)
    assert found.segments[0].source == "M.P. 2024 poz. 546; M.P. 2024 poz. 1106"


def test_merged_rows_are_as_sure_as_the_least_sure_of_them() -> None:
    ecb = law("eu").rates("directive_floor")
    found = interest(Money("EUR", 100), date(2026, 6, 1), date(2026, 7, 31), ecb)
    assert [segment.confidence for segment in found.segments] == ["A", "B"]
    cz = replace(law("cz").rates("late_payment"), fixed=False)
    merged = Policy(equal_rates="merged")
    found = interest(Money("CZK", 100), date(2022, 12, 1), date(2023, 1, 31), cz, merged)
    assert [segment.confidence for segment in found.segments] == ["B"]


def test_the_day_of_calculation_may_be_left_out() -> None:
    ends = date(2024, 7, 20)
    counted = delay_interest(pln(1_230_000), date(2024, 3, 15), ends, CIVIL, PL.days_off)
    excluded = delay_interest(pln(1_230_000), date(2024, 3, 15), ends, CIVIL, PL.days_off, Policy(last_day="excluded"))
    assert (counted.days, excluded.days) == (127, 126)


def test_days_of_a_leap_year_may_count_one_in_366() -> None:
    found = interest(pln(36_600), date(2023, 12, 31), date(2024, 1, 1), agreed(1000, "contract"), Policy(year="actual"))
    assert found.raw == Fraction(36_600, 10) * (Fraction(1, 365) + Fraction(1, 366))


def test_a_due_date_on_a_saturday_may_be_kept() -> None:
    due, ends = date(2026, 1, 10), date(2026, 7, 20)
    kept = delay_interest(pln(100), due, ends, GENERAL, PL.days_off, Policy(day_off="kept"))
    assert (kept.due, kept.days) == (due, 191)


@pytest.mark.parametrize(("choice", "rates"), [("split", [950, 1150]), ("old", [950, 950])])
def test_a_delay_across_the_change_of_2020_is_counted_as_chosen(choice: str, rates: list[int]) -> None:
    policy = Policy.of({"before_transition": choice})
    found = interest(pln(10_000), date(2019, 12, 1), date(2020, 1, 31), GENERAL, policy)
    assert [segment.rate for segment in found.segments] == rates


def test_a_delay_across_the_change_of_2020_is_refused_until_somebody_chooses() -> None:
    with pytest.raises(ChoiceNeeded, match="before_transition") as caught:
        interest(pln(10_000), date(2019, 12, 31), date(2020, 1, 1), GENERAL)
    assert caught.value.policy == "before_transition"
    interest(pln(10_000), date(2019, 12, 1), date(2019, 12, 31), GENERAL)
    interest(pln(10_000), date(2020, 1, 1), date(2020, 1, 31), GENERAL)


def test_a_transaction_concluded_before_2020_is_one_of_the_old_regime() -> None:
    with pytest.raises(ChoiceNeeded):
        interest(pln(10_000), date(2020, 2, 1), date(2020, 3, 1), GENERAL, begun=date(2019, 11, 5))


@pytest.mark.parametrize(("country", "rates"), [("cz", "late_payment"), ("uk", "late_payment")])
def test_a_fixed_rate_is_that_of_the_day_the_delay_began(country: str, rates: str) -> None:
    fixed = law(country).rates(rates)
    found = interest(Money("GBP", 100_000), date(2024, 6, 30), date(2026, 12, 1), fixed)
    assert [segment.rate for segment in found.segments] == [fixed.on(date(2024, 6, 30)).value]
    later = interest(Money("GBP", 100_000), date(2025, 7, 1), date(2025, 7, 31), fixed, begun=date(2024, 6, 30))
    assert [segment.rate for segment in later.segments] == [fixed.on(date(2024, 6, 30)).value]


def test_the_moving_german_rate_for_the_days_of_eu_02_gives_another_sum() -> None:
    found = interest(Money("EUR", 100_000), date(2025, 1, 2), date(2026, 1, 1), law("de").rates("b2c_delay"))
    assert found.amount == Money("EUR", 6763)


@pytest.mark.parametrize(
    ("rates", "last"),
    [
        (CIVIL, date(2026, 10, 8)),
        (GENERAL, date(2026, 12, 31)),
        (law("cz").rates("late_payment"), date(2026, 6, 30)),
        (law("de").rates("b2b_delay"), date(2026, 12, 31)),
    ],
)
def test_nothing_is_extrapolated_past_the_last_verified_day(rates: Rates, last: date) -> None:
    interest(pln(100), last, last, rates)
    after = last + timedelta(days=1)
    with pytest.raises(ParameterNotVerified, match=str(last)) as caught:
        interest(pln(100), after, after, rates)
    assert (caught.value.parameter, caught.value.day, caught.value.verified_to) == (rates.name, after, last)


def test_a_day_before_the_first_value_is_missing() -> None:
    with pytest.raises(ParameterMissing, match=r"pl\.statutory_delay.*2015-12-31"):
        interest(pln(100), date(2015, 12, 31), date(2016, 1, 1), CIVIL)


def test_a_negative_principal_is_refused() -> None:
    with pytest.raises(InvalidInput) as caught:
        interest(pln(-1), date(2024, 1, 1), date(2024, 1, 2), CIVIL)
    assert caught.value.field == "principal"


def test_interest_on_interest_does_not_run_before_the_suit() -> None:
    filed = date(2026, 4, 1)
    assert interest_on_interest(pln(50_000), filed, filed - timedelta(days=1), CIVIL).amount == pln(0)
    assert interest_on_interest(pln(50_000), filed, filed, CIVIL).days == 1


@pytest.mark.parametrize("name", ["commercial_general", "commercial_public_health", "compensation"])
def test_nothing_of_commercial_transactions_is_claimed_from_a_consumer(name: str) -> None:
    with pytest.raises(InvalidInput, match="consumer"):
        PL.parameters[name].require_debtor("consumer")
    PL.parameters[name].require_debtor("business")


@pytest.mark.parametrize(
    ("country", "debtor", "name"),
    [
        ("pl", "consumer", "pl.statutory_delay"),
        ("pl", "sole_trader", "pl.commercial_general"),
        ("pl", "public", "pl.commercial_general"),
        ("pl", "public_health", "pl.commercial_public_health"),
        ("de", "consumer", "de.b2c_delay"),
        ("de", "business", "de.b2b_delay"),
        ("cz", "consumer", "cz.late_payment"),
    ],
)
def test_each_kind_of_debtor_owes_his_own_rate(country: str, debtor: str, name: str) -> None:
    assert law(country).delay_rates(debtor).name == name


def test_a_consumer_abroad_without_a_known_rate_is_refused() -> None:
    with pytest.raises(InvalidInput, match="consumer"):
        law("fr").delay_rates("consumer")


def test_a_result_carries_its_working_and_its_policies() -> None:
    found = delay_interest(pln(500_000), date(2025, 12, 24), date(2026, 1, 15), GENERAL, PL.days_off).as_json()
    assert found["effective_due"] == "2025-12-29"
    assert found["interest"] == {"amount": "32.95", "currency": "PLN"}
    assert found["segments"] == [
        {
            "first": "2025-12-30",
            "last": "2025-12-31",
            "days": 2,
            "rate_pct": "15.25",
            "amount": {"amount": "4.18", "currency": "PLN"},
            "source": "M.P. 2025 poz. 602",
            "confidence": "A",
        },
        {
            "first": "2026-01-01",
            "last": "2026-01-15",
            "days": 15,
            "rate_pct": "14.00",
            "amount": {"amount": "28.77", "currency": "PLN"},
            "source": "M.P. 2025 poz. 1257",
            "confidence": "A",
        },
    ]
    assert found["policy"] == Policy().used(
        "rounding", "equal_rates", "last_day", "day_off", "year", "before_transition", "unverified"
    )
