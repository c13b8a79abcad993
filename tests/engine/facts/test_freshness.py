"""How old books are: hours since they are from, without those of quiet days."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.facts.freshness import HOLIDAYS, USUAL, WEEKDAYS, WEEKENDS, Freshness

WARSAW = ZoneInfo("Europe/Warsaw")
HOUR = timedelta(hours=1)
#: All Saints' Day of 2024, a Friday.
HOLIDAY = date(2024, 11, 1)


def working(day: date, _country: str) -> bool:
    return day.weekday() < 5 and day != HOLIDAY


def at(day: int, hour: int = 0, minute: int = 0, *, month: int = 11, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=WARSAW)


def age(freshness: Freshness, since: datetime, until: datetime) -> int | None:
    return freshness.age(until, since, until, working)


def test_age_counts_from_the_older_of_the_sync_and_the_content() -> None:
    now = at(20, 12)
    assert USUAL.age(now - 2 * HOUR, now - 40 * HOUR, now, working) == 40
    assert USUAL.age(now - 50 * HOUR, now - 40 * HOUR, now, working) == 50
    assert USUAL.age(now - 2 * HOUR, None, now, working) == 2
    assert USUAL.age(None, None, now, working) is None


@pytest.mark.parametrize(("hours", "stale"), [(36, False), (37, True), (0, False), (-1, True)])
def test_books_are_too_old_beyond_the_bound_and_when_nobody_knows_their_age(hours: int, stale: bool) -> None:
    assert USUAL.stale(hours) is stale


def test_books_of_a_replayed_day_have_no_age_and_are_not_too_old() -> None:
    assert not USUAL.stale(None)


@pytest.mark.parametrize("books_at", [None, at(1)])
def test_a_sync_that_is_yet_to_come_has_a_negative_age(books_at: datetime | None) -> None:
    now = at(20, 12)
    assert USUAL.age(now + 5 * HOUR, books_at, now, working) == -5
    assert USUAL.age(now + timedelta(minutes=11), books_at, now, working) == -1
    nearly = USUAL.age(now + timedelta(minutes=9), books_at, now, working)
    assert nearly is not None
    assert nearly >= 0, "clocks of two machines differ by a little"


@pytest.mark.parametrize(
    ("quiet", "since", "until", "hours"),
    [
        # Friday 20 November 2026, 6:00, to Monday 23, 8:00
        ((), at(20, 6), at(23, 8), 74),
        ((WEEKENDS,), at(20, 6), at(23, 8), 26),
        (("saturday", "sunday"), at(20, 6), at(23, 8), 26),
        (("sunday",), at(20, 6), at(23, 8), 50),
        (("2026-11-20",), at(20, 6), at(23, 8), 56),
        ((WEEKENDS,), at(21, 6), at(22, 8), 0),
        ((WEEKENDS,), at(21, 6), at(23, 1), 1),
        ((HOLIDAYS,), at(31, 6, month=10, year=2024), at(2, 6, year=2024), 24),
        ((HOLIDAYS, WEEKENDS), at(31, 6, month=10, year=2024), at(4, 6, year=2024), 24),
        # summer time ends: the Sunday has 25 hours, and all of them are quiet
        ((WEEKENDS,), at(24, 12, month=10), at(26, 1, month=10), 1),
    ],
)
def test_hours_of_quiet_days_do_not_count(quiet: tuple[str, ...], since: datetime, until: datetime, hours: int) -> None:
    assert age(Freshness(quiet_days=quiet), since, until) == hours


def test_days_begin_where_the_company_is() -> None:
    since, until = datetime(2026, 11, 21, 5, tzinfo=UTC), datetime(2026, 11, 22, 5, tzinfo=UTC)
    assert age(Freshness(quiet_days=("saturday",), zone="America/New_York"), since, until) == 0
    assert age(Freshness(quiet_days=("saturday",), zone="Europe/Warsaw"), since, until) == 6


def test_books_that_are_years_old_are_counted_at_once() -> None:
    years = age(Freshness(quiet_days=(WEEKENDS, HOLIDAYS)), datetime(1990, 1, 1, tzinfo=UTC), at(20))
    assert years is not None
    assert years > 300_000


moments = st.integers(0, 500_000).map(lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes))
quiet_days = st.lists(st.sampled_from([*WEEKDAYS[:6], HOLIDAYS, WEEKENDS, "2026-05-01"])).map(tuple)


@given(moments, moments, moments, quiet_days)
def test_what_counts_grows_with_time_and_never_beyond_it(
    one: datetime, two: datetime, three: datetime, quiet: tuple[str, ...]
) -> None:
    since, until, later = sorted((one, two, three))
    freshness = Freshness(quiet_days=quiet)
    early, late = age(freshness, since, until), age(freshness, since, later)
    assert early is not None
    assert late is not None
    assert 0 <= early <= late <= (later - since) / HOUR
