"""A sync notes from when the books are, and never takes its own moment for that."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from adapters.database.facts.doubts import current_doubts
from adapters.database.mirror.content import Content
from adapters.database.mirror.sync import sync
from adapters.finance.contract import Mark
from adapters.finance.csv_folder.source import CsvFolder
from engine.execution.reports import SyncReport
from tests.adapters.finance.folders import FILES, write_folder
from tests.scenarios.books import written_at

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
DAY = timedelta(days=1)
WRITTEN = NOW - timedelta(hours=2)


def mirror(database: Engine, folder: Path, now: datetime = NOW) -> SyncReport:
    return sync(database, CsvFolder(folder), now=now)


def known(database: Engine) -> Any:
    with database.connect() as connection:
        row = connection.execute(text("select synced_at, books_at from source")).one()
    return row.synced_at, row.books_at


def test_a_dead_export_stays_as_old_as_it_is_however_often_it_is_read(database: Engine, tmp_path: Path) -> None:
    folder = write_folder(tmp_path, at=WRITTEN)
    mirror(database, folder)
    assert known(database) == (NOW, WRITTEN)
    for day in (1, 10, 30):
        assert mirror(database, folder, NOW + day * DAY).skipped_unchanged
        assert known(database) == (NOW + day * DAY, WRITTEN)


def test_files_written_again_with_the_same_content_are_fresh(database: Engine, tmp_path: Path) -> None:
    folder = write_folder(tmp_path, at=WRITTEN)
    mirror(database, folder)
    write_folder(tmp_path, at=WRITTEN + DAY)
    assert mirror(database, folder, NOW + DAY).skipped_unchanged
    assert known(database) == (NOW + DAY, WRITTEN + DAY)


def test_books_are_as_old_as_the_file_that_was_not_written_again(database: Engine, tmp_path: Path) -> None:
    folder = write_folder(tmp_path, at=WRITTEN)
    mirror(database, folder)
    write_folder(tmp_path, {"customers.csv": ["key,name", "C1,Renamed", "C2,Beta"]}, at=WRITTEN + DAY)
    written_at(folder / "payments.csv", WRITTEN)
    assert mirror(database, folder, NOW + DAY).wrote
    assert known(database) == (NOW + DAY, WRITTEN)


def test_files_that_turn_out_older_make_the_books_older(database: Engine, tmp_path: Path) -> None:
    folder = write_folder(tmp_path, at=WRITTEN)
    mirror(database, folder)
    for name in FILES:
        written_at(folder / name, NOW - 10 * DAY)
    mirror(database, folder, NOW + DAY)
    assert known(database) == (NOW + DAY, NOW - 10 * DAY)


def test_a_file_of_tomorrow_refreshes_nothing_and_is_told(database: Engine, tmp_path: Path) -> None:
    folder = write_folder(tmp_path, at=WRITTEN)
    mirror(database, folder)
    written_at(folder / "payments.csv", NOW + 20 * DAY)
    for name in set(FILES) - {"payments.csv"}:
        written_at(folder / name, NOW + DAY)
    report = mirror(database, folder, NOW + DAY)
    assert report.ahead == ("payments.csv is of 2026-12-10 08:00 UTC",)
    assert known(database) == (NOW + DAY, WRITTEN)
    written_at(folder / "payments.csv", NOW + DAY)
    assert mirror(database, folder, NOW + DAY).ahead == ()
    assert known(database) == (NOW + DAY, NOW + DAY)


def test_content_of_tomorrow_puts_everybody_in_doubt_until_the_clock_is_right(database: Engine, tmp_path: Path) -> None:
    folder = write_folder(tmp_path, at=NOW + DAY)
    report = mirror(database, folder)
    assert (report.in_doubt, report.all_in_doubt) == (2, True)
    with database.connect() as connection:
        assert {doubt.code for doubt in current_doubts(connection, ["test"])} == {"clock_ahead"}
    report = mirror(database, folder, NOW + DAY)
    assert (report.in_doubt, report.skipped_unchanged) == (0, False)
    assert mirror(database, folder, NOW + DAY).skipped_unchanged


@pytest.mark.parametrize("minutes", [0, 5, 10])
def test_clocks_that_differ_a_little_make_books_of_now(minutes: int) -> None:
    assert Content.of([Mark("a", NOW + timedelta(minutes=minutes))], NOW) == Content(NOW)


def test_a_system_that_shows_the_present_has_no_mark() -> None:
    assert Content.of([], NOW) == Content(None)
