"""C51: a run that is killed half-way is finished by the next call, and everything is decided as if nothing had been."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import Engine, make_url, text

from adapters.database.connection import connect
from adapters.runs.batch import BatchOrder
from adapters.runs.opening import BATCH
from engine.decisions.evaluator_cache import EvaluatorCache
from rules.language.loader import load_ruleset
from tests.databases import fresh_database
from tests.scenarios.books import Books
from tests.scenarios.player import HERE, Player

ROOT = Path(__file__).parents[2]
CUSTOMERS = 6 * BATCH
DAY = "2026-03-12"
DONE = "select count(*) from run_batch where done_at is not null"
DECIDED = """
select d.key, d.kind, d.stage, d.rules, d.version, a.kind, a.state, i.item_key, i.currency, i.open_minor
from decision d left join action a on a.decision_key = d.key left join action_item i on i.action_id = a.id
order by d.key, a.kind, i.item_key
"""


def books(folder: Path) -> None:
    """Customers with one item each that is due for a reminder; enough of them for several batches."""
    rows = Books()
    rows.change(
        {
            "customers": [{"key": f"K{number:05}", "ruleset": "test.ten"} for number in range(CUSTOMERS)],
            "items": [
                {
                    "key": f"I{number:05}",
                    "customer": f"K{number:05}",
                    "issued": "2026-02-01",
                    "due": "2026-03-02",
                    "amount": 100,
                }
                for number in range(CUSTOMERS)
            ],
        }
    )
    folder.mkdir()
    rows.write(folder)
    for name in ("mapping.yaml", "company.yaml"):
        (folder / name).write_text((HERE / name).read_text("utf-8"), "utf-8")
    (folder / "ruleset.yaml").write_text(
        (HERE / "rulesets" / "ten_days.yaml").read_text("utf-8")
        + "cases: [{name: ten days, given: {days_past_due: 10}, expect: [remind: level1]}]\n",
        "utf-8",
    )


@dataclass(frozen=True, slots=True)
class Installation:
    """The command line on a database and a home of its own, synced."""

    database: Engine
    environment: Mapping[str, str]

    @classmethod
    @contextmanager
    def on_copy(cls, server: str, database: str, home: Path, folder: Path) -> Iterator[Installation]:
        """An installation on a copy of a database and with a home of its own."""
        with fresh_database((server, database)) as url:
            environment = os.environ | {
                "DATABASE_URL": url,
                "MONITUM_HOME": str(home),
                "MONITUM_SOURCES": str(folder),
                "MONITUM_PROCESSES": "2",
            }
            made = cls(connect(url), environment)
            try:
                yield made
            finally:
                made.database.dispose()

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "app", *arguments],
            cwd=ROOT,
            env=dict(self.environment),
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def monitum(self, *arguments: str) -> str:
        process = self.start(*arguments)
        said, _ = process.communicate()
        assert process.returncode == 0, said
        return said

    def count(self, query: str) -> int:
        with self.database.connect() as connection:
            return int(connection.execute(text(query)).scalar_one())

    def decided(self) -> Sequence[Any]:
        with self.database.connect() as connection:
            return connection.execute(text(DECIDED)).all()


class Twice(Player):
    """A player whose every batch is done by two threads at the same time."""

    counted: Sequence[Mapping[str, int]] = ()

    def batches(self, orders: Sequence[BatchOrder]) -> Iterator[Mapping[str, int]]:
        ready = Barrier(2)

        def work(order: BatchOrder) -> Mapping[str, int]:
            evaluators = EvaluatorCache(self.rulesets)
            ready.wait()
            return self.batch(order, evaluators)

        for order in orders:
            with ThreadPoolExecutor(2) as pool:
                self.counted = list(pool.map(work, [order, order]))
            yield self.counted[0]


def until(true: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it takes too long"
        time.sleep(0.02)


def kill_alone(run: subprocess.Popen[str]) -> None:
    """Kill a run, not its children: they hold its output, which ends when the last of them is gone."""
    run.kill()
    try:
        run.communicate(timeout=20)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(run.pid, signal.SIGKILL)


@pytest.fixture
def installations(_template: tuple[str, str], tmp_path: Path) -> Iterator[tuple[Installation, Installation]]:
    """Two installations that are the same: synced once, then copied with their keys."""
    server, template = _template
    folder, home = tmp_path / "books", tmp_path / "home"
    books(folder)
    with Installation.on_copy(server, template, home, folder) as one:
        one.monitum("release")
        one.monitum("sync")
        one.database.dispose()  # a database that is copied must have no connections
        shutil.copytree(home, tmp_path / "other")
        database = make_url(one.environment["DATABASE_URL"]).database or ""
        with Installation.on_copy(server, database, tmp_path / "other", folder) as other:
            yield one, other


def test_a_killed_run_is_finished_by_the_next_call_once(installations: tuple[Installation, Installation]) -> None:
    disturbed, undisturbed = installations
    run = disturbed.start("run", "--as-of", DAY)
    until(lambda: disturbed.count(DONE) >= 2)
    assert run.poll() is None, "the run ended before it could be killed"
    kill_alone(run)
    before = disturbed.count(DONE)
    assert 2 <= before < disturbed.count("select count(*) from run_batch")
    assert disturbed.count("select count(*) from decision") == before * BATCH

    disturbed.monitum("run", "--as-of", DAY)
    undisturbed.monitum("run", "--as-of", DAY)
    decided = disturbed.decided()
    assert len(decided) == CUSTOMERS
    assert decided == undisturbed.decided()
    counts = "select (counts->>'decisions')::int from run where status = 'done'"
    assert disturbed.count(counts) == undisturbed.count(counts) == CUSTOMERS

    disturbed.monitum("run", "--as-of", DAY)
    assert disturbed.decided() == decided
    disturbed.monitum("archive", "verify")


def test_a_batch_that_two_processes_do_at_once_is_done_once(tmp_path: Path, database_url: str) -> None:
    guards = (HERE / "guards.yaml").read_text("utf-8")
    ruleset = load_ruleset((HERE / "rulesets" / "ten_days.yaml").read_text("utf-8"), guards=guards)
    player = Twice(tmp_path, database_url, 1, [ruleset])
    player.books.change(
        {
            "customers": [{"key": "A"}, {"key": "B"}],
            "items": [
                {"key": "I1", "issued": "2026-02-01", "due": "2026-03-02", "amount": 100},
                {"key": "I2", "customer": "B", "issued": "2026-02-01", "due": "2026-03-02", "amount": 100},
            ],
        }
    )
    day = date.fromisoformat(DAY)
    player.sync(day)
    assert player.run(day) == ["A: remind level1 I1", "B: remind level1 I2"]
    first, second = player.counted
    assert first == second
    assert first["decisions"] == 2
    with player.system.database.engine.connect() as connection:
        entries = text("select count(*) from archive_entry where kind = 'decision:made'")
        assert connection.execute(entries).scalar_one() == 2
