"""From when the content of a folder of CSV files is."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from adapters.finance.csv_folder.source import CsvFolder
from engine.errors import AdapterError, InvalidInput
from tests.adapters.finance.folders import FILES, write_folder
from tests.scenarios.books import written_at

WRITTEN = datetime(2026, 11, 30, 5, 15, tzinfo=UTC)
WEEK_OLD = datetime(2026, 11, 23, 5, tzinfo=UTC)


def oldest(folder: Path) -> tuple[str, str]:
    mark = min(CsvFolder(folder).books_at(), key=lambda mark: mark.at)
    return mark.what, f"{mark.at:%Y-%m-%d %H:%M}"


def test_each_file_has_a_mark_and_the_mapping_has_none(tmp_path: Path) -> None:
    marks = CsvFolder(write_folder(tmp_path, at=WRITTEN)).books_at()
    assert {mark.what for mark in marks} == set(FILES)
    assert {mark.at for mark in marks} == {WRITTEN}


def test_one_old_file_makes_the_books_old_and_one_fresh_one_does_not_refresh_them(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, at=WRITTEN)
    written_at(folder / "payments.csv", WEEK_OLD)
    assert oldest(folder) == ("payments.csv", "2026-11-23 05:00")
    for name in FILES:
        written_at(folder / name, WEEK_OLD)
    written_at(folder / "holds.csv", WRITTEN)
    assert oldest(folder)[1] == "2026-11-23 05:00"


def test_a_file_that_the_mapping_says_may_be_old_does_not_count(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, at=WRITTEN, options="books_at: {may_be_old: [holds.csv]}")
    written_at(folder / "holds.csv", WEEK_OLD)
    assert oldest(folder)[1] == "2026-11-30 05:15"


@pytest.mark.parametrize(
    ("text", "more", "at"),
    [
        ("2026-11-24", "", "2026-11-23 23:00"),
        ("2026-11-24T06:15", "", "2026-11-24 05:15"),
        ("2026-11-24T06:15:30+02:00\n", "", "2026-11-24 04:15"),
        ("2026-11-24T06:15Z", "", "2026-11-24 06:15"),
        ("\ufeff\n  2026-11-24 06:15  \nexported by job 7\n", "", "2026-11-24 05:15"),
        ("24.11.2026 06:15", ', formats: ["%d.%m.%Y %H:%M"]', "2026-11-24 05:15"),
        ("24.11.2026", ', formats: ["%d.%m.%Y %H:%M", "%d.%m.%Y"]', "2026-11-23 23:00"),
        ("2026-11-24T06:15", ", zone: America/New_York", "2026-11-24 11:15"),
        ("2026-07-24T06:15", "", "2026-07-24 04:15"),
    ],
)
def test_a_marker_of_the_export_counts_beside_the_files(tmp_path: Path, text: str, more: str, at: str) -> None:
    folder = write_folder(tmp_path, at=WRITTEN, options=f"books_at: {{marker: export.txt{more}}}")
    (folder / "export.txt").write_text(text, "utf-8")
    assert oldest(folder) == ("export.txt", at)


def test_a_fresh_marker_does_not_refresh_old_files(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, at=WEEK_OLD, options="books_at: {marker: export.txt}")
    (folder / "export.txt").write_text("2026-11-30T06:00", "utf-8")
    assert oldest(folder)[1] == "2026-11-23 05:00"


def test_the_newest_value_of_a_column_counts(tmp_path: Path) -> None:
    payments = [
        "key,customer,day,currency,amount",
        "P1,C1,2026-01-10,PLN,40.00",
        "P2,C1,2026-01-12,PLN,1",
        "P3,C1,,PLN,1",
    ]
    options = "books_at: {column: {file: payments.csv, name: day}}"
    assert oldest(write_folder(tmp_path, {"payments.csv": payments}, at=WRITTEN, options=options)) == (
        "payments.csv, column day",
        "2026-01-11 23:00",
    )


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "says ''"),
        (b"yesterday", "says 'yesterday'"),
        (b"\xff\xfe", "is not text"),
        (None, "Is the export under way?"),
    ],
)
def test_a_marker_that_tells_nothing_stops_the_sync(tmp_path: Path, content: bytes | None, says: str) -> None:
    folder = write_folder(tmp_path, options="books_at: {marker: export.txt}")
    if content is not None:
        (folder / "export.txt").write_bytes(content)
    with pytest.raises(AdapterError, match=r"books_at\.marker: export\.txt") as raised:
        CsvFolder(folder).books_at()
    assert says in str(raised.value)


@pytest.mark.parametrize(
    ("options", "files", "says"),
    [
        ("column: {file: payments.csv, name: currency}", {}, "no value of payments.csv, column currency is a moment"),
        ("column: {file: payments.csv, name: booked}", {}, "no column 'booked'"),
        ("column: {file: booked.csv, name: day}", {}, "booked.csv cannot be read"),
        ("column: {file: payments.csv, name: day}", {"payments.csv": FILES["payments.csv"][:1]}, "no value of"),
    ],
)
def test_a_column_that_tells_nothing_stops_the_sync(
    tmp_path: Path, options: str, files: dict[str, list[str]], says: str
) -> None:
    with pytest.raises(AdapterError) as raised:
        CsvFolder(write_folder(tmp_path, files, options=f"books_at: {{{options}}}")).books_at()
    assert says in str(raised.value)


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ("{zone: Mars/Olympus}", "books_at.zone"),
        ("{may_be_old: [cash.csv]}", "books_at.may_be_old"),
        (
            "{may_be_old: [customers.csv, documents.csv, items.csv, payments.csv, allocations.csv, holds.csv]}",
            "books_at.may_be_old",
        ),
        ("{column: {file: payments.csv}}", "books_at.column.name"),
        ("{newest: yes}", "books_at.newest"),
        ("yesterday", "books_at"),
    ],
)
def test_a_mapping_that_cannot_tell_the_age_names_the_field(tmp_path: Path, options: str, field: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        CsvFolder(write_folder(tmp_path, options=f"books_at: {options}"))
    assert raised.value.field == field


def test_content_alone_makes_the_fingerprint(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, at=WRITTEN, options="books_at: {marker: export.txt}")
    (folder / "export.txt").write_text("2026-11-30", "utf-8")
    before = CsvFolder(folder).fingerprint()
    (folder / "export.txt").write_text("2026-12-01", "utf-8")
    written_at(folder / "items.csv", WEEK_OLD)
    assert CsvFolder(folder).fingerprint() == before
