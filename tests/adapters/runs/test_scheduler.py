"""Schedulers on one database: each occurrence is carried out once, by whoever lives to do it."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from threading import Barrier
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, text

from adapters.companies.company import Company
from adapters.finance.working_days import WorkingDays
from adapters.runs.scheduler import MAX_TRIES, RETRY_AFTER, Scheduler, Work
from engine.errors import Conflict
from engine.execution.occurrences import Job, Plan
from rules.parameters.loading import known_law
from tests.adapters.installation import SOURCE, Installation

PLAN = Plan(ZoneInfo("Europe/Warsaw"), (time(6),), time(6, 30))
COMPANY = Company("books", {}, "a@b.example", schedule=PLAN)
THURSDAY = datetime(2026, 3, 12, 6, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@dataclass(slots=True)
class Diary:
    """Jobs that write down when they were done, and fail or die as told."""

    done: list[tuple[str, str, date]] = field(default_factory=list)
    trouble: list[BaseException] = field(default_factory=list)

    def job(self, name: Job) -> Work:
        def work(source: str, day: date) -> str:
            if self.trouble:
                raise self.trouble.pop()
            self.done.append((name, source, day))
            return "fine"

        return work


class Killed(BaseException):
    """The end of a scheduler."""


@pytest.fixture
def diary() -> Diary:
    return Diary()


@pytest.fixture
def make(database: Engine, diary: Diary) -> Callable[..., Scheduler]:
    """Makes a scheduler over companies, whose clock stands still."""

    def made(*companies: Company, jobs: tuple[Job, ...] = ("sync", "run")) -> Scheduler:
        known = {company.source: company for company in companies or (COMPANY,)}
        work = {name: diary.job(name) for name in jobs}
        return Scheduler(database, known, WorkingDays(known_law), work, "s", lambda: THURSDAY)

    return made


def states(database: Engine) -> Counter[str]:
    with database.connect() as connection:
        return Counter(connection.execute(text("select state from occurrence")).scalars())


def test_the_books_are_read_and_then_the_day_is_decided_once(make: Callable[..., Scheduler], diary: Diary) -> None:
    one = make()
    assert one.tick(THURSDAY) == {"books:sync:2026-03-12T06:00": "done", "books:run:2026-03-12T06:30": "done"}
    assert diary.done == [("sync", "books", date(2026, 3, 12)), ("run", "books", date(2026, 3, 12))]
    assert one.tick(THURSDAY + MINUTE) == {}
    assert make().tick(THURSDAY + timedelta(hours=20)) == {}


def test_many_schedulers_at_once_do_everything_once(make: Callable[..., Scheduler], diary: Diary) -> None:
    companies = [replace(COMPANY, source=f"c{number}") for number in range(5)]
    start = Barrier(4)

    def look(_: int) -> int:
        start.wait(10)
        return sum(len(make(*companies).tick(THURSDAY + MINUTE * minute)) for minute in range(3))

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(look, range(4))) == 10
    assert len(diary.done) == len(set(diary.done)) == 10


def test_of_occurrences_that_were_missed_the_newest_is_made_up_for(
    make: Callable[..., Scheduler], diary: Diary, database: Engine
) -> None:
    make().tick(THURSDAY)
    diary.done.clear()
    tuesday = THURSDAY + timedelta(days=5)
    assert set(make().tick(tuesday)) == {"books:sync:2026-03-17T06:00", "books:run:2026-03-17T06:30"}
    assert {day for _, _, day in diary.done} == {date(2026, 3, 17)}
    assert states(database) == {"done": 4, "missed": 4}, "Friday and Monday; the weekend is no working day"


def test_a_run_made_up_for_after_midnight_is_still_of_its_day(make: Callable[..., Scheduler], diary: Diary) -> None:
    make().tick(datetime(2026, 3, 13, 2, tzinfo=UTC))
    assert {day for _, _, day in diary.done} == {date(2026, 3, 12)}


def test_what_a_dead_scheduler_had_in_hand_is_taken_over(make: Callable[..., Scheduler], diary: Diary) -> None:
    diary.trouble = [Killed()]
    with pytest.raises(Killed):
        make(jobs=("run",)).tick(THURSDAY)
    assert make(jobs=("run",)).tick(THURSDAY) == {"books:run:2026-03-12T06:30": "done"}


def test_a_job_that_kills_every_scheduler_is_given_up(
    make: Callable[..., Scheduler], diary: Diary, database: Engine
) -> None:
    diary.trouble = [Killed() for _ in range(MAX_TRIES)]
    for _ in range(MAX_TRIES):
        with pytest.raises(Killed):
            make(jobs=("run",)).tick(THURSDAY)
    assert make(jobs=("run",)).tick(THURSDAY) == {}
    assert states(database) == {"failed": 1}
    assert diary.done == []


def test_an_error_that_nobody_foresaw_ends_neither_the_tick_nor_the_other_companies(
    make: Callable[..., Scheduler], diary: Diary, caplog: pytest.LogCaptureFixture
) -> None:
    diary.trouble = [ZeroDivisionError("division by zero")]
    reached = make(COMPANY, replace(COMPANY, source="other"), jobs=("sync",)).tick(THURSDAY)
    assert sorted(reached.values()) == ["done", "failed"]
    assert {row["outcome"] for row in make().history(10)} == {"fine", "ZeroDivisionError: division by zero"}
    assert [record.exc_info is not None for record in caplog.records] == [True]


def test_a_job_that_failed_is_tried_again_after_a_pause_and_not_for_ever(
    make: Callable[..., Scheduler], diary: Diary
) -> None:
    diary.trouble = [Conflict("the books are locked") for _ in range(9)]
    tried = [minutes for minutes in range(60) if make(jobs=("run",)).tick(THURSDAY + minutes * MINUTE)]
    assert len(tried) == MAX_TRIES
    assert tried[1] - tried[0] >= RETRY_AFTER / MINUTE
    (row,) = make().history(10)
    assert (row["state"], row["attempts"], row["outcome"]) == ("failed", MAX_TRIES, "the books are locked")


def test_a_company_without_a_plan_is_left_alone(make: Callable[..., Scheduler], diary: Diary) -> None:
    assert make(replace(COMPANY, schedule=None)).tick(THURSDAY) == {}
    assert make(replace(COMPANY, schedule=None)).next(THURSDAY) == []


KEEP = """
import sys, time
from datetime import UTC, datetime
from adapters.database.connection import connect
from tests.adapters.runs.test_scheduler import COMPANY, THURSDAY
from adapters.finance.working_days import WorkingDays
from rules.parameters.loading import known_law
from adapters.runs.scheduler import Scheduler
def forever(source, day):
    print("started", flush=True)
    time.sleep(600)
