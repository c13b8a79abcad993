"""Money whose settlement was refused covers nothing else."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from adapters.database.facts.snapshot_rows import read_rows
from adapters.database.facts.snapshots import CaseContext, build_cases
from adapters.database.mirror.sync import sync
from adapters.finance.csv_folder.source import CsvFolder
from tests.adapters.database.facts.naive_snapshots import Rates
from tests.adapters.finance.folders import FILES, write_folder
from tests.engine.building import ruleset

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
#: P1 of 100.00, which settles 40.00 of I1, and P2, which settles nothing.
PAYMENTS = [FILES["payments.csv"][0], "P1,C1,2026-01-10,PLN,100.00", "P2,C1,2026-01-11,PLN,7.00"]


def _withheld(database: Engine) -> list[tuple[str, str, Decimal]]:
    with database.connect() as connection:
        rows = connection.execute(
            text("select customer_key, key, amount from doubt where code = 'money_in_doubt' and recorded_to is null")
        )
        return [(row.customer_key, row.key, row.amount) for row in rows]


@pytest.mark.parametrize(
    ("settlement", "withheld"),
    [
        ("A1,I9,P1,2026-01-10,40.00", "40.00"),
        ("A1,I1,P1,2062-01-10,40.00", "40.00"),
        ("A1,I1,P1,10.01.2026,40.00", "40.00"),
        (",I1,P1,2026-01-10,40.00", "40.00"),
        ("A1,I1,P1,2026-01-10,4O.00", "100.00"),
        ("A1,I1,P1,2026-01-10,", "100.00"),
        ("A1,I9,P1,2026-01-10,140.00", "100.00"),
        ("A1,I1,P1,2026-01-10,40.00", None),
    ],
)
def test_what_a_refused_settlement_would_take_is_no_free_credit(
    database: Engine, tmp_path: Path, settlement: str, withheld: str | None
) -> None:
    files = {"payments.csv": PAYMENTS, "allocations.csv": [FILES["allocations.csv"][0], settlement]}
    sync(database, CsvFolder(write_folder(tmp_path, files)), now=NOW)
    expected = [] if withheld is None else [("C1", "P1", Decimal(withheld))]
    assert _withheld(database) == expected
    assert _credits(database) == 107_00 - (40_00 if withheld is None else int(Decimal(withheld) * 100))


def test_a_settlement_that_is_kept_from_before_withholds_nothing(database: Engine, tmp_path: Path) -> None:
    sync(database, CsvFolder(write_folder(tmp_path, {"payments.csv": PAYMENTS})), now=NOW)
    bad = [FILES["allocations.csv"][0], "A1,I1,P1,2062-01-10,40.00"]
    folder = write_folder(tmp_path, {"payments.csv": PAYMENTS, "allocations.csv": bad})
    sync(database, CsvFolder(folder), now=NOW + timedelta(days=1))
    assert (_withheld(database), _credits(database)) == ([], 67_00)


def test_money_of_a_refused_item_covers_no_other_debt(database: Engine, tmp_path: Path) -> None:
    items = [*FILES["items.csv"], "I3,D9,C1,2026-01-05,2026-01-19,PLN,60.00"]
    allocations = [*FILES["allocations.csv"], "A3,I3,P1,2026-01-10,60.00"]
    files = {"items.csv": items, "payments.csv": PAYMENTS, "allocations.csv": allocations}
    sync(database, CsvFolder(write_folder(tmp_path, files)), now=NOW)
    assert (_withheld(database), _credits(database)) == ([("C1", "P1", Decimal("60.00"))], 7_00)


def test_a_credit_note_whose_settlement_was_refused_covers_no_other_debt(database: Engine, tmp_path: Path) -> None:
    mapping = write_folder(tmp_path, {}, item_columns="direction: side") / "mapping.yaml"
    mapping.write_text(mapping.read_text("utf-8").replace("payment_key: payment", "credit_item_key: payment"), "utf-8")
    header, *lines = FILES["items.csv"]
    items = [f"{header},side", *(f"{line},debit" for line in lines)]
    items.append("K1,D1,C1,2026-01-08,2026-01-08,PLN,30.00,credit")
    (tmp_path / "items.csv").write_text("\n".join([*items, ""]), "utf-8")
    (tmp_path / "allocations.csv").write_text(f"{FILES['allocations.csv'][0]}\nA1,I9,K1,2026-01-10,20.00\n", "utf-8")
    sync(database, CsvFolder(tmp_path), now=NOW)
    assert _withheld(database) == [("C1", "K1", Decimal("20.00"))]
    assert _credits(database) == 10_00 + 40_00


def _credits(database: Engine) -> int:
    """Free credits of C1 as rules see them."""
    with database.connect() as connection:
        rows = read_rows(connection, "test", "C1", "C1", date(2026, 11, 20), datetime.max.replace(tzinfo=UTC))
    context = CaseContext("test", date(2026, 11, 20), NOW, 1, 1, Rates(), lambda _day, _country: True, lambda _: None)
    ((case, _),) = build_cases(rows, context, lambda _facts, _pinned: ruleset())
    assert case.customer.facts["credit_amount"] == case.credits.get("PLN", 0)
    return case.credits.get("PLN", 0)
