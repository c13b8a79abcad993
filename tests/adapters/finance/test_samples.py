"""The sample companies are what their READMEs say, and the invented one can be made again byte by byte."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from stdnum.pl import nip

from adapters.database.mirror.quarantine import quarantined
from adapters.database.mirror.sync import sync
from adapters.finance.csv_folder.samples.generate import BAD_ROWS, HEADERS, generate
from adapters.finance.csv_folder.source import CsvFolder
from engine.facts.catalogue import CUSTOMER_KINDS, HOLD_REASONS

SAMPLES = Path(__file__).parents[3] / "adapters" / "finance" / "csv_folder" / "samples"
NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)


@pytest.fixture
def polska(database: Engine) -> Engine:
    sync(database, CsvFolder(SAMPLES / "polska"), now=NOW)
    return database


def _column(database: Engine, query: str) -> list[object]:
    with database.connect() as connection:
        return list(connection.scalars(text(query)))


def test_the_generator_writes_the_committed_files(tmp_path: Path) -> None:
    generate(tmp_path)
    for name in HEADERS:
        assert (tmp_path / name).read_bytes() == (SAMPLES / "polska" / name).read_bytes(), name


def test_the_polish_company_holds_every_kind_of_fact(polska: Engine) -> None:
    kinds = Counter(_column(polska, "select kind from customer"))
    assert set(kinds) == set(CUSTOMER_KINDS)
    assert kinds.total() >= 300
    documents = Counter(_column(polska, "select kind from document"))
    assert documents.total() >= 4000
    assert min(documents[kind] for kind in ("invoice", "receipt", "correction", "proforma")) >= 50
    assert {"PLN", "EUR", "USD"} == set(_column(polska, "select distinct currency from open_item"))
    assert set(HOLD_REASONS) == set(_column(polska, "select distinct reason from hold"))
    assert len(_column(polska, "select key from open_item where instalment")) >= 50
    assert len(_column(polska, "select key from allocation where credit_item_key is not null")) >= 50
    assert len(_column(polska, "select key from service")) >= 100
    assert len(_column(polska, "select key from document where cost is not null")) >= 3000
    unallocated = (
        "select p.key from payment p where p.amount > coalesce((select sum(amount) from allocation a "
        "where a.source = p.source and a.payment_key = p.key), 0)"
    )
    assert len(_column(polska, unallocated)) >= 30
    three = "select customer_key from open_item group by 1 having count(distinct currency) = 3"
    assert _column(polska, three)


def test_tax_ids_are_valid_and_mail_reaches_nobody(polska: Engine) -> None:
    tax_ids = _column(polska, "select tax_id from customer where country = 'PL' and tax_id is not null")
    assert len(tax_ids) >= 200
    assert all(nip.is_valid(str(tax_id)) for tax_id in tax_ids)
    assert len(set(tax_ids)) == len(tax_ids)
    mails = _column(
        polska, "select email from customer where email is not null union select account_manager from customer"
    )
    assert all(str(mail).endswith(".example") for mail in mails if mail)


def test_nothing_is_settled_twice_over(polska: Engine) -> None:
    for side in ("item_key", "payment_key", "credit_item_key"):
        table = "payment" if side == "payment_key" else "open_item"
        over = (
            f"select t.key from {table} t join allocation a on a.{side} = t.key "
            "group by t.key, t.amount having sum(a.amount) > t.amount"
        )
        assert _column(polska, over) == [], side


def test_open_items_stand_in_every_dunning_situation(polska: Engine) -> None:
    open_days = (
        "select date '2026-11-20' - due_date from open_item i where direction = 'debit' and amount > "
        "coalesce((select sum(amount) from allocation a where a.source = i.source and a.item_key = i.key), 0)"
    )
    days = [int(str(late)) for late in _column(polska, open_days)]
    for first, last in ((-60, -8), (-7, 0), (1, 7), (8, 14), (15, 30), (31, 60), (61, 120), (121, 200)):
        assert sum(first <= late <= last for late in days) >= 5, (first, last)
    broken = (
        "select h.key from hold h join open_item i on i.source = h.source and i.key = h.item_key "
        "where h.reason = 'promise' and h.expires_on < date '2026-11-20' and i.amount > coalesce((select sum(amount) "
        "from allocation a where a.source = i.source and a.item_key = i.key), 0)"
    )
    assert len(_column(polska, broken)) >= 10


def test_exactly_the_rows_that_are_wrong_on_purpose_are_quarantined(polska: Engine) -> None:
    found = Counter(row.file for row in quarantined(polska))
    assert found == {name: len(lines) for name, lines in BAD_ROWS.items()}
    readme = (SAMPLES / "polska" / "README.md").read_text("utf-8")
    for name, lines in BAD_ROWS.items():
        for line in lines:
            assert f"| {name} | {line.split(';')[0]} |" in readme


def test_the_real_receivables_need_a_mapping_only(database: Engine) -> None:
    report = sync(database, CsvFolder(SAMPLES / "ibm"), now=NOW)
    assert {name: counts.added for name, counts in report.tables.items()} == {
        "customer": 100,
        "document": 2466,
        "open_item": 2466,
        "payment": 2466,
        "allocation": 2466,
        "hold": 561,
        "service": 0,
    }
    assert report.quarantined == 0
    query = (
        "select i.issue_date, i.due_date, i.amount::text, a.allocated_on, a.amount::text, h.placed_on from open_item i "
        "join allocation a on a.item_key = i.key left join hold h on h.item_key = i.key where i.key = '0007900770'"
    )
    with database.connect() as connection:
        assert tuple(connection.execute(text(query)).one()) == (
            date(2013, 1, 26),
            date(2013, 2, 25),
            "61.740",
            date(2013, 3, 3),
            "61.740",
            date(2013, 1, 26),
        )
