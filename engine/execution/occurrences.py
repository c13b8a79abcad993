"""When the books of a company are synchronized and its days decided, computed from its plan and zone alone.

Nothing here looks at a clock, so two schedulers that look at different moments still name the same occurrences.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, Literal
from zoneinfo import ZoneInfo

Job = Literal["sync", "run"]
WorkingDay = Callable[[date], bool]
HOURLY: Final = "hourly"
#: What is done at one time: the books are read first, then the days decided.
_ORDER: Final[Mapping[str, int]] = {"sync": 0, "run": 1}
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Plan:
    """`sync`: 'hourly' or times of day; `run`: the time of day; `zone`: where these are read; `days`: 'working' leaves
    out weekends and public holidays, for syncs at named times and for runs; hourly syncs go on."""

    zone: ZoneInfo
    sync: Literal["hourly"] | tuple[time, ...] = HOURLY
    run: time | None = None
    days: Literal["working", "daily"] = "working"


@dataclass(frozen=True, slots=True)
class Occurrence:
    """Something that is to happen once. `as_of`: the local day; `due_at`: the moment, in UTC."""

    key: str
    source: str
    job: Job
    as_of: date
    due_at: datetime


def occurrences(
    source: str, plan: Plan, job: Job, first: date, last: date, working_day: WorkingDay
) -> Iterator[Occurrence]:
    """The occurrences of a job from one local day to another, both included, by their moment."""
    day = first
    while day <= last:
        if job == "sync" and plan.sync == HOURLY:
            yield from _hourly(source, plan.zone, day)
        elif plan.days == "daily" or working_day(day):
            yield from _at_times(source, plan, job, day)
        day += _DAY


def latest(
    source: str, plan: Plan, job: Job, moment: datetime, working_day: WorkingDay, *, days: int = 14
) -> Occurrence | None:
    """The newest occurrence that is due at a moment; None when there was none in so many days."""
    today = moment.astimezone(plan.zone).date()
    due = [
        one for one in occurrences(source, plan, job, today - days * _DAY, today, working_day) if one.due_at <= moment
    ]
    return due[-1] if due else None


def upcoming(
    source: str, plan: Plan, moment: datetime, working_day: WorkingDay, *, days: int = 14
) -> Iterator[Occurrence]:
    """The next occurrence of each job after a moment, within so many days."""
    today = moment.astimezone(plan.zone).date()
    for job in ("sync", "run"):
        for one in occurrences(source, plan, job, today, today + days * _DAY, working_day):
            if one.due_at > moment:
                yield one
                break


def in_turn(found: Iterable[Occurrence]) -> list[Occurrence]:
    """In the order in which they are carried out when all of them are due: the books, then the days, by moment."""
    return sorted(found, key=lambda one: (_ORDER[one.job], one.due_at, one.source))


def _at_times(source: str, plan: Plan, job: Job, day: date) -> Iterator[Occurrence]:
    """At the times of day that the plan names. One that the clocks skip that day comes when they have been put forward;
    one that they pass twice comes the first time."""
    times = (plan.run,) if job == "run" else plan.sync
    for at in times:
        if isinstance(at, time):
            due = datetime.combine(day, at, plan.zone).astimezone(UTC)
            yield Occurrence(f"{source}:{job}:{day}T{at:%H:%M}", source, job, day, due)


def _hourly(source: str, zone: ZoneInfo, day: date) -> Iterator[Occurrence]:
    """Every hour that the day has: 23, 24 or 25 of them."""
    for hour in range(24):
        moments = []
        for fold in (0, 1):
            local = datetime.combine(day, time(hour, fold=fold), zone)
            due = local.astimezone(UTC)
            exists = due.astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None)
            if exists and due not in moments:
                moments.append(due)
                again = "+1" if len(moments) == 2 else ""
                yield Occurrence(f"{source}:sync:{day}T{hour:02}{again}", source, "sync", day, due)
