from __future__ import annotations

from datetime import date, timedelta

import pytest
from holidays import country_holidays
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import InvalidInput, NotFound, ParameterMissing, ParameterNotVerified
from engine.law.claims.limitation import Period, demand_guard, limitation
from engine.law.claims.suit import CourtFee, electronic_claim
from engine.law.conduct.balance_confirmation import ConfirmationTime, confirmation_window
from engine.law.conduct.debtor_register import earliest_entry, earliest_entry_by_title, entry
from engine.law.conduct.suspension import Wait, earliest_suspension
from engine.law.dated import Parameter
from engine.law.due_date import effective_due
from engine.law.policy import Policy
from engine.law.tax.bad_debt import bad_debt, relief_last_day
from engine.law.tax.exchange_day import rate_day, tax_point
from engine.law.tax.jpk_marker import jpk_marker
from engine.law.tax.retention import keep_until
from engine.law.tax.white_list import masked
from engine.money import Money
from rules.parameters.loading import law
from tests.engine.law.examples import PL, day, zloty

OFF = PL.days_off
DAYS = st.dates(date(2017, 1, 1), date(2031, 12, 20))
DUES = st.dates(date(2018, 7, 9), date(2026, 12, 31))
PERIODS = [name for name in PL.parameters if name.startswith("limitation_")]


def days(name: str) -> Parameter[int]:
    return PL.parameter(name, int)


def test_days_off_are_those_of_another_source() -> None:
    known = country_holidays("PL", years=range(2016, 2032))
    assert {one for one in known if one.weekday() != 6} == {one for one in OFF.days if one.weekday() != 6}


@given(DAYS)
def test_moving_a_due_date_twice_changes_nothing(due: date) -> None:
    moved = effective_due(due, OFF)
    assert effective_due(moved, OFF) == moved >= due
    assert OFF.working(moved)
    assert not any(OFF.working(due + timedelta(days=back)) for back in range((moved - due).days))


def test_saturdays_move_terms_since_2017() -> None:
    assert OFF.moved(date(2016, 12, 31)) == date(2016, 12, 31)
    assert OFF.moved(date(2017, 1, 7)) == date(2017, 1, 9)


@given(st.dates(date(2017, 1, 1), date(2031, 10, 31)), st.integers(0, 30))
def test_working_days_are_counted_one_by_one(start: date, count: int) -> None:
    end = OFF.working_days_after(start, count)
    assert sum(OFF.working(start + timedelta(days=ahead + 1)) for ahead in range((end - start).days)) == count


def test_days_off_stop_where_they_are_not_known() -> None:
    with pytest.raises(ParameterNotVerified):
        OFF.off(date(2032, 1, 1))
    with pytest.raises(ParameterMissing):
        OFF.off(date(2015, 12, 31))
    with pytest.raises(NotFound, match="de"):
        _ = law("de").days_off


@given(DUES, st.sampled_from(PERIODS))
def test_limitation_of_two_years_or_more_ends_with_a_year(due: date, name: str) -> None:
    periods = PL.parameter(name, Period)
    found = limitation(due, periods, OFF)
    if found.years >= 2:
        assert (found.last_day.month, found.last_day.day) == (12, 31)
        assert found.last_day.year == due.year + found.years
    else:
        assert found.last_day.replace(year=due.year) == due or due.day == 29
    assert found.last_day == min(found.readings.values())


def test_a_sale_of_march_2025_is_barred_after_2027() -> None:
    assert limitation(day("2025-03-15"), PL.parameter("limitation_sale", Period), OFF).last_day == day("2027-12-31")


def test_a_term_of_29_february_ends_on_28_february() -> None:
    found = limitation(day("2024-02-29"), PL.parameter("limitation_carriage", Period), OFF)
    assert found.last_day == day("2025-02-28")


@pytest.mark.parametrize(
    ("debtor", "today", "allowed", "barred"),
    [
        ("consumer", "2025-12-31", True, False),
        ("consumer", "2026-01-01", False, True),
        ("business", "2026-01-01", True, True),
        ("sole_trader", "2026-01-01", True, True),
    ],
)
def test_only_consumers_are_spared_a_time_barred_demand(debtor: str, today: str, allowed: bool, barred: bool) -> None:
    found = demand_guard(debtor, day("2025-12-31"), day(today))
    assert (found.allowed, found.time_barred) == (allowed, barred)


