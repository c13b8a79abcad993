"""A sync that dies in the middle leaves nothing behind; two at once do not mix."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine, text

from adapters.database.mirror.sync import sync
from adapters.finance.csv_folder.source import CsvFolder
from engine.execution.reports import SyncReport
from tests.adapters.finance.folders import FILES, write_folder

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
#: Syncs a folder and stops for good while the files are read, or just before the commit.
_CHILD = """
import sys, time
from datetime import datetime
from pathlib import Path
from adapters.database import sync as module
from adapters.database.connection import connect
from adapters.finance.csv_folder.source import CsvFolder
url, folder, now, where = sys.argv[1:]
def stop(*_, **__):
    print("here", flush=True)
    time.sleep(600)
if where == "commit":
    module._note = stop
progress = stop if where == "read" else None
module.sync(connect(url), CsvFolder(Path(folder)), now=datetime.fromisoformat(now), progress=progress)
"""


def _names(database: Engine) -> list[str]:
    with database.connect() as connection:
        query = "select name from customer where recorded_to is null order by key"
        return list(connection.scalars(text(query)))


def _kill(database_url: str, folder: Path, where: str) -> None:
    arguments = [sys.executable, "-c", _CHILD, database_url, str(folder), NOW.isoformat(), where]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "here\n"
        child.send_signal(signal.SIGKILL)
        assert child.wait() == -signal.SIGKILL


def test_a_killed_sync_leaves_the_previous_state_and_the_next_one_finishes(
    database: Engine, database_url: str, tmp_path: Path
) -> None:
    folder = write_folder(tmp_path)
    sync(database, CsvFolder(folder), now=NOW - timedelta(days=1))
    write_folder(tmp_path, {"customers.csv": ["key,name", "C1,Renamed", "C2,Beta", "C3,New"]})
    for where in ("read", "commit"):
        _kill(database_url, folder, where)
        assert _names(database) == ["Alfa", "Beta"]
    report = sync(database, CsvFolder(folder), now=NOW)
    assert (report.tables["customer"].added, report.tables["customer"].changed) == (1, 1)
    assert _names(database) == ["Renamed", "Beta", "New"]


def test_two_syncs_at_once_write_every_fact_once(database: Engine, tmp_path: Path) -> None:
    items = [f"X{n},D1,C1,2026-01-05,2026-01-19,PLN,{n}.00" for n in range(1, 500)]
    folder = write_folder(tmp_path, {"items.csv": FILES["items.csv"] + items})
    reports: list[SyncReport] = []

    def run() -> None:
        reports.append(sync(database, CsvFolder(folder), now=NOW))

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(report.skipped_unchanged for report in reports) == [False, True, True]
    with database.connect() as connection:
        assert connection.scalar(text("select count(*) from open_item")) == 501
