"""Deadlines to send invoices to KSeF. Wednesday 2026-12-23 is followed by three days off and a Sunday."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import ParameterMissing, ParameterNotVerified
from engine.law.tax.offline24 import Deadline, Outage, SendingTerms, deadline
from rules.parameters.loading import law

_PL = law("pl")
TERMS = SendingTerms(
    _PL.parameter("ksef_offline_working_days", int), _PL.parameter("ksef_failure_working_days", int), _PL.days_off
)
_DAYS = st.dates(date(2026, 2, 1), date(2026, 11, 1))


def _of(issued: date, *outages: Outage) -> Deadline:
    return deadline(issued, outages, TERMS)


@pytest.mark.parametrize(
    ("issued", "last"),
    [
        (date(2026, 11, 24), date(2026, 11, 25)),
        (date(2026, 11, 27), date(2026, 11, 30)),  # a Friday
        (date(2026, 11, 28), date(2026, 11, 30)),
        (date(2026, 12, 23), date(2026, 12, 28)),
        (date(2026, 11, 10), date(2026, 11, 12)),  # before Independence Day
    ],
)
def test_without_an_outage_it_is_the_next_working_day(issued: date, last: date) -> None:
    found = _of(issued)
    assert found == Deadline("offline24", last)
    assert not found.passed(last)
    assert found.passed(last + timedelta(days=1))


def test_of_an_unavailability_it_is_the_working_day_after_its_end() -> None:
    outage = Outage("unavailability", date(2026, 11, 19), date(2026, 11, 20))
    for day in (19, 20):
        assert _of(date(2026, 11, day), outage) == Deadline("unavailability", date(2026, 11, 23))
    assert _of(date(2026, 11, 18), outage).mode == "offline24"
    assert _of(date(2026, 11, 21), outage).mode == "offline24"


def test_of_a_failure_it_is_the_seventh_working_day_after_its_end() -> None:
    """The example of the ministry: a failure that ended on Saturday 2025-07-12."""
    assert _of(date(2025, 7, 12), Outage("failure", date(2025, 7, 11), date(2025, 7, 12))).last == date(2025, 7, 22)


def test_another_failure_within_the_time_starts_it_anew() -> None:
    first = Outage("failure", date(2026, 3, 2), date(2026, 3, 3))
    last = _of(first.first, first).last
    assert last == date(2026, 3, 12)
    assert _of(first.first, first, Outage("failure", last, date(2026, 3, 16))).last == date(2026, 3, 25)
    assert _of(first.first, first, Outage("failure", last + timedelta(days=1), date(2026, 3, 16))).last == last


def test_a_failure_within_the_time_of_offline24_gives_the_time_of_a_failure() -> None:
    begins = date(2026, 3, 3)
    assert _of(date(2026, 3, 2), Outage("failure", begins, begins)) == Deadline("failure", date(2026, 3, 12))
    assert _of(date(2026, 3, 2), Outage("failure", begins + timedelta(days=1), None)).last == begins
    assert _of(date(2026, 3, 2), Outage("unavailability", begins, begins)).mode == "offline24"


def test_while_an_outage_lasts_there_is_no_last_day_and_after_a_total_failure_never() -> None:
    day = date(2026, 3, 2)
    assert _of(day, Outage("failure", day, None)) == Deadline("failure", None)
    assert _of(day, Outage("unavailability", day, None)) == Deadline("unavailability", None)
    assert _of(day - timedelta(days=1), Outage("failure", day, None)).last is None
    total = Outage("total_failure", day, day + timedelta(days=3))
    assert _of(day, Outage("failure", day, day), total) == Deadline("total_failure", None)
    assert not _of(day, total).passed(date(2027, 1, 1))


def test_a_second_failure_that_lasts_leaves_the_end_open() -> None:
    day = date(2026, 3, 2)
    assert _of(day, Outage("failure", day, day), Outage("failure", day + timedelta(days=3), None)).last is None


def test_days_without_verified_law_are_refused() -> None:
    with pytest.raises(ParameterMissing):
        _of(date(2026, 1, 31))
    with pytest.raises(ParameterNotVerified):
        _of(date(2027, 1, 4))


@given(
    issued=_DAYS,
    lasts=st.integers(0, 20),
    starts=st.integers(-30, 30),
    kind=st.sampled_from(["failure", "unavailability"]),
)
def test_an_outage_never_shortens_the_time_and_it_ends_on_a_working_day(
    issued: date, lasts: int, starts: int, kind: str
) -> None:
    first = issued + timedelta(days=starts)
    found = _of(issued, Outage(kind, first, first + timedelta(days=lasts)))  # type: ignore[arg-type]
    plain = _of(issued).last
    assert found.last is not None
    assert plain is not None
    assert found.last >= plain
    assert _PL.days_off.working(found.last)
