"""What the law makes of items, notices and messages, on both sides of each edge, and where it is not known."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.facts.catalogue import CLAIM_KINDS, SECTORS
from engine.facts.legal import LIMITATIONS, CaseLaw, Contact, Cutting, LegalFacts, claim_of, unpaid_periods
from engine.law.policy import Policy
from rules.parameters.loading import law, read_law

PL = law("pl")
DAY = date(2026, 11, 25)
VERIFIED_TO = date(2026, 12, 31)


def facts(policy: Policy | None = None) -> LegalFacts:
    return LegalFacts(PL, policy or Policy())


def cutting(*sectors: str, periods: int = 2, as_of: date = DAY) -> Cutting:
    return Cutting(sectors, periods, as_of)


def test_every_kind_of_claim_has_a_period_and_every_sector_a_wait() -> None:
    assert set(LIMITATIONS) == set(CLAIM_KINDS)
    for name in (*LIMITATIONS.values(), *(f"suspension_{sector}" for sector in SECTORS)):
        assert name in PL.parameters


@pytest.mark.parametrize(
    ("claim", "due", "last"),
    [
        ("sale", date(2023, 12, 31), date(2025, 12, 31)),
        ("sale", date(2024, 1, 1), date(2026, 12, 31)),
        ("trade", date(2023, 12, 31), date(2026, 12, 31)),
        ("compensation", date(2023, 12, 31), date(2026, 12, 31)),
        ("commercial_interest", date(2023, 6, 1), date(2026, 12, 31)),
        ("carriage", date(2025, 11, 25), date(2026, 11, 25)),
        ("judgment", date(2020, 5, 4), date(2026, 12, 31)),
    ],
)
def test_the_limitation_date_follows_the_kind_of_claim(claim: str, due: date, last: date) -> None:
    told = facts().of_item(claim, due, DAY)
    assert told == {"claim_kind": claim, "limitation_date": last.toordinal(), "days_past_limitation": (DAY - last).days}


def test_the_reading_of_the_policy_counts() -> None:
    # 30 December 2023 is a Saturday: moved, the term ends on 2 January and runs a year longer
    due = date(2023, 12, 30)
    assert facts().limitation_date("sale", due) == date(2025, 12, 31)
    assert facts(Policy(limitation="effective_due_date")).limitation_date("sale", due) == date(2026, 12, 31)


@pytest.mark.parametrize("due", [date(2018, 7, 8), VERIFIED_TO + timedelta(days=1)])
def test_where_the_law_of_the_due_date_is_not_known_there_is_no_limitation_date(due: date) -> None:
    told = facts().of_item("sale", due, DAY)
    assert (told["limitation_date"], told["days_past_limitation"]) == (None, None)
    assert facts().limitation_date("sale", date(2018, 7, 9)) is not None
    assert facts().limitation_date("sale", VERIFIED_TO) is not None


@pytest.mark.parametrize(
    ("sector", "due", "notice", "cut"),
    [
        ("energy", date(2026, 8, 10), date(2026, 9, 10), date(2026, 9, 25)),
        ("energy", date(2026, 8, 10), date(2026, 9, 9), None),  # the notice came on the thirtieth day
        ("telecom", date(2026, 8, 10), date(2026, 9, 1), date(2026, 9, 17)),
        ("telecom", date(2024, 11, 9), date(2026, 9, 1), None),  # before the act came into force
        ("water", date(2026, 8, 10), date(2026, 9, 1), date(2026, 9, 22)),
        ("default", date(2026, 8, 10), date(2026, 9, 1), date(2026, 9, 16)),
        ("default", date(2026, 8, 10), date(2026, 8, 9), None),  # noticed before anything was due
    ],
)
def test_each_sector_waits_as_its_statute_says(sector: str, due: date, notice: date, cut: date | None) -> None:
    assert facts().cut_from(due, notice, cutting(sector)) == cut


def test_services_of_several_sectors_wait_for_the_longest() -> None:
    notice = date(2026, 9, 10)
    assert facts().cut_from(date(2026, 8, 10), notice, cutting("energy", "telecom")) == notice + timedelta(days=16)


def test_water_is_cut_only_for_two_unpaid_periods() -> None:
    due, notice = date(2026, 8, 10), date(2026, 9, 1)
    assert facts().cut_from(due, notice, cutting("water", periods=1)) is None
    assert facts().cut_from(due, notice, cutting("water", periods=2)) is not None
    assert unpaid_periods([date(2026, 7, 1), date(2026, 7, 31), date(2025, 7, 1)]) == 2


def test_on_a_day_past_the_verified_one_nothing_may_be_cut() -> None:
    due, notice = date(2026, 11, 1), date(2026, 12, 10)
    assert facts().cut_from(due, notice, cutting("default", as_of=VERIFIED_TO)) is not None
    assert facts().cut_from(due, notice, cutting("default", as_of=VERIFIED_TO + timedelta(days=1))) is None


@pytest.mark.parametrize(
    ("ago", "channel", "waits"), [(2, "email", True), (3, "email", False), (2, "letter", True), (2, "internal", False)]
)
def test_the_pause_counts_mails_and_letters_together(ago: int, channel: str, waits: bool) -> None:
    again = facts().contact_from([Contact(DAY - timedelta(days=ago), channel)], DAY)
    assert (again is not None and again > DAY) is waits


def test_messages_of_one_day_are_one_contact_and_later_ones_are_not_known_yet() -> None:
    twice = [Contact(DAY - timedelta(days=5)), Contact(DAY - timedelta(days=5), "letter"), Contact(DAY + timedelta(1))]
    assert facts().contact_from(twice, DAY) == DAY - timedelta(days=2)
    assert facts().contact_from([], DAY) is None


@pytest.mark.parametrize(
    ("contact", "working", "hours"),
    [
        ("strict", True, range(8, 20)),
        ("strict", False, range(0)),
        ("industry", True, range(6, 22)),
        ("industry", False, range(8, 20)),
    ],
)
def test_hours_follow_the_policy(contact: str, working: bool, hours: range) -> None:
    legal = facts(Policy.of({"contact": contact}))
    for hour in range(24):
        told = legal.of_contact(DAY, working=working, hour=hour)
        assert told["contact_hour_allowed"] is (hour in hours)
        assert told["contact_on_days_off"] is (contact == "industry")
    assert legal.of_contact(DAY, working=working, hour=None)["contact_hour_allowed"] is None


def test_without_a_law_or_past_its_verified_day_everything_is_unknown() -> None:
    for legal, day in (
        (LegalFacts(None), DAY),
        (facts(), VERIFIED_TO + timedelta(days=1)),
        (LegalFacts(law("eu")), DAY),
    ):
        assert set(legal.of_contact(day, working=True, hour=12).values()) == {None}
        assert legal.contact_from([Contact(day)], day) is None
    assert LegalFacts(None).of_item("sale", DAY, DAY)["limitation_date"] is None
    assert LegalFacts(None).cut_from(DAY, DAY, cutting("default")) is None


def test_other_parameters_give_other_facts() -> None:
    longer = read_law([("waits.yaml", WAITS)])
    assert LegalFacts(longer).cut_from(DAY, DAY, cutting("default")) == DAY + timedelta(days=31)
    assert facts().cut_from(DAY, DAY, cutting("default")) == DAY + timedelta(days=15)


WAITS = """
jurisdiction: xx
parameters:
  - name: suspension_default
    kind: suspension
    title: {pl: "wstrzymanie", en: "suspension"}
    basis: {pl: "umowa", en: "the contract"}
    verified_to: 2026-12-31
    confidence: C
    source: "invented"
    values: [{from: 2016-01-01, value: {before_notice: 0, before_cut: 30}}]
