"""Cleaned columns, decimals, and lines that are not of the table, as a whole folder is read."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from adapters.finance.contract import RECORDS, RowProblem
from adapters.finance.csv_folder.source import CsvFolder
from engine.errors import AdapterError, InvalidInput

_MAPPING = """
source: report
title: Report
ledger_currency: PLN
jurisdiction: pl
separator: ";"
decimal_mark: ","
{options}
tables:
  - {{table: customer, file: r.csv, distinct: yes, columns: {{key: Kod, name: {{template: "Klient {{Kod}}"}}}}}}
  - table: document
    file: r.csv
    columns: {{key: Nr, customer_key: Kod, kind: {{constant: invoice}}, number: Nr, issue_date: Data, currency: Waluta,
              gross: Kwota}}
  - table: open_item
    file: r.csv
    columns: {{key: "Nr", document_key: Nr, customer_key: Kod, issue_date: Data, due_date: Termin, currency: Waluta,
              amount: Kwota, direction: {{sign_of: Kwota}}}}
"""
_HEADER = "Kod;Nr;Data;Termin;Waluta;Kwota"
_LINE = "K1;F1;2026-01-05;2026-01-19;PLN;100,00"


def _read(folder: Path, text: str, options: str = "") -> tuple[dict[str, list[Any]], list[RowProblem]]:
    (folder / "mapping.yaml").write_text(_MAPPING.format(options=options), "utf-8")
    (folder / "r.csv").write_text(text, "utf-8", newline="")
    batches = list(CsvFolder(folder).extract().batches)
    rows: dict[str, list[Any]] = {}
    for batch in batches:
        record: Any = RECORDS[batch.table]
        rows.setdefault(batch.table, []).extend(record(*row[2:]) for row in batch.rows)
    return rows, [problem for batch in batches for problem in batch.problems]


def _lines(*lines: str) -> str:
    return "".join(f"{line}\n" for line in lines)


def test_a_cleaned_column_is_the_same_in_keys_templates_and_every_table(tmp_path: Path) -> None:
    text = _lines(_HEADER, _LINE.replace("K1", "00140"), _LINE.replace("K1", "140.0").replace("F1", "F2"))
    rows, problems = _read(tmp_path, text, "clean: {Kod: [whole_number, no_leading_zeros]}")
    assert problems == []
    assert {row.key for row in rows["customer"]} == {"140"}
    assert {row.name for row in rows["customer"]} == {"Klient 140"}
    assert {row.customer_key for row in rows["open_item"]} == {"140"}


def test_a_condition_sees_the_cleaned_text(tmp_path: Path) -> None:
    mapping = _MAPPING.format(options="clean: {Waluta: [upper, {empty_is: brak}]}")
    mapping = mapping.replace("{table: customer,", "{table: customer, when: {Waluta: PLN},")
    (tmp_path / "r.csv").write_text(_lines(_HEADER, _LINE.replace("PLN", "pln"), _LINE.replace("PLN", "Brak")), "utf-8")
    (tmp_path / "mapping.yaml").write_text(mapping, "utf-8")
    batches = list(CsvFolder(tmp_path).extract().batches)
    assert [len(batch.rows) for batch in batches if batch.table == "customer"] == [1]
    (problem,) = [problem for batch in batches for problem in batch.problems]
    assert (problem.line, problem.column, problem.reason) == (3, "Waluta", "missing")


def test_a_text_that_cannot_be_cleaned_is_quarantined_by_its_column(tmp_path: Path) -> None:
    rows, (problem,) = _read(tmp_path, _lines(_HEADER, _LINE.replace("K1", "1,4E+09")), "clean: {Kod: whole_number}")
    assert not any(rows.values())
    assert (problem.line, problem.column, problem.value) == (2, "Kod", "1,4E+09")
    assert problem.facts == (("customer", None), ("document", "F1"), ("open_item", "F1"))


@pytest.mark.parametrize(
    ("amount", "value"), [("5,00-", "5.00"), ("(5,00)", "5.00"), ("\u22125,00", "5.00"), ("-5,00 zł", "5.00")]
)
def test_a_minus_of_any_kind_turns_the_direction(tmp_path: Path, amount: str, value: str) -> None:
    options = "clean: {Kwota: [trailing_minus, brackets_minus, unicode_minus, currency_sign]}"
    rows, problems = _read(tmp_path, _lines(_HEADER, _LINE.replace("100,00", amount)), options)
    assert problems == []
    assert [(row.amount, row.direction) for row in rows["open_item"]] == [(Decimal(value), "credit")]
    assert rows["document"][0].gross == -Decimal(value)


@pytest.mark.parametrize(
    ("amount", "fits"), [("5,00 zł", True), ("PLN 5,00", True), ("5,00 €", False), ("$5,00", False)]
)
def test_the_sign_of_a_currency_is_held_against_the_line(tmp_path: Path, amount: str, fits: bool) -> None:
    rows, problems = _read(tmp_path, _lines(_HEADER, _LINE.replace("100,00", amount)), "clean: {Kwota: currency_sign}")
    assert bool(rows["open_item"]) is fits
    assert [problem.column for problem in problems] == ([] if fits else ["Kwota"])
    assert all("the line PLN" in problem.reason for problem in problems)


@pytest.mark.parametrize(
    ("currency", "amount", "reads"),
    [
        ("PLN", "10,005", None),
        ("PLN", "1,000", None),
        ("PLN", "12,3400", Decimal("12.34")),
        ("PLN", "12,3450", None),
        ("JPY", "1000,00", Decimal(1000)),
        ("JPY", "10,5", None),
        ("KWD", "1,234", Decimal("1.234")),
    ],
)
def test_more_decimals_than_the_currency_has_are_refused(
    tmp_path: Path, currency: str, amount: str, reads: Decimal | None
) -> None:
    rows, problems = _read(tmp_path, _lines(_HEADER, _LINE.replace("100,00", amount).replace("PLN", currency)))
    assert [row.amount for row in rows["open_item"]] == ([] if reads is None else [reads])
    assert [problem.column for problem in problems] == (["Kwota"] if reads is None else [])
    assert all("decimals: round" in problem.reason for problem in problems)


@pytest.mark.parametrize(
    ("currency", "amount", "reads"),
    [
        ("PLN", "10,005", "10.01"),
        ("PLN", "-10,005", "10.01"),
        ("PLN", "10,0049", "10.00"),
        ("PLN", "2,675", "2.68"),
        ("JPY", "10,5", "11"),
        ("KWD", "1,2345", "1.235"),
    ],
)
def test_they_are_rounded_half_away_from_zero_where_the_mapping_says_so(
    tmp_path: Path, currency: str, amount: str, reads: str
) -> None:
    text = _lines(_HEADER, _LINE.replace("100,00", amount).replace("PLN", currency))
    rows, problems = _read(tmp_path, text, "decimals: round")
    assert problems == []
    assert [row.amount for row in rows["open_item"]] == [Decimal(reads)]


@pytest.mark.parametrize(
    ("above", "options"),
    [
        ("Zestawienie należności\nna dzień 2026-01-31\n\n", "skip_lines: 3"),
        ('Raport "dłużnicy"\n;;;;;\n', "header: find"),
        ("sep=;\n", ""),
        ('"sep=;"\r\n', ""),
        ("sep=;\nTytuł\n", "skip_lines: 2"),
        ("sep=;\nTytuł\n", "header: find"),
        ("", "header: find"),
    ],
)
def test_lines_above_the_header_are_passed_over(tmp_path: Path, above: str, options: str) -> None:
    rows, problems = _read(tmp_path, above + _lines(_HEADER, _LINE, _LINE.replace("2026-01-05", "?")), options)
    assert len(rows["open_item"]) == 1
    (problem,) = problems
    assert problem.line == above.count("\n") + 3


def test_a_title_that_the_mapping_does_not_say_is_refused_with_what_to_write(tmp_path: Path) -> None:
    with pytest.raises(AdapterError, match=r"line 3; write skip_lines: 2 or header: find"):
        _read(tmp_path, "Zestawienie\n\n" + _lines(_HEADER, _LINE))


def test_a_separator_that_the_file_states_is_that_of_the_mapping(tmp_path: Path) -> None:
    with pytest.raises(AdapterError, match=r"r\.csv says sep=,, and its mapping separator: ';'"):
        _read(tmp_path, "sep=,\n" + _lines(_HEADER, _LINE))


def test_a_header_that_is_nowhere_is_refused_with_the_names_looked_for(tmp_path: Path) -> None:
    with pytest.raises(AdapterError, match=r"no line has all of these columns: Data, Kod, Kwota, Nr, Termin, Waluta"):
        _read(tmp_path, _lines("a;b", "c;d"), "header: find")


@pytest.mark.parametrize(
    "totals",
    [
        "Totals;;;;;100,00",
        "Razem:;;;;PLN;100,00",
        "* Suma;;;;;1 000,00",
        ";;;;Ogółem;100,00",
        "**;;;;;100",
        "TOTAL EUR;;;;;5",
    ],
)
def test_a_line_of_totals_is_no_customer(tmp_path: Path, totals: str) -> None:
    rows, (problem,) = _read(tmp_path, _lines(_HEADER, _LINE, totals))
    assert [row.key for row in rows["customer"]] == ["K1"]
    assert problem.line == 3
    assert "line of totals" in problem.reason
    assert "leave_out" in problem.reason


@pytest.mark.parametrize(
    "line", ["Total;F2;2026-01-05;2026-01-19;PLN;1,00", "Suma Sp. z o.o.;F2;2026-01-05;2026-01-19;PLN;1,00"]
)
def test_a_customer_whose_name_is_a_word_for_totals_is_a_customer(tmp_path: Path, line: str) -> None:
    rows, problems = _read(tmp_path, _lines(_HEADER, _LINE, line))
    assert (len(rows["customer"]), problems) == (2, [])


def test_totals_that_the_mapping_names_are_left_out_wherever_they_stand(tmp_path: Path) -> None:
    text = _lines(_HEADER, _LINE, "Razem K1;;;;;100,00", _LINE.replace("F1", "F2"), "RAZEM;;;;;200,00")
    rows, problems = _read(tmp_path, text, "leave_out: [Razem]")
    assert (len(rows["open_item"]), problems) == (2, [])


def test_the_table_ends_where_the_mapping_says(tmp_path: Path) -> None:
    text = _lines(_HEADER, _LINE, "Razem;;;;;100,00", "", 'Wydruk: "Jan', "strona 1 z 1").rstrip("\n")
    rows, problems = _read(tmp_path, text.replace('"', ""), "until: Razem")
    assert (len(rows["open_item"]), problems) == (1, [])


@pytest.mark.parametrize("options", ["until: [Razem]", "leave_out: [Razem]"])
def test_what_can_be_read_as_data_is_never_passed_over(tmp_path: Path, options: str) -> None:
    first = _LINE.replace("K1", "Razem sp. z o.o.")
    rows, problems = _read(tmp_path, _lines(_HEADER, first, _LINE.replace("F1", "F2")), options)
    assert problems[0].line == 2
    assert "can be read as data" in problems[0].reason
    assert len(rows.get("open_item", [])) + len(problems) == 2


def test_a_line_without_any_text_is_no_line(tmp_path: Path) -> None:
    rows, problems = _read(tmp_path, _lines(_HEADER, ";;;;;", _LINE, ";;;;;"))
    assert (len(rows["open_item"]), problems) == (1, [])


@pytest.mark.parametrize(
    ("key", "reason"), [("1,40106E+12", "digits are lost"), ("#N/D!", None), ("#N/A", "error"), ("########", "error")]
)
def test_what_a_spreadsheet_made_of_a_key_is_no_key(tmp_path: Path, key: str, reason: str | None) -> None:
    rows, problems = _read(tmp_path, _lines(_HEADER, _LINE.replace("K1", key)))
    assert len(rows["customer"]) == (reason is None)
    assert all(str(reason) in problem.reason and problem.column == "Kod" for problem in problems)


def test_a_file_may_be_written_differently_from_the_others(tmp_path: Path) -> None:
    options = 'files: {r.csv: {encoding: cp1250, separator: "|", dates: ["%d.%m.%Y"], clean: {Kod: upper}}}'
    (tmp_path / "mapping.yaml").write_text(_MAPPING.format(options=options), "utf-8")
    line = "ł1;F1;05.01.2026;19.01.2026;PLN;100,00"
    (tmp_path / "r.csv").write_bytes(_lines(_HEADER, line).replace(";", "|").encode("cp1250"))
    (batch,) = [batch for batch in CsvFolder(tmp_path).extract().batches if batch.table == "customer"]
    assert [row[2] for row in batch.rows] == ["Ł1"]


@pytest.mark.parametrize("options", ["clean: {Kot: upper}", "files: {r.csv: {clean: {Kot: upper}}}"])
def test_a_column_to_clean_that_no_file_has_is_named(tmp_path: Path, options: str) -> None:
    with pytest.raises(AdapterError, match="'Kot'"):
        _read(tmp_path, _lines(_HEADER, _LINE), options)


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ("clean: {Kod: [tidy]}", "clean.Kod"),
        ("clean: {Kod: [upper, upper]}", "clean.Kod"),
        ("clean: {Kod: [empty_is]}", "clean.Kod"),
        ("clean: {Kod: [{day: Warsaw}]}", "clean.Kod"),
        ("clean: {Kod: [{day: ../x}]}", "clean.Kod"),
        ("clean: [upper]", "clean"),
        ("decimals: cut", "decimals"),
        ("skip_lines: -1", "skip_lines"),
        ("skip_lines: two", "skip_lines"),
        ("header: second", "header"),
        ("skip_lines: 1\nheader: find", "skip_lines"),
        ("until: []", "until"),
        ("leave_out: ['']", "leave_out"),
        ("files: {r.csv: {thousands: ','}}", "files.r.csv.thousands"),
        ("files: {r.csv: {encoding: hex}}", "files.r.csv.encoding"),
        ("files: {r.csv: {dates: ['%d/%m/%Y', '%m/%d/%Y']}}", "files.r.csv.dates"),
        ("files: {r.csv: {clean: {Kod: tidy}}}", "files.r.csv.clean.Kod"),
        ("files: {s.csv: {separator: ','}}", "files.s.csv"),
        ("files: {r.csv: {sep: ','}}", "files.r.csv.sep"),
    ],
)
def test_a_wrong_entry_is_refused_by_its_name(tmp_path: Path, options: str, field: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        _read(tmp_path, _lines(_HEADER, _LINE), options)
    assert raised.value.field == field
