"""A wrong mapping is refused with the field that is wrong; a right one is read as it is meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.finance.csv_folder.mapping import load_mapping
from adapters.finance.csv_folder.model import Cell, Mapping, When
from engine.errors import InvalidInput

GOOD = """
source: acme
title: Acme
ledger_currency: PLN
jurisdiction: pl
codes: {kind: {FV: invoice}}
tables:
  - table: document
    file: d.csv
    when: {State: [open, part], Paid: {present: no}, Type: Yes}
    columns:
      key: {template: "{No}/{Year}"}
      customer_key: Customer
      kind: {column: Type, codes: kind}
      number: No
      issue_date: {column: Date, dates: ["%d.%m.%Y"]}
      currency: {column: Cur, default: PLN}
      gross: Gross
"""


def _load(tmp_path: Path, text: str) -> Mapping:
    path = tmp_path / "mapping.yaml"
    path.write_text(text, "utf-8")
    return load_mapping(path)


def test_a_mapping_is_read_with_its_defaults(tmp_path: Path) -> None:
    mapping = _load(tmp_path, GOOD)
    table = mapping.tables[0]
    written = mapping.format_of("d.csv")
    assert (written.encoding, written.separator, written.dates, written.decimal_mark) == (
        "utf-8",
        ",",
        ("%Y-%m-%d",),
        ".",
    )
    assert table.columns["key"] == Cell("template", "{No}/{Year}")
    assert table.columns["issue_date"].dates == ("%d.%m.%Y",)
    assert table.when == (When("State", ("open", "part")), When("Paid", present=False), When("Type", ("Yes",)))


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("source: acme", "source: Acme Ltd", "source"),
        ("title: Acme\n", "", "title"),
        ("ledger_currency: PLN", "ledger_currency: zl", "ledger_currency"),
        ("jurisdiction: pl", "jurisdiction: pl\nencoding: cp9999", "encoding"),
        ("jurisdiction: pl", "jurisdiction: pl\nencoding: base64", "encoding"),
        ("jurisdiction: pl", "jurisdiction: pl\nencoding: [utf-8]", "encoding"),
        ("jurisdiction: pl", "jurisdiction: pl\nseparator: '||'", "separator"),
        ("jurisdiction: pl", "jurisdiction: pl\nseparator: '\"'", "separator"),
        ("jurisdiction: pl", 'jurisdiction: pl\nseparator: "\\n"', "separator"),
        ("jurisdiction: pl", "jurisdiction: pl\nseparator: x", "separator"),
        ("jurisdiction: pl", "jurisdiction: pl\ndates: ['%d/%m/%Y', '%m/%d/%Y']", "dates"),
        ("jurisdiction: pl", "jurisdiction: pl\ndates: ['%d.%m']", "dates"),
        ("jurisdiction: pl", "jurisdiction: pl\ndates: []", "dates"),
        ('dates: ["%d.%m.%Y"]', "dates: ['%d%m%Y', '%Y%m%d']", "tables.0.columns.issue_date.dates"),
        ("jurisdiction: pl", "jurisdiction: pl\nthousands: ','\ndecimal_mark: ','", "thousands"),
        ("jurisdiction: pl", "jurisdiction: pl\nthousands: '.'", "thousands"),
        ("jurisdiction: pl", "jurisdiction: pl\ncolour: red", "colour"),
        ("table: document", "table: documents", "tables.0.table"),
        ("      gross: Gross\n", "", "tables.0.columns.gross"),
        ("gross: Gross", "gross: Gross\n      brutto: Gross", "tables.0.columns.brutto"),
        ("codes: kind}", "codes: kinds}", "tables.0.columns.kind"),
        ("column: Cur, ", "column: Cur, constant: EUR, ", "tables.0.columns.currency"),
        ("{present: no}", "{present: perhaps}", "tables.0.when.Paid"),
    ],
)
def test_an_error_names_the_wrong_field(tmp_path: Path, old: str, new: str, field: str) -> None:
    assert old in GOOD
    with pytest.raises(InvalidInput) as raised:
        _load(tmp_path, GOOD.replace(old, new, 1))
    assert raised.value.field == field
    assert field in str(raised.value)


def test_a_folder_without_a_mapping_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="needs a mapping"):
        load_mapping(tmp_path / "mapping.yaml")


def test_broken_yaml_is_refused_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="line 2"):
        _load(tmp_path, "source: a\n  title: b: c")
