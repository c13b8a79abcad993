"""What a sync makes of one reading after another."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event, text

from adapters.database.mirror.quarantine import quarantined
from adapters.database.mirror.sync import sync
from adapters.database.tables import FACT_TABLES
from adapters.finance.csv_folder.source import CsvFolder
from engine.errors import AdapterError, InvalidInput
from engine.execution.reports import SyncReport
from tests.adapters.finance.folders import FILES, replace_line, write_folder

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
FACTS = [table.name for table in FACT_TABLES]


def _sync(database: Engine, folder: Path, now: datetime = NOW, **options: Any) -> SyncReport:
    return sync(database, CsvFolder(folder), now=now, **options)


def _rows(database: Engine, query: str) -> list[tuple[Any, ...]]:
    with database.connect() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def _problems(database: Engine) -> list[tuple[str, int, str, str]]:
    return [(row.file, row.line, row.column, row.reason) for row in quarantined(database)]


def test_a_table_without_a_row_is_not_checked(database: Engine, tmp_path: Path) -> None:
    checks: list[str] = []
    event.listen(
        database,
        "before_cursor_execute",
        lambda *told: checks.append(told[2]) if told[2].lstrip().startswith("insert into stage_found") else None,
    )
    _sync(database, write_folder(tmp_path, {"payments.csv": FILES["payments.csv"][:1]}))
    checked = {name for name in FACTS if any(f"from stage_{name} s" in check for check in checks)}
    assert checked == {"customer", "document", "open_item", "allocation", "hold"}
    assert _problems(database) == [("allocations.csv", 2, "payment", "refers to unknown payment 'P1'")]


def test_a_first_sync_imports_everything(database: Engine, tmp_path: Path) -> None:
    report = _sync(database, write_folder(tmp_path))
    assert {name: counts.added for name, counts in report.tables.items()} == {
        "customer": 2,
        "document": 2,
        "open_item": 2,
        "payment": 1,
        "allocation": 1,
        "hold": 1,
        "service": 0,
    }
    assert report.quarantined == 0
    assert _rows(database, "select item_key, payment_key, amount from allocation") == [("I1", "P1", 40)]
    assert _rows(database, "select key, synced_at, changed_at from source") == [("test", NOW, NOW)]


def test_unchanged_files_are_not_read_again(database: Engine, tmp_path: Path) -> None:
    folder = write_folder(tmp_path)
    _sync(database, folder)
    report = _sync(database, folder, LATER)
    assert report.skipped_unchanged
    assert _rows(database, "select synced_at, changed_at from source") == [(LATER, NOW)]


def test_the_same_content_written_differently_writes_no_fact(database: Engine, tmp_path: Path) -> None:
    folder = write_folder(tmp_path)
    _sync(database, folder)
    before = _rows(database, "select xmin::text, id from open_item union all select xmin::text, id from allocation")
    write_folder(tmp_path, replace_line("items.csv", 2, " I1 ,D1,C1,2026-01-05,2026-01-19,PLN,+100.0"))
    report = _sync(database, folder, LATER)
    assert not report.skipped_unchanged
    assert not report.wrote
    assert report.tables["open_item"].unchanged == 2
    query = "select xmin::text, id from open_item union all select xmin::text, id from allocation"
    assert _rows(database, query) == before
    assert _rows(database, "select synced_at, changed_at from source") == [(LATER, NOW)]


def test_a_changed_fact_gets_a_new_version(database: Engine, tmp_path: Path) -> None:
    folder = write_folder(tmp_path)
    _sync(database, folder)
    write_folder(tmp_path, replace_line("items.csv", 2, "I1,D1,C1,2026-01-05,2026-02-19,PLN,100.00"))
    report = _sync(database, folder, LATER)
    assert report.tables["open_item"].changed == 1
    assert report.tables["open_item"].unchanged == 1
    query = "select due_date::text, recorded_from, recorded_to from open_item where key = 'I1' order by id"
    assert _rows(database, query) == [("2026-01-19", NOW, LATER), ("2026-02-19", LATER, None)]


def test_an_item_may_be_due_before_it_was_issued(database: Engine, tmp_path: Path) -> None:
    rent = replace_line("items.csv", 2, "I1,D1,C1,2026-01-05,2026-01-04,PLN,100.00")
    assert _sync(database, write_folder(tmp_path, rent)).quarantined == 0
    query = "select issue_date - due_date from open_item where key = 'I1'"
    assert _rows(database, query) == [(1,)]


def test_a_vanished_item_is_closed_and_comes_back_open(database: Engine, tmp_path: Path) -> None:
    folder = write_folder(tmp_path)
    _sync(database, folder)
    without = {"items.csv": FILES["items.csv"][:2], "holds.csv": FILES["holds.csv"][:1]}
    write_folder(tmp_path, without)
    report = _sync(database, folder, LATER)
    assert (report.tables["open_item"].closed, report.tables["hold"].ended) == (1, 1)
    query = "select closed_on::text from open_item where key = 'I2' and recorded_to is null"
    assert _rows(database, query) == [("2026-11-21",)]
    write_folder(tmp_path, without | {"customers.csv": [*FILES["customers.csv"], "C3,Gamma"]})
    assert _sync(database, folder, LATER + timedelta(days=1)).tables["open_item"].closed == 0
    assert _rows(database, query) == [("2026-11-21",)]
    write_folder(tmp_path)
    assert _sync(database, folder, LATER + timedelta(days=2)).tables["open_item"].changed == 1
    assert _rows(database, query) == [(None,)]


def test_vanished_payments_end_and_vanished_customers_stay(database: Engine, tmp_path: Path) -> None:
    folder = write_folder(tmp_path)
    _sync(database, folder)
    write_folder(tmp_path, {name: lines[:1] for name, lines in FILES.items()})
    report = _sync(database, folder, LATER)
    ended = {name: counts.ended for name, counts in report.tables.items() if counts.ended}
    assert ended == {"payment": 1, "allocation": 1, "hold": 1}
    assert _rows(database, "select count(*) from customer where recorded_to is null") == [(2,)]
    assert _rows(database, "select recorded_to from payment") == [(LATER,)]


@pytest.mark.parametrize(
    ("name", "number", "line", "column", "reason"),
    [
        ("customers.csv", 2, ",Alfa", "key", "missing"),
        ("customers.csv", 2, "C1,", "name", "missing"),
        ("customers.csv", 3, "C1,Alfa again", "key", "duplicate key, first in customers.csv line 2"),
        ("documents.csv", 2, "D1,C1,bill,2026-01-05,PLN,100.00", "kind", "unknown code"),
        ("documents.csv", 2, "D1,C1,invoice,2026-01-05,ZLO,100.00", "currency", "unknown currency"),
        ("documents.csv", 2, "D1,C9,invoice,2026-01-05,PLN,100.00", "customer", "refers to unknown customer 'C9'"),
        ("items.csv", 2, "I1,D1,C1,1989-12-31,2026-01-19,PLN,100.00", "issued", "before 1990"),
        ("items.csv", 2, "I1,D1,C1,2026-01-05,2206-01-19,PLN,100.00", "due", "20 years"),
        ("items.csv", 2, "I1,D1,C1,2026-01-05,2026-01-19,PLN,-100.00", "amount", "negative"),
        ("items.csv", 2, "I1,D1,C1,2026-01-05,2026-01-19,PLN,100.005", "amount", "more decimals"),
        ("items.csv", 2, "I1,D1,C1,2026-01-05,2026-01-19,JPY,100.50", "amount", "more decimals"),
        ("items.csv", 2, "I1,D1,C1,2026-01-05,2026-01-19,PLN,99999999999999", "amount", "out of range"),
        ("items.csv", 2, "I1,D9,C1,2026-01-05,2026-01-19,PLN,100.00", "document", "refers to unknown document 'D9'"),
        ("allocations.csv", 2, "A1,I9,P1,2026-01-10,40.00", "item", "refers to unknown open item 'I9'"),
        ("allocations.csv", 2, "A1,I1,P9,2026-01-10,40.00", "payment", "refers to unknown payment 'P9'"),
        ("allocations.csv", 2, "A1,I1,,2026-01-10,40.00", "payment", "exactly one"),
        ("holds.csv", 2, "H1,C2,I2,sulking,2026-01-12", "reason", "unknown code"),
    ],
)
def test_a_wrong_row_waits_in_the_quarantine(
    database: Engine, tmp_path: Path, name: str, number: int, line: str, column: str, reason: str
) -> None:
    _sync(database, write_folder(tmp_path, replace_line(name, number, line)))
    found = [problem for problem in _problems(database) if problem[:2] == (name, number)]
    assert [problem[2] for problem in found] == [column]
    assert reason in found[0][3]


def test_rows_that_refer_to_a_quarantined_row_say_so(database: Engine, tmp_path: Path) -> None:
    _sync(database, write_folder(tmp_path, replace_line("documents.csv", 2, "D1,C1,invoice,2026-13-05,PLN,100.00")))
    assert [(file, reason) for file, _, _, reason in _problems(database)] == [
        ("allocations.csv", "refers to open item 'I1', whose row is quarantined"),
        ("documents.csv", "not a date written %Y-%m-%d"),
        ("items.csv", "refers to document 'D1', whose row is quarantined"),
    ]
    assert _rows(database, "select key from open_item") == [("I2",)]


def test_a_quarantined_row_keeps_its_last_good_version(database: Engine, tmp_path: Path) -> None:
    folder = write_folder(tmp_path)
    _sync(database, folder)
    write_folder(tmp_path, replace_line("items.csv", 2, "I1,D1,C1,2026-01-05,2026-01-19,PLN,much"))
    report = _sync(database, folder, LATER)
    assert report.quarantined == 1
    assert not report.wrote
    assert _rows(database, "select amount, closed_on from open_item where key = 'I1' and recorded_to is null") == [
        (100, None)
    ]


def test_a_row_without_a_readable_key_lets_nothing_of_its_table_vanish(database: Engine, tmp_path: Path) -> None:
    folder = write_folder(tmp_path)
    _sync(database, folder)
    write_folder(tmp_path, replace_line("items.csv", 2, "2026-01-05,2026-01-19,PLN,100.00"))
    report = _sync(database, folder, LATER)
    assert (report.quarantined, report.tables["open_item"].closed) == (1, 0)
    assert report.tables["allocation"].ended == 0


def test_the_quarantine_remembers_since_when_and_forgets_what_is_fixed(database: Engine, tmp_path: Path) -> None:
    bad = "H1,C2,I2,sulking,2026-01-12"
    folder = write_folder(tmp_path, replace_line("holds.csv", 2, bad))
    _sync(database, folder)
    write_folder(tmp_path, {"holds.csv": [FILES["holds.csv"][0], "H0,C1,I1,dispute,2026-01-12", bad]})
    _sync(database, folder, LATER)
    assert [(row.line, row.first_seen) for row in quarantined(database, ["test"])] == [(3, NOW)]
    write_folder(tmp_path)
    assert _sync(database, folder, LATER + timedelta(days=1)).quarantined == 0
    assert quarantined(database) == []


def test_one_file_is_imported_by_whole_lines(database: Engine, tmp_path: Path) -> None:
    """A duplicate invoice number must not leave the payment of its line as the customer's credit."""
    sample = Path("adapters/finance/csv_folder/samples/ibm")
    (tmp_path / "mapping.yaml").write_text((sample / "mapping.yaml").read_text("utf-8"), "utf-8")
    lines = (sample / "receivables.csv").read_text("utf-8").splitlines()[:4]
    lines += [lines[1], lines[2].replace("61.74", "6l.74").replace("0007900770", "X")]
    (tmp_path / "receivables.csv").write_text("".join(f"{line}\n" for line in lines), "utf-8")
    report = _sync(database, tmp_path)
    added = {name: counts.added for name, counts in report.tables.items()}
    assert added == {
        "customer": 3,
        "document": 3,
        "open_item": 3,
        "payment": 3,
        "allocation": 3,
        "hold": 1,
        "service": 0,
    }
    assert [problem[:3] for problem in _problems(database)] == [
        ("receivables.csv", 5, "invoiceNumber"),
        ("receivables.csv", 6, "InvoiceAmount"),
    ]


