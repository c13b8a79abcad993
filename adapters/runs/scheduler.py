"""Carries out what the schedule calls for, each occurrence once, however many schedulers look.

An occurrence is a row with a key that plan and calendar alone decide. The scheduler that inserts it does the job, under
a lock that ends with its session: when it dies, the next one takes the row over. Of occurrences that were missed only
the newest is made up for.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Engine, text

from adapters.companies.company import Company
from adapters.database import locks
from engine.errors import MonitumError
from engine.execution.occurrences import Job, Occurrence, in_turn, latest, occurrences, upcoming

_LOG: Final = logging.getLogger(__name__)
#: What a job does for a source and a local day; says in a word what came of it.
Work = Callable[[str, date], str]
#: Tries of one occurrence, and the pause before one that failed is tried again.
MAX_TRIES: Final = 3
RETRY_AFTER: Final = timedelta(minutes=5)

_BEGIN = text("""
insert into occurrence as o (key, source, job, as_of, due_at, state, owner, started_at)
values (:key, :source, :job, :as_of, :due_at, 'running', :owner, :now)
on conflict (key) do update set state = 'running', owner = excluded.owner, attempts = o.attempts + 1,
    started_at = excluded.started_at, finished_at = null
where o.attempts < :most and (o.state = 'running' or (o.state = 'failed' and o.finished_at <= :again))
returning attempts
""")
_END = text("update occurrence set state = :state, outcome = :outcome, finished_at = :now where key = :key")
_GIVE_UP = text("""
update occurrence set state = 'failed', outcome = 'given up: the worker died each time', finished_at = :now
where key = :key and state = 'running' and attempts >= :most
""")
_MISSED = text("""
insert into occurrence (key, source, job, as_of, due_at, state, owner, attempts, started_at, finished_at, outcome)
values (:key, :source, :job, :as_of, :due_at, 'missed', :owner, 0, :now, :now, 'nothing ran when it was due')
on conflict (key) do update set state = 'missed', finished_at = :now, outcome = 'the worker died, and the next came due'
where occurrence.state = 'running'
""")


@dataclass(frozen=True, slots=True)
class Scheduler:
    """`working_day`: of a day in a country; `jobs`: what syncing and deciding are; `owner` names this process."""

    engine: Engine
    companies: Mapping[str, Company]
    working_day: Callable[[date, str], bool]
    jobs: Mapping[Job, Work]
    owner: str
    clock: Callable[[], datetime]

    def due(self, now: datetime) -> list[Occurrence]:
        """The newest due occurrence of each job that is not settled, in the order in which they are carried out."""
        newest = [one for company in self._planned() for job in self.jobs if (one := self._latest(company, job, now))]
        with self.engine.connect() as connection:
            rows = connection.execute(
                text(
                    "select key from occurrence where key = any(:keys) and (state in ('done', 'missed') "
                    "or (state = 'failed' and (attempts >= :most or finished_at > :again)))"
                ),
                {"keys": [one.key for one in newest], "most": MAX_TRIES, "again": now - RETRY_AFTER},
            )
            settled = set(rows.scalars())
        return in_turn(one for one in newest if one.key not in settled)

    def tick(self, now: datetime) -> dict[str, str]:
        """Carry out what is due: key -> done or failed. What another scheduler has in hand is left to it."""
        reached = {}
        for one in self.due(now):
            with locks.occurrence(one.key).tried(self.engine) as mine:
                if mine and self._begin(one, now):
                    self._mark_missed(one, now)
                    reached[one.key] = self._carry_out(one)
        return reached

    def next(self, now: datetime) -> list[Occurrence]:
        """The next occurrence of each job of each company, by moment."""
        found = [
            one
            for company in self._planned()
            if company.schedule
            for one in upcoming(company.source, company.schedule, now, self._calendar(company))
            if one.job in self.jobs
        ]
        return sorted(found, key=lambda one: (one.due_at, one.key))

    def history(self, limit: int) -> list[dict[str, Any]]:
        """The last occurrences that were carried out, tried or missed, newest first."""
        with self.engine.connect() as connection:
            rows = connection.execute(
                text(
                    "select source, job, as_of, due_at, state, attempts, started_at, finished_at, outcome "
                    "from occurrence order by due_at desc, job, source limit :limit"
                ),
                {"limit": limit},
            ).mappings()
            return [dict(row) for row in rows]

    def _planned(self) -> list[Company]:
        return [company for company in self.companies.values() if company.schedule]

    def _calendar(self, company: Company) -> Callable[[date], bool]:
        return lambda day: self.working_day(day, company.country)

    def _latest(self, company: Company, job: Job, now: datetime) -> Occurrence | None:
        if company.schedule is None:
            return None
        return latest(company.source, company.schedule, job, now, self._calendar(company))

    def _begin(self, one: Occurrence, now: datetime) -> bool:
        values = _values(one, self.owner, now) | {"most": MAX_TRIES, "again": now - RETRY_AFTER}
        with self.engine.begin() as connection:
            if connection.execute(_BEGIN, values).first():
                return True
            connection.execute(_GIVE_UP, values)
            return False

    def _carry_out(self, one: Occurrence) -> str:
        try:
            state, outcome = "done", self.jobs[one.job](one.source, one.as_of)
        except MonitumError as error:
            state, outcome = "failed", str(error)
        except Exception as error:  # noqa: BLE001  one company's trouble does not end the plans of the others
            _LOG.exception("occurrence %s", one.key)
            state, outcome = "failed", f"{type(error).__name__}: {error}"
        with self.engine.begin() as connection:
            connection.execute(_END, {"key": one.key, "state": state, "outcome": outcome, "now": self.clock()})
        return state

    def _mark_missed(self, one: Occurrence, now: datetime) -> None:
        """Keep as missed those between the last one known and this one: none was carried out."""
        company = self.companies[one.source]
        if company.schedule is None:
            return
        zone = company.schedule.zone
        with self.engine.begin() as connection:
            since = _last_before(connection, one)
            if since is None:
                return
            days = (since.astimezone(zone).date(), one.as_of)
            for other in occurrences(one.source, company.schedule, one.job, *days, self._calendar(company)):
                if since <= other.due_at < one.due_at:
                    connection.execute(_MISSED, _values(other, self.owner, now))


def _last_before(connection: Connection, one: Occurrence) -> datetime | None:
    last: datetime | None = connection.execute(
        text("select max(due_at) from occurrence where source = :source and job = :job and due_at < :due_at"),
        {"source": one.source, "job": one.job, "due_at": one.due_at},
    ).scalar()
    return last


def _values(one: Occurrence, owner: str, now: datetime) -> dict[str, Any]:
    return {
        "key": one.key,
        "source": one.source,
        "job": one.job,
        "as_of": one.as_of,
        "due_at": one.due_at,
        "owner": owner,
        "now": now,
    }
