"""A source is looked at before anything is imported: rows as read, what is refused, and what looks odd."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from adapters.finance.csv_folder.source import CsvFolder
from adapters.finance.lint.customers import bare
from adapters.finance.lint.texts import garbled
from adapters.finance.preview import preview
from app.commands.main import main
from tests.adapters.finance.folders import FILES, replace_line, write_folder


def _findings(folder: Path) -> dict[str, str]:
    return {one.lint: one.text for one in preview(CsvFolder(folder)).findings}


def test_rows_counts_and_problems_are_those_of_the_files(tmp_path: Path) -> None:
    files = {
        **replace_line("items.csv", 2, "I1,D9,C1,2026-01-05,2026-01-19,PLN,1OO"),
        "holds.csv": [*FILES["holds.csv"], "H1,C1,,dispute,2026-01-12", "H3,C9,,dispute,2026-01-12"],
    }
    seen = preview(CsvFolder(write_folder(tmp_path, files)), first=1)
    assert {name: table.rows_read for name, table in seen.tables.items()} == {
        "customer": 2,
        "document": 2,
        "open_item": 1,
        "payment": 1,
        "allocation": 1,
        "hold": 2,
    }
    assert seen.tables["customer"].rows[0][:2] == ("C1", "Alfa")
    assert [(one.file, one.line, one.column) for one in seen.problems] == [
        ("allocations.csv", 2, "item"),
        ("holds.csv", 3, "key"),
        ("holds.csv", 4, "customer"),
        ("items.csv", 2, "amount"),
    ]


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        (("0140", "140"), "no_leading_zeros"),
        (("140.0", "140"), "whole_number"),
        (("k-1", "K-1"), "upper"),
        (("K 1", "K\u00a01"), "blanks"),
        (("K-1", "K/1"), "punctuation"),
        (("00140", "140.0"), "whole_number, no_leading_zeros"),
    ],
)
def test_customers_whose_keys_differ_by_little_are_told(tmp_path: Path, keys: tuple[str, str], said: str) -> None:
    files = {"customers.csv": [*FILES["customers.csv"], *(f"{key},Gamma" for key in keys)]}
    found = _findings(write_folder(tmp_path, files))
    assert said in found["customers_alike"]
    assert f"'{keys[0]}'" in found["customers_alike"]


def test_customers_whose_keys_differ_are_not(tmp_path: Path) -> None:
    assert len({bare(key) for key in ("140", "1400", "K1", "K10", "K01")}) == 5
    assert "customers_alike" not in _findings(write_folder(tmp_path))


def test_columns_that_say_nothing_are_told(tmp_path: Path) -> None:
    lines = [f"C{n},Same" for n in range(1, 13)]
    found = _findings(write_folder(tmp_path, {"customers.csv": ["key,name", *lines]}))
    assert "'name' is 'Same' on all 12 lines" in found["column_constant"]
    folder = write_folder(
        tmp_path / "other", {"holds.csv": ["key,customer,item,reason,day", "H1,C1,,dispute,2026-01-12"]}
    )
    assert "'item' is empty on all 1 lines" in _findings(folder)["column_empty"]


@pytest.mark.parametrize("text", ["ZaĹĽĂłĹ‚Ä‡", "ZaÅ¼Ã³Å‚Ä‡", "Gda³sk", "Pi¶mo"])
def test_letters_read_in_another_page_are_told(tmp_path: Path, text: str) -> None:
    found = _findings(write_folder(tmp_path, {"customers.csv": ["key,name", f"C1,{text}", "C2,Beta"]}))
    assert "another encoding" in found["garbled_text"]


def test_letters_of_many_languages_are_not() -> None:
    assert not any(
        garbled(text) for text in ("Zażółć gęślą jaźń", "Müller & Söhne", "Škoda Plzeň", "10 m² Alfa", "Žižkov")
    )


def test_numbers_that_became_days_zeros_and_numbers_given_twice_are_told(tmp_path: Path) -> None:
    documents = [f"D{n},C1,invoice,2026-01-05,PLN,0.00" for n in range(3, 9)]
    files = {"documents.csv": [*FILES["documents.csv"], *documents, "2026-05-01,C1,invoice,2026-01-05,PLN,1.00"]}
    found = _findings(write_folder(tmp_path, files))
    assert "2026-05-01" in found["number_is_a_day"]
    assert "6 of 9 amounts are 0" in found["amounts_zero"]


def test_the_command_needs_no_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql+psycopg://nobody@127.0.0.1:1/none")
    monkeypatch.setenv("MONITUM_HOME", str(tmp_path / "home"))
    good = write_folder(tmp_path / "good")
    run = CliRunner().invoke(main, ["sources", "check", str(good)])
    assert (run.exit_code, "everything can be read" in run.output) == (0, True)
    bad = write_folder(tmp_path / "bad", replace_line("customers.csv", 2, "C1,"))
    run = CliRunner().invoke(main, ["sources", "check", str(bad), "--json"])
    assert run.exit_code == 1
    assert json.loads(run.output)["problems"][0]["reason"] == "missing"
    assert CliRunner().invoke(main, ["sources", "check", str(tmp_path / "none")]).exit_code == 2
    assert not (tmp_path / "home").exists()
