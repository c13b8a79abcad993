"""Whose books a refused row puts in doubt."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from adapters.database.connection import connect
from adapters.database.facts.doubts import current_doubts, doubt_counts
from adapters.database.mirror.quarantine import quarantined
from adapters.database.mirror.sync import sync
from adapters.finance.csv_folder.source import CsvFolder
from engine.facts.doubts import Doubt
from tests.adapters.finance.folders import FILES, replace_line, write_folder
from tests.databases import fresh_database

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
EVERYONE = frozenset({None})
C1 = frozenset({"C1"})
C2 = frozenset({"C2"})
NOBODY_KNOWN = frozenset({"C9"})
_SOURCES = itertools.count()


@pytest.fixture(scope="module")
def mirrored(_template: tuple[str, str]) -> Iterator[Engine]:
    """One database for the module; every test has a source of its own."""
    with fresh_database(_template) as url:
        engine = connect(url)
        yield engine
        engine.dispose()


@pytest.fixture
def source() -> str:
    return f"s{next(_SOURCES)}"


def _sync(engine: Engine, source: str, folder: Path, files: dict[str, list[str]], now: datetime = NOW) -> list[Doubt]:
    report = sync(engine, CsvFolder(write_folder(folder, files, source=source)), now=now)
    with engine.connect() as connection:
        found = current_doubts(connection, [source])
        (counts,) = [row for row in doubt_counts(connection) if row["source"] == source]
    assert (counts["rows"], counts["customers"]) == (report.quarantined, report.in_doubt)
    return found


def _customers(doubts: list[Doubt]) -> frozenset[str | None]:
    """Who is held back."""
    found = frozenset(one.customer for one in doubts)
    return EVERYONE if None in found else found


@pytest.mark.parametrize(
    ("files", "whose"),
    [
        (replace_line("payments.csv", 2, "P1,C1,2026-01-10,PLN,4O.00"), C1),
        (replace_line("payments.csv", 2, "P1,C1,2026-02-31,PLN,40.00"), C1),
        (replace_line("payments.csv", 2, "P1,C1,2026-01-10,PLN,40.001"), C1),
        (replace_line("payments.csv", 2, ",C1,2026-01-10,PLN,40.00"), C1),
        (replace_line("payments.csv", 2, "P1,,2026-01-10,PLN,40.00"), EVERYONE),
        (replace_line("payments.csv", 2, "P1,C9,2026-01-10,PLN,40.00"), EVERYONE),
        (replace_line("payments.csv", 2, "P1,C1,2026-01-10,PLN"), EVERYONE),
        (replace_line("allocations.csv", 2, "A1,I1,P1,2026-01-10,4O.00"), C1),
        (replace_line("allocations.csv", 2, "A1,I9,P1,2026-01-10,40.00"), C1),
        (replace_line("allocations.csv", 2, "A1,I1,P9,2026-01-10,40.00"), C1),
        (replace_line("allocations.csv", 2, "A1,I9,P9,2026-01-10,40.00"), EVERYONE),
        (replace_line("allocations.csv", 2, "A1,,,2026-01-10,40.00"), EVERYONE),
        (replace_line("allocations.csv", 2, "A1,I1,,2026-01-10,40.00"), C1),
        (replace_line("holds.csv", 2, "H1,C2,I2,mood,2026-01-12"), C2),
        (replace_line("holds.csv", 2, "H1,C9,I2,dispute,2026-01-12"), C2),
        (replace_line("holds.csv", 2, "H1,C9,,dispute,2026-01-12"), EVERYONE),
        (replace_line("items.csv", 3, "I2,D2,C2,2026-01-06,2026-01-20,EUR,2OO.00"), C2),
        (replace_line("items.csv", 3, "I2,D9,C2,2026-01-06,2026-01-20,EUR,200.00"), C2),
        (replace_line("items.csv", 3, "I2,D2,,2026-01-06,2026-01-20,EUR,200.00"), C2),
        (replace_line("documents.csv", 3, "D2,C2,invoice,2026-01-06,EURO,200.00"), C2),
        (replace_line("customers.csv", 3, "C2,"), C2),
        ({"payments.csv": [*FILES["payments.csv"], "P1,C2,2026-01-11,PLN,5.00"]}, C1 | C2),
        ({"customers.csv": [*FILES["customers.csv"], ",Gamma"]}, EVERYONE),
        # what could only be a debt of somebody whom the books do not know holds nobody back
        ({"items.csv": [*FILES["items.csv"], "I3,D1,C9,2026-01-06,2026-01-20,EUR,1.00"]}, C1),
        ({"documents.csv": [*FILES["documents.csv"], "D9,C9,invoice,2026-01-06,EUR,1.00"]}, NOBODY_KNOWN),
    ],
)
def test_a_refused_row_puts_the_books_of_its_customer_in_doubt(
    mirrored: Engine, source: str, tmp_path: Path, files: dict[str, list[str]], whose: frozenset[str | None]
) -> None:
    assert _customers(_sync(mirrored, source, tmp_path, files)) == whose


def test_an_unread_row_of_a_known_payment_is_the_customers_of_that_payment(
    mirrored: Engine, source: str, tmp_path: Path
) -> None:
    assert _sync(mirrored, source, tmp_path, {}) == []
    line = "P1,,2026-01-10,PLN,40.00"
    assert _customers(_sync(mirrored, source, tmp_path, replace_line("payments.csv", 2, line), LATER)) == C1


def test_an_unread_row_of_a_known_settlement_is_that_of_its_item(mirrored: Engine, source: str, tmp_path: Path) -> None:
    _sync(mirrored, source, tmp_path, {})
    line = "A1,,,2026-01-10,x"
    assert _customers(_sync(mirrored, source, tmp_path, replace_line("allocations.csv", 2, line), LATER)) == C1


def test_a_settlement_of_a_refused_item_concerns_the_customer_of_that_item(
    mirrored: Engine, source: str, tmp_path: Path
) -> None:
    files = {
        "items.csv": [FILES["items.csv"][0], "I1,D9,C1,2026-01-05,2026-01-19,PLN,100.00", FILES["items.csv"][2]],
        "payments.csv": [FILES["payments.csv"][0], "P1,C2,2026-01-10,PLN,4O.00"],
    }
    doubts = _sync(mirrored, source, tmp_path, files)
    assert {(one.file, one.customer) for one in doubts} == {
        ("items.csv", "C1"),
        ("payments.csv", "C2"),
        ("allocations.csv", "C1"),
        ("allocations.csv", "C2"),
    }


def test_a_doubt_says_where_to_look_since_when_and_what_to_do(mirrored: Engine, source: str, tmp_path: Path) -> None:
    (one,) = _sync(mirrored, source, tmp_path, replace_line("holds.csv", 2, "H1,C2,I2,mood,2026-01-12"))
    assert (one.code, one.table, one.key, one.file, one.line) == ("row_refused", "hold", "H1", "holds.csv", 2)
    assert (one.column, one.value, one.since) == ("reason", "mood", NOW)
    assert one.reason.startswith("unknown code")
    assert one.as_json()["do"].keys() == {"pl", "en"}


def test_a_doubt_keeps_its_beginning_when_its_line_moves_and_ends_when_it_is_mended(
    mirrored: Engine, source: str, tmp_path: Path
) -> None:
    bad = "P2,C2,2026-01-10,PLN,4O.00"
    _sync(mirrored, source, tmp_path, {"payments.csv": [*FILES["payments.csv"], bad]})
    moved = [FILES["payments.csv"][0], "P0,C1,2026-01-09,PLN,1.00", FILES["payments.csv"][1], bad]
    (one,) = _sync(mirrored, source, tmp_path, {"payments.csv": moved}, LATER)
    assert (one.line, one.since) == (4, NOW)
    assert _sync(mirrored, source, tmp_path, {}, LATER + timedelta(days=1)) == []
    with mirrored.connect() as connection:
        versions = connection.execute(
            text("select recorded_from, recorded_to from doubt where source = :source"), {"source": source}
        ).all()
    assert [tuple(version) for version in versions] == [(NOW, LATER + timedelta(days=1))]


def test_unchanged_files_leave_doubts_as_they_are(mirrored: Engine, source: str, tmp_path: Path) -> None:
    bad = replace_line("payments.csv", 2, "P1,C1,2026-01-10,PLN,4O.00")
    _sync(mirrored, source, tmp_path, bad)
    assert {one.since for one in _sync(mirrored, source, tmp_path, bad, LATER)} == {NOW}


def test_the_row_of_a_problem_is_named_by_table_key_and_customer(mirrored: Engine, source: str, tmp_path: Path) -> None:
    _sync(mirrored, source, tmp_path, replace_line("payments.csv", 2, "P1,C1,2026-01-10,PLN,4O.00"))
    payment, settlement = sorted(quarantined(mirrored, [source]), key=lambda one: one.file, reverse=True)
    assert (payment.table, payment.key, payment.customer) == ("payment", "P1", "C1")
    assert (settlement.table, settlement.key, settlement.customer) == ("allocation", "A1", "C1")


@pytest.mark.parametrize(
    ("files", "code", "key", "whose"),
    [
        ({"allocations.csv": "A1,I1,P1,2026-01-10,40.00;A2,I1,P2,2026-01-10,60.01"}, "over_settled", "I1", C1),
        ({"allocations.csv": "A1,I1,P1,2026-01-10,40.01"}, "over_settled", "P1", C1),
        ({"allocations.csv": "A1,I1,P1,2026-01-10,20;A2,I1,P1,2026-01-11,20.01"}, "over_settled", "P1", C1),
        ({"allocations.csv": "A1,I2,P1,2026-01-10,40.00"}, "currency_differs", "I2", C1 | C2),
    ],
)
def test_settlements_that_do_not_add_up_are_in_doubt(
    mirrored: Engine, source: str, tmp_path: Path, files: dict[str, str], code: str, key: str, whose: frozenset[str]
) -> None:
    payments = [*FILES["payments.csv"], "P2,C1,2026-01-10,PLN,100.00"]
    told = {name: [FILES[name][0], *lines.split(";")] for name, lines in files.items()}
    doubts = _sync(mirrored, source, tmp_path, {"payments.csv": payments, **told})
    assert {(one.code, one.key) for one in doubts} == {(code, key)}
    assert _customers(doubts) == whose
    assert _sync(mirrored, source, tmp_path, {"payments.csv": payments}, LATER) == []
