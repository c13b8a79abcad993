"""C51: a run that is killed half-way is finished by the next call, and everything is decided once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from sqlalchemy import Engine, text

from tests.scenarios.books import Books
from tests.scenarios.player import HERE

ROOT = Path(__file__).parents[2]
CUSTOMERS = 6000
DAY = "2026-03-12"


def books(folder: Path) -> None:
    """Customers with one item each that is due for a reminder; enough of them for several batches."""
    rows = Books()
    rows.change(
        {
            "customers": [{"key": f"K{number:05}"} for number in range(CUSTOMERS)],
            "items": [
                {"key": f"I{number:05}", "customer": f"K{number:05}", "issued": "2026-02-01", "due": "2026-03-02",
                 "amount": 100}
                for number in range(CUSTOMERS)
            ],
        }
    )  # fmt: skip
    folder.mkdir()
    rows.write(folder)
    for name in ("mapping.yaml", "company.yaml"):
        (folder / name).write_text((HERE / name).read_text("utf-8"), "utf-8")
    (folder / "ruleset.yaml").write_text(
        (HERE / "rulesets" / "ten_days.yaml").read_text("utf-8")
        + "cases: [{name: ten days, given: {days_past_due: 10}, expect: [remind: level1]}]\n",
        "utf-8",
    )


def monitum(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "cli", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def count(database: Engine, query: str) -> int:
    with database.connect() as connection:
        return int(connection.execute(text(query)).scalar_one())


def test_a_killed_run_is_finished_by_the_next_call_once(tmp_path: Path, database: Engine, database_url: str) -> None:
    folder = tmp_path / "books"
    books(folder)
    environment = os.environ | {
        "DATABASE_URL": database_url, "MONITUM_HOME": str(tmp_path / "home"), "MONITUM_SOURCES": str(folder),
        "MONITUM_PROCESSES": "1",
    }  # fmt: skip
    for arguments in (("release",), ("sync",)):
        prepared = monitum(environment, *arguments)
        assert prepared.returncode == 0, prepared.stderr + prepared.stdout
    run = subprocess.Popen(
        [sys.executable, "-m", "cli", "run", "--as-of", DAY],
        cwd=ROOT, env=environment, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    done = "select count(*) from run_batch where done_at is not null"
    deadline = time.monotonic() + 60
    while count(database, done) < 2 and time.monotonic() < deadline:
        assert run.poll() is None, "the run ended before it could be killed"
        time.sleep(0.02)
    os.killpg(run.pid, signal.SIGKILL)
    run.wait()
    before = count(database, done)
    assert 2 <= before < count(database, "select count(*) from run_batch")
    assert count(database, "select count(*) from decision") < CUSTOMERS

    resumed = monitum(environment, "run", "--as-of", DAY)
    assert resumed.returncode == 0, resumed.stderr
    assert count(database, "select count(*) from decision") == CUSTOMERS
    assert count(database, "select count(distinct item_key) from action_item") == CUSTOMERS
    assert count(database, "select count(*) from action") == CUSTOMERS
    assert count(database, "select count(*) from run where status = 'done'") == 1

    again = monitum(environment, "run", "--as-of", DAY)
    assert again.returncode == 0, again.stderr
    assert count(database, "select count(*) from decision") == CUSTOMERS
    assert monitum(environment, "archive", "verify").returncode == 0