@given(st.integers(1, 10**9), st.integers(0, 10**9), st.integers(0, 100))
def test_open_net_and_tax_add_up_to_the_open_gross(net: int, vat: int, percent_paid: int) -> None:
    paid = (net + vat) * percent_paid // 100
    found = bad_debt(Money("PLN", net), Money("PLN", vat), Money("PLN", paid), day("2025-09-30"), days("bad_debt_day"))
    assert found.net.minor + found.vat.minor == net + vat - paid
    assert 0 <= found.vat.minor <= vat


def test_more_paid_than_owed_is_no_bad_debt() -> None:
    with pytest.raises(InvalidInput) as caught:
        bad_debt(zloty("100"), zloty("23"), zloty("123.01"), day("2025-09-30"), days("bad_debt_day"))
    assert caught.value.field == "paid"


def test_the_window_for_vat_was_two_years_before_october_2021() -> None:
    assert relief_last_day(day("2021-09-30"), days("bad_debt_window_vat")) == day("2023-12-31")
    assert relief_last_day(day("2021-10-01"), days("bad_debt_window_vat")) == day("2024-12-31")


@pytest.mark.parametrize(
    ("debtor", "total", "late", "allowed"),
    [("business", "500.00", 30, True), ("business", "500.00", 29, False), ("consumer", "199.99", 30, False)],
)
def test_register_thresholds_have_two_sides(debtor: str, total: str, late: int, allowed: bool) -> None:
    least = PL.parameter(f"register_least_{debtor}", Money)
    assert entry(zloty(total), late, day("2026-01-01"), least, days("register_least_days")).allowed is allowed


def test_a_debt_in_another_currency_than_the_threshold_is_refused() -> None:
    least = PL.parameter("register_least_business", Money)
    with pytest.raises(InvalidInput, match="PLN") as caught:
        entry(Money("EUR", 100), 30, day("2026-01-01"), least, days("register_least_days"))
    assert caught.value.field == "total"


def test_a_parameter_of_another_kind_is_not_found() -> None:
    with pytest.raises(NotFound, match=r"pl\.court_fee"):
        PL.parameter("court_fee", int)
    with pytest.raises(NotFound, match=r"pl\.nothing"):
        PL.parameter("nothing", int)


def test_a_month_of_waiting_ends_in_a_short_month() -> None:
    assert earliest_entry(day("2026-01-31"), days("register_warning_months")) == day("2026-03-01")
    assert earliest_entry_by_title(day("2026-09-15"), days("register_warning_days_title")) == day("2026-09-30")


@pytest.mark.parametrize(("notice", "refused"), [("2026-09-09", True), ("2026-09-10", False)])
def test_a_notice_counts_once_the_wait_after_the_due_date_is_over(notice: str, refused: bool) -> None:
    waits = PL.parameter("suspension_energy", Wait)
    if refused:
        with pytest.raises(InvalidInput, match="2026-09-10"):
            earliest_suspension(day("2026-08-10"), day(notice), waits)
    else:
        assert earliest_suspension(day("2026-08-10"), day(notice), waits).cut == day("2026-09-25")


def test_water_needs_two_unpaid_periods() -> None:
    with pytest.raises(InvalidInput, match="2 billing periods") as caught:
        earliest_suspension(
            day("2026-08-10"), day("2026-09-01"), PL.parameter("suspension_water", Wait), unpaid_periods=1
        )
    assert caught.value.field == "unpaid_periods"


def test_a_later_second_notice_moves_the_telecom_cut() -> None:
    waits, notice = PL.parameter("suspension_telecom", Wait), day("2026-09-01")
    found = earliest_suspension(notice, notice, waits, second_notice=day("2026-09-20"))
    assert (found.restriction, found.cut) == (day("2026-09-09"), day("2026-09-28"))


def test_other_services_wait_as_long_as_the_guard_of_the_pack() -> None:
    found = earliest_suspension(day("2026-08-10"), day("2026-09-01"), PL.parameter("suspension_default", Wait))
    assert (found.cut, found.restriction) == (day("2026-09-16"), None)


@pytest.mark.parametrize(
    ("dispute", "fee"),
    [("500", 30), ("500.01", 30), ("4000", 50), ("4000.01", 100), ("20000", 250), ("20000.01", 251), ("100000", 1250)],
)
def test_the_electronic_court_takes_a_quarter_rounded_up(dispute: str, fee: int) -> None:
    found = electronic_claim(
        zloty(dispute),
        day("2026-01-02"),
        day("2026-09-01"),
        PL.parameter("court_fee", CourtFee),
        days("electronic_claim_years"),
    )
    assert found.fee == Money("PLN", fee * 100)


