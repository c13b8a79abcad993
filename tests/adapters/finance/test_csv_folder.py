"""Reading files: values, lines that cannot be used, files that are not whole."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from adapters.finance.contract import RECORDS, Batch, FinanceSource, RowProblem
from adapters.finance.csv_folder.source import CsvFolder
from engine.errors import AdapterError
from engine.records import OpenItem
from tests.adapters.finance.folders import FILES, replace_line, write_folder


def _batches(folder: Path) -> list[Batch]:
    source: FinanceSource = CsvFolder(folder)
    return list(source.extract().batches)


def _records(folder: Path, table: str) -> list[Any]:
    record: Any = RECORDS[table]
    return [record(*row[2:]) for batch in _batches(folder) if batch.table == table for row in batch.rows]


def _problems(folder: Path) -> list[RowProblem]:
    return [problem for batch in _batches(folder) for problem in batch.problems]


def test_rows_are_the_records_of_the_contract(tmp_path: Path) -> None:
    item = _records(write_folder(tmp_path), "open_item")[0]
    assert item == OpenItem("I1", "D1", "C1", date(2026, 1, 5), date(2026, 1, 19), "PLN", Decimal("100.00"))


def test_cp1250_with_semicolons_and_decimal_commas_is_read(tmp_path: Path) -> None:
    files = {name: [line.replace(",", ";").replace(".", ",") for line in lines] for name, lines in FILES.items()} | {
        "customers.csv": ["key;name", "C1;Źródło „Łąka” sp. z o.o.", "C2;Żółw"]
    }
    files["items.csv"][1] = "I1;D1;C1;05.01.2026;19.01.2026;PLN;1 234 567,89"
    options = 'encoding: cp1250\nseparator: ";"\ndecimal_mark: ","\nthousands: " "\ndates: ["%Y-%m-%d", "%d.%m.%Y"]'
    folder = write_folder(tmp_path, files, options=options, encoding="cp1250")
    assert _problems(folder) == []
    assert [record.name for record in _records(folder, "customer")] == ["Źródło „Łąka” sp. z o.o.", "Żółw"]
    item = _records(folder, "open_item")[0]
    assert (item.amount, item.due_date) == (Decimal("1234567.89"), date(2026, 1, 19))


def test_the_sign_of_an_amount_becomes_its_direction(tmp_path: Path) -> None:
    folder = write_folder(
        tmp_path,
        replace_line("items.csv", 3, "I2,D2,C2,2026-01-06,2026-01-20,EUR,-200.00"),
        item_columns="direction: {sign_of: amount}",
    )
    assert [(item.amount, item.direction) for item in _records(folder, "open_item")] == [
        (Decimal(100), "debit"),
        (Decimal(200), "credit"),
    ]


@pytest.mark.parametrize(
    ("line", "column", "value", "reason"),
    [
        ("I1,D1,C1,2026-02-30,2026-03-19,PLN,100.00", "issued", "2026-02-30", "not a date"),
        ("I1,D1,C1,2026-01-05,soon,PLN,100.00", "due", "soon", "not a date"),
        ("I1,D1,C1,2026-01-05,2026-01-19,PLN,1OO", "amount", "1OO", "not a number"),
        ("I1,D1,C1,2026-01-05,2026-01-19,PLN,1_000", "amount", "1_000", "not a number"),
        ("I1,D1,C1,2026-01-05,2026-01-19,PLN,1e3", "amount", "1e3", "not a number"),
        ("I1,D1,C1,2026-01-05,2026-01-19,PLN,NaN", "amount", "NaN", "not a number"),
        ("I1,D1,C1,2026-01-05,2026-01-19,PLN,١٠٠", "amount", "١٠٠", "not a number"),
        ("I1,D1,C1,2026-01-05,2026-01-19,PLN,100,00", "", "I1|D1|C1|2026-01-05|2026-01-19|PLN|100|00", "8 columns"),
        ("I1,D1\0,C1,2026-01-05,2026-01-19,PLN,100.00", "document", "D1\\x00", "NUL"),
        ('I1,"D1"x,C1,2026-01-05,2026-01-19,PLN,100.00', "", "", "quotes"),
    ],
)
def test_a_bad_line_is_reported_with_its_place_and_the_rest_is_read(
    tmp_path: Path, line: str, column: str, value: str, reason: str
) -> None:
    folder = write_folder(tmp_path, replace_line("items.csv", 2, line))
    (problem,) = _problems(folder)
    assert (problem.file, problem.line, problem.column, problem.value) == ("items.csv", 2, column, value)
    assert reason in problem.reason
    assert [item.key for item in _records(folder, "open_item")] == ["I2"]


def test_every_problem_of_a_line_is_reported(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, replace_line("items.csv", 2, "I1,D1,C1,never,soon,PLN,much"))
    assert [problem.column for problem in _problems(folder)] == ["issued", "due", "amount"]


def test_undecodable_bytes_spoil_only_their_line(tmp_path: Path) -> None:
    folder = write_folder(tmp_path)
    (folder / "customers.csv").write_bytes(b"key,name\nC1,Gda\xf1sk\nC2,Beta\n")
    (problem,) = _problems(folder)
    assert (problem.line, problem.value, problem.facts) == (2, "Gda\\xf1sk", (("customer", "C1"),))
    assert problem.reason == "bytes that are not utf-8"
    assert [record.key for record in _records(folder, "customer")] == ["C2"]


def test_a_line_number_is_right_after_a_field_with_line_breaks(tmp_path: Path) -> None:
    files = {"customers.csv": ["key,name", 'C1,"two', 'lines"', "C2,Beta,extra", "", "C3,Gamma,extra"]}
    assert [problem.line for problem in _problems(write_folder(tmp_path, files))] == [4, 6]


def test_a_byte_order_mark_is_no_part_of_the_header(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, encoding="utf-8-sig")
    assert len(_records(folder, "customer")) == 2


@pytest.mark.parametrize(
    ("tail", "why"),
    [
        ("I3,D1,C1,2026-01", "incomplete"),
        ("I3,D1,C1,2026-01-05,2026-01-19,PLN,10", "no line break"),
        ('I3,D1,C1,2026-01-05,2026-01-19,PLN,"10', "not closed"),
        ('I3,D1,C1,2026-01-05,2026-01-19,PLN,"10' + "\nx,y" * 60_000, "not closed"),
    ],
)
def test_a_half_written_file_stops_everything(tmp_path: Path, tail: str, why: str) -> None:
    folder = write_folder(tmp_path)
    with (folder / "items.csv").open("a", encoding="utf-8") as file:
        file.write(tail)
    with pytest.raises(AdapterError, match=why):
        _batches(folder)


def test_a_missing_last_line_break_can_be_declared(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, options="final_newline: optional")
    for name in FILES:
        (folder / name).write_bytes((folder / name).read_bytes().rstrip(b"\n"))
    assert len(_records(folder, "open_item")) == 2
    (folder / "items.csv").write_bytes((folder / "items.csv").read_bytes()[:-20])
    with pytest.raises(AdapterError, match="incomplete"):
        _batches(folder)


def test_a_file_that_changes_while_it_is_read_stops_everything(tmp_path: Path) -> None:
    folder = write_folder(tmp_path)
    batches = CsvFolder(folder).extract().batches
    next(batches)
    with (folder / "customers.csv").open("a", encoding="utf-8") as file:
        file.write("C3,Gamma\n")
    with pytest.raises(AdapterError, match="changed while it was read"):
        list(batches)


def test_a_file_that_changes_between_fingerprint_and_reading_stops_everything(tmp_path: Path) -> None:
    folder = write_folder(tmp_path)
    source = CsvFolder(folder)
    source.fingerprint()
    with (folder / "holds.csv").open("a", encoding="utf-8") as file:
        file.write("H2,C1,I1,dispute,2026-01-12\n")
    with pytest.raises(AdapterError, match=r"holds\.csv changed"):
        list(source.extract().batches)


def test_missing_files_and_columns_are_named(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, {"holds.csv": ["key,customer,item,why,day"]})
    with pytest.raises(AdapterError, match=r"holds\.csv: There is no column 'reason'; the header has: key"):
        _batches(folder)
    (folder / "holds.csv").unlink()
    with pytest.raises(AdapterError, match=r"holds\.csv cannot be read"):
        CsvFolder(folder).fingerprint()


def test_an_empty_file_stops_everything(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, {"items.csv": []})
    with pytest.raises(AdapterError, match=r"items\.csv is empty"):
        _batches(folder)


def test_the_fingerprint_follows_content_and_mapping_only(tmp_path: Path) -> None:
    folder = write_folder(tmp_path)
    before = CsvFolder(folder).fingerprint()
    (folder / "items.csv").touch()
    assert CsvFolder(folder).fingerprint() == before
    (folder / "mapping.yaml").write_text((folder / "mapping.yaml").read_text("utf-8") + "# note\n", "utf-8")
    assert CsvFolder(folder).fingerprint() != before
