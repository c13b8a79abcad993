"""When things are due: by the company's plan and zone, through clock changes, leap days and month ends."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.finance.working_days import WorkingDays
from engine.execution.occurrences import Job, Occurrence, Plan, latest, occurrences, upcoming
from rules.parameters.loading import known_law

WARSAW = ZoneInfo("Europe/Warsaw")
EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
ZONES = [
    "Europe/Warsaw",
    "Europe/London",
    "America/New_York",
    "America/Sao_Paulo",
    "Asia/Kathmandu",
    "Asia/Tokyo",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Pacific/Chatham",
    "UTC",
]


def polish(day: date) -> bool:
    return WorkingDays(known_law)(day, "PL")


def always(_day: date) -> bool:
    return True


def of_day(plan: Plan, job: Job, day: date) -> list[Occurrence]:
    return list(occurrences("books", plan, job, day, day, always))


@pytest.mark.parametrize(
    ("day", "hours"),
    [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 3, 28), 24)],
    ids=["clocks forward", "clocks back", "any other"],
)
def test_an_hourly_sync_comes_every_hour_that_the_day_has(day: date, hours: int) -> None:
    found = of_day(Plan(WARSAW), "sync", day)
    assert len({one.key for one in found}) == len(found) == hours
    assert {later.due_at - one.due_at for one, later in pairwise(found)} == {timedelta(hours=1)}
    assert {one.as_of for one in found} == {day}


def test_a_run_at_an_hour_that_the_clocks_skip_comes_once_and_one_they_pass_twice_comes_once() -> None:
    plan = Plan(WARSAW, run=time(2, 30))
    (skipped,) = of_day(plan, "run", date(2026, 3, 29))
    (twice,) = of_day(plan, "run", date(2026, 10, 25))
    assert skipped.due_at == datetime(2026, 3, 29, 1, 30, tzinfo=UTC), "half past three by the new clocks"
    assert twice.due_at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "the first half past two"


def test_an_occurrence_is_named_by_source_job_and_local_day_and_hour() -> None:
    plan = Plan(WARSAW, run=time(6, 30))
    assert [one.key for one in of_day(plan, "run", date(2024, 2, 29))] == ["books:run:2024-02-29T06:30"]
    hourly = [one.key for one in of_day(plan, "sync", date(2026, 10, 25))]
    assert hourly[1:5] == [
        "books:sync:2026-10-25T01",
        "books:sync:2026-10-25T02",
        "books:sync:2026-10-25T02+1",
        "books:sync:2026-10-25T03",
    ]


def test_weekends_and_holidays_are_left_out_unless_the_plan_says_daily() -> None:
    first, last = date(2026, 4, 30), date(2026, 5, 5)
    working = Plan(WARSAW, run=time(6, 30))
    daily = Plan(WARSAW, run=time(6, 30), days="daily")
    assert [one.as_of.day for one in occurrences("b", working, "run", first, last, polish)] == [30, 4, 5]
    assert [one.as_of.day for one in occurrences("b", daily, "run", first, last, polish)] == [30, 1, 2, 3, 4, 5]


def test_the_day_of_an_occurrence_is_its_own_and_not_that_of_whoever_looks() -> None:
    plan = Plan(WARSAW, run=time(23, 50), days="daily")
    found = latest("b", plan, "run", datetime(2026, 3, 12, 23, 10, tzinfo=UTC), always)
    assert found is not None
    assert found.as_of == date(2026, 3, 12), "it is the 13th in Warsaw, and the run was due on the 12th"


def test_the_newest_due_and_the_next_are_neighbours() -> None:
    plan = Plan(WARSAW, sync=(time(6), time(14)), run=time(6, 30))
    friday = datetime(2026, 3, 13, 13, tzinfo=UTC)
    newest = latest("b", plan, "sync", friday, polish)
    assert newest is not None
    assert newest.key == "b:sync:2026-03-13T14:00"
    assert [one.key for one in upcoming("b", plan, friday, polish)] == [
        "b:sync:2026-03-16T06:00",
        "b:run:2026-03-16T06:30",
    ]


@pytest.mark.parametrize("zone", ZONES)
def test_ten_years_of_every_zone_have_each_run_once_and_no_hour_missing(zone: str) -> None:
    plan = Plan(ZoneInfo(zone), run=time(2, 30), days="daily")
    first, last = date(2020, 1, 1), date(2029, 12, 31)
    runs = list(occurrences("b", plan, "run", first, last, always))
    assert len({one.key for one in runs}) == len(runs) == (last - first).days + 1
    moments = [one.due_at for one in runs]
    assert moments == sorted(set(moments))
    hours = list(occurrences("b", plan, "sync", date(2024, 1, 1), date(2026, 12, 31), always))
    assert len({one.key for one in hours}) == len(hours)
    gaps = {later.due_at - one.due_at for one, later in pairwise(hours)}
    # Lord Howe's clocks go by half an hour: there the full hours are half an hour nearer or farther twice a year.
    allowed = {timedelta(minutes=30), timedelta(hours=1), timedelta(minutes=90)}
    assert gaps <= (allowed if zone == "Australia/Lord_Howe" else {timedelta(hours=1)})


@given(
    moment=st.integers(0, 10 * 365 * 24 * 60).map(lambda minutes: EPOCH + timedelta(minutes=minutes)),
    zone=st.sampled_from(ZONES),
    run=st.times().map(lambda at: at.replace(second=0, microsecond=0)),
)
def test_whoever_looks_between_two_occurrences_names_the_same_one(moment: datetime, zone: str, run: time) -> None:
    plan = Plan(ZoneInfo(zone), run=run, days="daily")
    newest = latest("b", plan, "run", moment, always)
    assert newest is not None
    assert newest.due_at <= moment
    (following,) = [one for one in upcoming("b", plan, moment, always) if one.job == "run"]
    assert following.due_at > moment
    assert latest("b", plan, "run", following.due_at - timedelta(seconds=1), always) == newest
    assert latest("b", plan, "run", newest.due_at, always) == newest