@pytest.mark.parametrize(("due", "admissible"), [("2023-09-01", True), ("2023-08-31", False)])
def test_claims_of_the_electronic_court_fell_due_within_three_years(due: str, admissible: bool) -> None:
    fees = PL.parameter("court_fee", CourtFee)
    found = electronic_claim(zloty("400"), day(due), day("2026-09-01"), fees, days("electronic_claim_years"))
    assert found.admissible is admissible


@pytest.mark.parametrize("dispute", [Money("PLN", 0), Money("PLN", 200_000_001), Money("EUR", 100)])
def test_a_fee_that_is_not_known_is_not_made_up(dispute: Money) -> None:
    fees = PL.parameter("court_fee", CourtFee)
    with pytest.raises(InvalidInput):
        electronic_claim(dispute, day("2026-01-02"), day("2026-09-01"), fees, days("electronic_claim_years"))


def test_balances_are_confirmed_from_the_last_quarter_to_day_15() -> None:
    window = confirmation_window(day("2026-06-30"), PL.parameter("balance_confirmation", ConfirmationTime))
    inside = [day("2026-04-01"), day("2026-07-15")]
    assert (window.earliest, window.latest) == tuple(inside)
    assert all(one in window for one in inside)
    assert day("2026-03-31") not in window
    assert day("2026-07-16") not in window


@pytest.mark.parametrize(
    ("term", "event", "last"),
    [
        ("voucher", "2026-01-01", "2031-12-31"),
        ("voucher", "2026-12-31", "2031-12-31"),
        ("tax", "2026-11-30", "2031-12-31"),
        ("tax", "2026-12-01", "2032-12-31"),
        ("letter", "2026-12-01", None),
    ],
)
def test_keeping_ends_with_a_calendar_year(term: str, event: str, last: str | None) -> None:
    until = keep_until(PL, f"retention_{term}_years", day(event), day("2040-01-01"))
    assert until == (last and day(last))


def test_a_tax_point_on_monday_takes_the_rate_of_friday() -> None:
    assert rate_day(day("2026-01-19"), OFF) == day("2026-01-16")


def test_an_invoice_before_the_supply_takes_the_rate_before_its_issue() -> None:
    issued, supplied = day("2026-01-19"), day("2026-01-23")
    assert tax_point(issued, supplied) == tax_point(supplied, issued) == tax_point(issued, None) == issued


def test_an_invoice_outside_ksef_is_bfk() -> None:
    assert jpk_marker("outside", numbered=False) == jpk_marker("total_failure", numbered=False) == "BFK"
    assert jpk_marker("online", numbered=True) == jpk_marker("failure", numbered=True) == "NrKSeF"
    with pytest.raises(InvalidInput, match="was not issued"):
        jpk_marker("online", numbered=False)


def test_an_account_of_another_mask_has_no_masked_form() -> None:
    account = "71124069606666000007118600"
    assert masked(account, "XX12406961YYYXXXXXXXXXXXXX") is None
    with pytest.raises(InvalidInput):
        masked(account[:-1], "X" * 26)


@pytest.mark.parametrize(
    ("channel", "past", "again"),
    [
        ("email", [("2026-11-22", "email")], "2026-11-25"),
        ("email", [("2026-11-22", "letter")], "2026-11-25"),
        ("email", [("2026-11-24", "phone")], None),
        ("sms", [("2026-11-24", "phone")], "2026-11-25"),
        ("sms", [("2026-11-18", "phone"), ("2026-11-19", "sms"), ("2026-11-20", "sms")], "2026-11-25"),
        ("sms", [("2026-11-17", "phone"), ("2026-11-19", "sms"), ("2026-11-20", "sms")], "2026-11-24"),
        ("sms", [("2026-11-20", "phone"), ("2026-11-20", "sms"), ("2026-11-20", "sms")], "2026-11-21"),
    ],
)
def test_a_contact_waits_for_the_frequency_of_its_channels(
    channel: str, past: list[tuple[str, str]], again: str | None
) -> None:
    rule = PL.contact_rule().on(day("2026-11-24")).value
    assert rule.again_from(channel, [(day(at), by) for at, by in past]) == (again and day(again))


@pytest.mark.parametrize(
    ("contact", "hour", "working", "allowed"),
    [
        ("strict", 8, True, True),
        ("strict", 7, True, False),
        ("strict", 19, True, True),
        ("strict", 20, True, False),
        ("strict", 12, False, False),
        ("industry", 21, True, True),
        ("industry", 7, False, False),
        ("industry", 8, False, True),
    ],
)
def test_a_contact_has_hours_by_policy_and_day(contact: str, hour: int, working: bool, allowed: bool) -> None:
    rule = PL.contact_rule(Policy.of({"contact": contact})).on(day("2026-11-24")).value
    assert rule.allows(hour, working=working) is allowed
