"""A line that delivers a customer, a document, an item, a payment and its settlement is taken whole or not at all."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from adapters.database.connection import connect
from adapters.database.mirror.quarantine import quarantined
from adapters.database.mirror.sync import sync
from adapters.finance.csv_folder.source import CsvFolder
from engine.execution.reports import SyncReport
from tests.conftest import fresh_database

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
HEADER = "client,name,doc,kind,issued,item,due,currency,amount,open,paid,cleared,note"
MAPPING = """
source: {source}
title: One file
ledger_currency: PLN
jurisdiction: pl
tables:
  - {{table: customer, file: all.csv, distinct: yes, columns: {{key: client, name: name}}}}
  - table: document
    file: all.csv
    distinct: {shared}
    columns:
      {{key: doc, customer_key: client, kind: kind, number: doc, issue_date: issued, currency: currency, gross: amount}}
  - table: open_item
    file: all.csv
    columns:
      key: item
      document_key: doc
      customer_key: client
      issue_date: issued
      due_date: due
      currency: currency
      amount: amount
      open_amount: open
  - table: payment
    file: all.csv
    when: {{paid: {{present: yes}}}}
    columns:
      {{key: {{template: "{{item}}/P"}}, customer_key: client, paid_on: cleared, currency: currency, amount: paid}}
  - table: allocation
    file: all.csv
    when: {{paid: {{present: yes}}}}
    columns:
      key: {{template: "{{item}}/A"}}
      item_key: item
      payment_key: {{template: "{{item}}/P"}}
      allocated_on: cleared
      amount: paid
  - table: hold
    file: all.csv
    when: {{note: {{present: yes}}}}
    columns:
      {{key: {{template: "{{item}}/H"}}, customer_key: client, item_key: item, reason: note, placed_on: issued}}
"""
#: Three lines of one document in instalments and one of another customer's.
LINES = (
    "K1,Alfa,D1,invoice,2026-01-05,I1,2026-01-19,PLN,100.00,,40.00,2026-01-10,",
    "K1,Alfa,D1,invoice,2026-01-05,I2,2026-02-19,PLN,100.00,,,,",
    "K2,Beta,D2,invoice,2026-01-06,I3,2026-01-20,PLN,200.00,,50.00,2026-01-12,dispute",
)
COLUMNS = HEADER.split(",")
TABLES = ("customer", "document", "open_item", "payment", "allocation", "hold")
_SOURCES = itertools.count()


@pytest.fixture(scope="module")
def mirrored(_template: tuple[str, str]) -> Iterator[Engine]:
    with fresh_database(_template) as url:
        engine = connect(url)
        yield engine
        engine.dispose()


class _Books:
    """One file of one source, read as often as it is written."""

    def __init__(self, engine: Engine, folder: Path, shared: str) -> None:
        self.engine = engine
        self.key = f"w{next(_SOURCES)}"
        self.folder = folder / self.key
        self.folder.mkdir()
        (self.folder / "mapping.yaml").write_text(MAPPING.format(source=self.key, shared=shared), "utf-8")
        self.now = NOW

    def read(self, *lines: str) -> SyncReport:
        (self.folder / "all.csv").write_text("".join(f"{line}\n" for line in (HEADER, *lines)), "utf-8")
        self.now += timedelta(days=1)
        return sync(self.engine, CsvFolder(self.folder), now=self.now, accept_shrinkage=True)

    def keys(self) -> dict[str, list[str]]:
        """What is believed now, by table."""
        with self.engine.connect() as connection:
            return {
                table: list(
                    connection.execute(
                        text(f"select key from {table} where source = :key and recorded_to is null order by key"),
                        {"key": self.key},
                    ).scalars()
                )
                for table in TABLES
            }

    def columns(self) -> set[str]:
        """The columns that the quarantine blames."""
        return {one.column for one in quarantined(self.engine, [self.key])}


@pytest.fixture
def books(mirrored: Engine, tmp_path: Path) -> _Books:
    return _Books(mirrored, tmp_path, "yes")


def _with(line: str, column: str, value: str) -> str:
    cells = line.split(",")
    cells[COLUMNS.index(column)] = value
    return ",".join(cells)


WHOLE = {
    "customer": ["K1"],
    "document": ["D1"],
    "open_item": ["I1", "I2"],
    "payment": ["I1/P"],
    "allocation": ["I1/A"],
    "hold": [],
}


@pytest.mark.parametrize(
    ("column", "value"),
    [("note", "mood"), ("cleared", "2062-01-01"), ("paid", "-50.00"), ("open", "250.00"), ("due", "1980-01-01")],
)
def test_nothing_of_a_line_is_taken_when_a_part_of_it_is_refused(books: _Books, column: str, value: str) -> None:
    report = books.read(*LINES[:2], _with(LINES[2], column, value))
    assert books.keys() == WHOLE
    assert books.columns() == {column}
    assert report.in_doubt == 1


def test_what_good_lines_share_with_a_refused_one_stays(books: _Books) -> None:
    books.read(_with(LINES[0], "due", "1980-01-01"), *LINES[1:])
    keys = books.keys()
    assert (keys["customer"], keys["document"]) == (["K1", "K2"], ["D1", "D2"])
    assert (keys["open_item"], keys["payment"]) == (["I2", "I3"], ["I3/P"])


def test_a_document_of_its_own_goes_with_its_line_and_takes_what_refers_to_it_along(
    mirrored: Engine, tmp_path: Path
) -> None:
    books = _Books(mirrored, tmp_path, "no")
    other = "K1,Alfa,D3,invoice,2026-01-05,I4,2026-01-19,PLN,10.00,,,,"
    report = books.read(_with(LINES[0], "cleared", "2062-01-01"), LINES[2], other)
    assert books.keys()["document"] == ["D2", "D3"]
    assert books.keys()["payment"] == ["I3/P"]
    assert report.tables["document"].added == 2


def test_a_refused_line_keeps_all_that_it_delivered_before(books: _Books) -> None:
    books.read(*LINES)
    before = books.keys()
    books.read(*LINES[:2], _with(LINES[2], "note", "mood"))
    assert books.keys() == before


#: Cells that may be anything, or nothing.
FREE = {"?": {"client", "name", "doc", "item"}, "": {"open", "paid", "note"}}


@pytest.mark.parametrize("value", ["", "?"])
@pytest.mark.parametrize("known", [False, True])
@pytest.mark.parametrize("column", COLUMNS)
def test_any_cell_may_be_blank_or_garbled_and_the_rest_is_read(
    mirrored: Engine, tmp_path: Path, column: str, value: str, known: bool
) -> None:
    books = _Books(mirrored, tmp_path, "yes")
    if known:
        books.read(*LINES)
    report = books.read(*LINES[:2], _with(LINES[2], column, value))
    assert set(WHOLE["open_item"]) <= set(books.keys()["open_item"])
    if column not in FREE[value]:
        assert any(column in blamed for blamed in books.columns())
        assert report.in_doubt
