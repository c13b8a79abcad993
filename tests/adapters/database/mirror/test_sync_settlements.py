"""A source that tells only what remains open: the difference becomes a settlement with a day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, text

from adapters.database.mirror.quarantine import quarantined
from adapters.database.mirror.sync import sync
from adapters.finance.csv_folder.source import CsvFolder
from engine.execution.reports import SyncReport
from tests.adapters.finance.folders import FILES, write_folder

DAY1 = datetime(2026, 11, 1, 8, tzinfo=UTC)
HEADER = "key,document,customer,issued,due,currency,amount,open"


def _sync(database: Engine, folder: Path, open_amount: str, day: int, **files: list[str]) -> SyncReport:
    items = [HEADER, f"I1,D1,C1,2026-01-05,2026-01-19,PLN,100.00,{open_amount}"]
    no_more = {name: FILES[name][:1] for name in ("allocations.csv", "holds.csv")}
    changed = {f"{name}.csv": lines for name, lines in files.items()}
    write_folder(
        folder,
        {"items.csv": items} | no_more | changed,
        item_columns="open_amount: open\n      direction: {sign_of: amount}",
    )
    return sync(database, CsvFolder(folder), now=DAY1 + timedelta(days=day - 1))


def _settled(database: Engine) -> list[tuple[str, Any]]:
    query = "select allocated_on::text, amount from allocation where recorded_to is null and item_key = 'I1' order by 1"
    with database.connect() as connection:
        return [(day, int(amount)) for day, amount in connection.execute(text(query))]


def test_each_further_settlement_has_its_own_day(database: Engine, tmp_path: Path) -> None:
    _sync(database, tmp_path, "100.00", 1)
    assert _settled(database) == []
    _sync(database, tmp_path, "70.00", 2)
    _sync(database, tmp_path, "70.0", 3)
    _sync(database, tmp_path, "20.00", 4)
    assert _settled(database) == [("2026-11-02", 30), ("2026-11-04", 50)]


def test_the_same_remaining_amount_writes_nothing(database: Engine, tmp_path: Path) -> None:
    _sync(database, tmp_path, "70.00", 1)
    report = _sync(database, tmp_path, "70.0", 2)
    assert not report.skipped_unchanged
    assert not report.wrote


def test_a_settlement_taken_back_shortens_the_latest_first(database: Engine, tmp_path: Path) -> None:
    _sync(database, tmp_path, "70.00", 1)
    _sync(database, tmp_path, "20.00", 2)
    _sync(database, tmp_path, "60.00", 3)
    assert _settled(database) == [("2026-11-01", 30), ("2026-11-02", 10)]
    _sync(database, tmp_path, "100.00", 4)
    assert _settled(database) == []


def test_an_allocation_that_explains_the_difference_replaces_the_settlement(database: Engine, tmp_path: Path) -> None:
    _sync(database, tmp_path, "60.00", 1)
    _sync(database, tmp_path, "60.00", 2, allocations=FILES["allocations.csv"])
    assert _settled(database) == [("2026-01-10", 40)]


def test_more_open_than_the_allocations_leave_is_reported_and_the_smaller_counts(
    database: Engine, tmp_path: Path
) -> None:
    _sync(database, tmp_path, "90.00", 1, allocations=FILES["allocations.csv"])
    assert _settled(database) == [("2026-01-10", 40)]
    (problem,) = quarantined(database)
    assert (problem.file, problem.line, problem.column, problem.value) == ("items.csv", 2, "open", "90.00")
    assert problem.reason == "the allocations leave only 60.00 open, which is used"


def test_a_quarantined_item_keeps_its_settlements(database: Engine, tmp_path: Path) -> None:
    _sync(database, tmp_path, "60.00", 1)
    report = _sync(database, tmp_path, "sixty", 2)
    assert report.quarantined == 1
    assert _settled(database) == [("2026-11-01", 40)]


def test_a_used_credit_item_names_itself(database: Engine, tmp_path: Path) -> None:
    items = [HEADER, "I1,D1,C1,2026-01-05,2026-01-19,PLN,-100.00,-25.00"]
    _sync(database, tmp_path, "0.00", 1, items=items)
    query = "select item_key, credit_item_key, payment_key, amount::int from allocation"
    with database.connect() as connection:
        assert [tuple(row) for row in connection.execute(text(query))] == [("I1", "I1", None, 75)]