def test_a_source_that_lost_most_of_its_rows_is_refused(database: Engine, tmp_path: Path) -> None:
    items = [f"X{n},D1,C1,2026-01-05,2026-01-19,PLN,{n}.00" for n in range(1, 21)]
    folder = write_folder(tmp_path, {"items.csv": FILES["items.csv"] + items})
    _sync(database, folder)
    write_folder(tmp_path, {"items.csv": FILES["items.csv"] + items[:5]})
    with pytest.raises(AdapterError, match="--accept-shrinkage"):
        _sync(database, folder, LATER)
    assert _rows(database, "select count(*) from open_item where closed_on is not null") == [(0,)]
    assert _rows(database, "select synced_at from source") == [(NOW,)]
    assert _sync(database, folder, LATER, accept_shrinkage=True).tables["open_item"].closed == 15


def test_a_half_written_file_leaves_the_previous_state(database: Engine, tmp_path: Path) -> None:
    folder = write_folder(tmp_path)
    _sync(database, folder)
    write_folder(tmp_path, {"customers.csv": ["key,name", "C1,Renamed", "C2,Beta"]})
    with (folder / "items.csv").open("a", encoding="utf-8") as file:
        file.write("I3,D1")
    with pytest.raises(AdapterError, match="half-written"):
        _sync(database, folder, LATER)
    assert _rows(database, "select name from customer order by key") == [("Alfa",), ("Beta",)]
    assert _rows(database, "select synced_at from source") == [(NOW,)]


def test_time_does_not_run_backwards(database: Engine, tmp_path: Path) -> None:
    folder = write_folder(tmp_path)
    _sync(database, folder)
    with pytest.raises(InvalidInput) as raised:
        _sync(database, folder, NOW - timedelta(seconds=1))
    assert raised.value.field == "now"
    with pytest.raises(InvalidInput):
        _sync(database, folder, datetime(2026, 11, 22))  # noqa: DTZ001  that is the point


def test_sources_do_not_touch_each_other(database: Engine, tmp_path: Path) -> None:
    _sync(database, write_folder(tmp_path / "a", source="a"))
    _sync(database, write_folder(tmp_path / "b", {"items.csv": FILES["items.csv"][:2]}, source="b"))
    query = "select source, count(*) from open_item where recorded_to is null group by 1 order by 1"
    assert _rows(database, query) == [("a", 2), ("b", 1)]


def test_progress_tells_file_and_lines(database: Engine, tmp_path: Path) -> None:
    told: list[tuple[str, int, int | None]] = []
    _sync(database, write_folder(tmp_path), progress=lambda *args: told.append(args))
    assert ("items.csv", 2, None) in told