days = WorkingDays(known_law)
Scheduler(connect(sys.argv[1]), {"books": COMPANY}, days, {"run": forever}, "p", lambda: THURSDAY).tick(THURSDAY)
"""


def test_a_scheduler_that_is_at_work_is_waited_for_and_one_that_is_killed_is_followed(
    make: Callable[..., Scheduler], database_url: str, diary: Diary
) -> None:
    root = Path(__file__).parents[3]
    with subprocess.Popen([sys.executable, "-c", KEEP, database_url], cwd=root, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"started\n"
        assert make(jobs=("run",)).tick(THURSDAY) == {}, "it is in the other's hand"
        other.kill()
        other.wait()
    for _ in range(50):
        if reached := make(jobs=("run",)).tick(THURSDAY):
            break
        time_to_notice()
    assert reached == {"books:run:2026-03-12T06:30": "done"}
    assert len(diary.done) == 1


def time_to_notice() -> None:
    """The server needs a moment to see that a client is gone."""
    import time as clock

    clock.sleep(0.1)


def test_a_plan_in_company_yaml_syncs_and_decides(install: Callable[..., Installation]) -> None:
    house = install(schedule={"sync": "06:00", "run": "06:30"})
    house.books.change({"customers": [{"key": "A", "language": "pl"}]})
    house.books.write(house.source)
    house.clock.now = datetime(2026, 3, 12, 5, 10, tzinfo=UTC)
    plans = house.system.runs.scheduler
    reached = plans.tick(house.clock.now)
    assert [row["outcome"] for row in plans.history(9) if row["state"] == "failed"] == []
    assert reached == {f"{SOURCE}:sync:2026-03-12T06:00": "done", f"{SOURCE}:run:2026-03-11T06:30": "done"}
    house.clock.now += timedelta(minutes=30)
    assert plans.tick(house.clock.now) == {f"{SOURCE}:run:2026-03-12T06:30": "done"}
    with house.system.database.engine.connect() as connection:
        assert connection.execute(text("select as_of, status from run order by id")).all() == [
            (date(2026, 3, 11), "done"),
            (date(2026, 3, 12), "done"),
        ]
