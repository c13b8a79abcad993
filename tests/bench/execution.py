"""How fast actions are carried out when their effects cost nothing: claims, intents, signatures and outcomes alone."""

from __future__ import annotations

import multiprocessing
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, text

from adapters.database.archive.store import Archive
from adapters.database.connection import connect
from adapters.outbox.archive_log import PostgresArchiveLog
from adapters.outbox.store import PostgresOutbox
from app.installation.clock import now
from app.installation.system import System
from archive.keys.archive_keys import ArchiveKeys
from engine.execution.action import ClaimedAction
from engine.execution.dispatcher import Dispatcher
from engine.execution.ports import Moment
from engine.execution.preparation import Preparation, Ready
from tests.bench.measuring import Report, say
from tests.bench.portfolio import DAY

_FILL: Final = text("""
insert into action (key, decision_key, source, customer_key, kind, channel, stage, as_of, params, state, lane,
                    created_at, updated_at)
select 'bench:C' || n || ':' || :day, 'D' || n, 'bench', 'C' || n % 5000, :kind, 'email', 'reminder', :day, '{}',
       'ready', :lane, :now, :now from generate_series(1, :count) n
""")


class NoEffects:
    """Effects that are over before they begin; messages of the size of a short mail."""

    def freeze(self, _connection: Connection, _source: str) -> datetime | None:
        """Nothing is synchronized."""
        return None

    def prepare(self, _connection: Connection, action: ClaimedAction, _moment: Moment) -> Preparation:
        """Bytes of their own for every action."""

        def perform(before: Callable[[], None]) -> None:
            before()

        return Ready(f"{action.key}\n".encode() * 40, "text/plain", perform, "done")

    def withdrawn(self, _connection: Connection, _action: ClaimedAction, _day: date) -> bool:
        """Nothing follows."""
        return True

    def confirmed(self, _connection: Connection, _action: ClaimedAction) -> None:
        """Nothing follows."""


def fill(system: System, count: int, *, kind: str = "remind", lane: int = 1) -> None:
    """So many actions that are due."""
    with system.database.engine.begin() as connection:
        connection.execute(_FILL, {"day": DAY, "now": system.clock(), "count": count, "kind": kind, "lane": lane})


def work(database_url: str, keys: Path, owner: str) -> tuple[float, float, Counter[str]]:
    """One worker until nothing is due: when it began and ended, and what it reached."""
    engine = connect(database_url)
    connection = engine.connect()

    @contextmanager
    def unit() -> Iterator[Connection]:
        with connection.begin():
            yield connection

    dispatcher: Dispatcher[Any] = Dispatcher(
        unit=unit,
        outbox=PostgresOutbox(),
        archive=PostgresArchiveLog(Archive(engine, ArchiveKeys(keys))),
        effects=NoEffects(),
        owner=owner,
        clock=now,
    )
    began = time.time()
    reached = dispatcher.drain(lambda: Moment(now(), DAY, 12))
    return began, time.time(), reached


def measure(system: System, report: Report, *, actions: int) -> None:
    """Actions a second to nowhere with the archive on, by one worker and by two."""
    for workers in (1, 2, 4):
        say(f"execution: {actions:,} actions, {workers} workers")
        fill(system, actions)
        seconds = carry_out(system, workers, actions)
        report.add(
            "Execution",
            f"actions without effects, {workers} worker{'s' * (workers > 1)}",
            actions / seconds,
            "actions/s",
            remark="intent, signature and outcome of each in the archive",
        )
        with system.database.engine.begin() as connection:
            connection.execute(text("delete from action"))


def carry_out(system: System, workers: int, actions: int) -> float:
    """Seconds until so many workers have carried out everything; none of it may be lost or doubled."""
    pool = ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"))
    with pool:
        jobs = [pool.submit(work, system.database.url, system.settings.keys, f"w{number}") for number in range(workers)]
        results = [job.result() for job in jobs]
    reached = sum((counts for _, _, counts in results), Counter())
    if reached["done"] != actions:
        raise RuntimeError(f"{actions} actions came to {dict(reached)}.")
    return max(ended for _, ended, _ in results) - min(began for began, _, _ in results)