"""


def test_the_document_says_what_is_claimed_where_the_books_do_not() -> None:
    assert [claim_of(None, kind) for kind in ("invoice", "interest_note")] == ["sale", "periodic"]
    assert claim_of("carriage", "interest_note") == "carriage"


@given(st.dates(date(2018, 7, 9), VERIFIED_TO), st.sampled_from(CLAIM_KINDS), st.integers(0, 4000))
def test_an_item_is_time_barred_from_the_day_after_its_limitation_date_on(due: date, claim: str, after: int) -> None:
    legal = facts()
    last = legal.limitation_date(claim, due)
    assert last is not None
    assert last >= due
    told = legal.of_item(claim, due, due + timedelta(days=after))
    assert (int(told["days_past_limitation"] or 0) >= 1) is (due + timedelta(days=after) > last)


@given(st.integers(0, 60), st.integers(0, 60), st.sampled_from(SECTORS), st.sampled_from(SECTORS))
def test_another_sector_never_makes_the_wait_shorter(late: int, since: int, one: str, other: str) -> None:
    due, notice = DAY - timedelta(days=late + since), DAY - timedelta(days=since)
    alone, both = (facts().cut_from(due, notice, cutting(*sectors)) for sectors in ((one,), (one, other)))
    assert both is None or (alone is not None and both >= alone)


def test_a_case_measures_its_history_by_its_law() -> None:
    case_law = CaseLaw(facts(), cutting("telecom"))
    assert case_law.cut_from(DAY - timedelta(days=30), DAY) == DAY + timedelta(days=16)
    assert case_law.contact_from([Contact(DAY)]) == DAY + timedelta(days=3)
