"""Extracts shaped like those of SAP, made with a seed: a short mapping reads them, no customer is split, sums agree."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest

from adapters.finance.csv_folder.source import CsvFolder
from adapters.finance.preview import preview
from engine.execution.reports import SourceCheck

_MAPPING = """
source: extracts
title: Two extracts of one truth
ledger_currency: USD
jurisdiction: eu
dates: ["%Y-%m-%d", "%Y%m%d"]
decimals: round
clean:
  cust_number: [whole_number, no_leading_zeros]
  doc_id: [whole_number]
  clear_date: [day]
  posted: [day]
  amount: [trailing_minus]
tables:
  - {table: customer, file: items.csv, distinct: yes, columns: {key: cust_number, name: name}}
  - {table: document, file: items.csv, columns: {key: doc_id, customer_key: cust_number, kind: {constant: invoice}, number: doc_id, issue_date: posted, currency: currency, gross: amount}}
  - {table: open_item, file: items.csv, columns: {key: doc_id, document_key: doc_id, customer_key: cust_number, issue_date: posted, due_date: due, currency: currency, amount: amount, direction: {sign_of: amount}}}
  - {table: payment, file: cleared.csv, columns: {key: doc_id, customer_key: cust_number, paid_on: clear_date, currency: currency, amount: amount}}
  - {table: allocation, file: cleared.csv, columns: {key: doc_id, item_key: doc_id, payment_key: doc_id, allocated_on: clear_date, amount: amount}}
"""  # noqa: E501  as people write it


@dataclass
class _Truth:
    customers: set[str] = field(default_factory=set)
    items: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    paid: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    count: int = 0


def _written(folder: Path, seed: int) -> _Truth:
    chance, truth = random.Random(seed), _Truth()  # noqa: S311  no secret
    names = {str(chance.randrange(100_000, 200_999_999)): f"Customer {n}" for n in range(60)}
    names |= {f"CC{n:04}": f"Firm {n}" for n in range(20)}
    truth.customers = set(names)
    items = ["cust_number,name,doc_id,posted,due,currency,amount"]
    cleared = ["cust_number,doc_id,clear_date,currency,amount"]
    for number in range(1_930_000_000, 1_930_001_500):
        key = chance.choice(list(names)) if truth.count >= len(names) else list(names)[truth.count]
        truth.count += 1
        posted = date(2026, 1, 1) + timedelta(chance.randrange(300))
        currency = chance.choice(["USD", "USD", "USD", "CAD", "JPY"])
        amount = Decimal(chance.randrange(1_000, 9_999_999)).scaleb(-3)
        credit = chance.random() < 0.05
        cents = Decimal(1) if currency == "JPY" else Decimal("0.01")
        rounded = amount.quantize(cents, ROUND_HALF_UP)
        truth.items[currency] += -rounded if credit else rounded
        day = f"{posted} 00:00:00.000000000"
        due = posted + timedelta(chance.choice([0, 14, 30]))
        items.append(
            f"{_id(chance, key)},{names[key]},{number}.0,{day},{due if credit else f'{due:%Y%m%d}'},{currency},"
            f"{amount}{'-' if credit else ''}"
        )
        if not credit and chance.random() < 0.6:
            truth.paid[currency] += rounded
            cleared.append(f"{_id(chance, key)},{number},{posted + timedelta(40)}T09:30:00,{currency},{amount}")
    for name, lines in (("items.csv", items), ("cleared.csv", cleared), ("mapping.yaml", [_MAPPING])):
        (folder / name).write_text("".join(f"{line}\n" for line in lines), "utf-8")
    return truth


def _id(chance: random.Random, key: str) -> str:
    """A key as one of the extracts has it: padded on half of the lines, now and then a fraction."""
    if not key.isdigit():
        return key
    return (key.zfill(10) if chance.random() < 0.5 else key) + (".0" if chance.random() < 0.2 else "")


def _sums(seen: SourceCheck, table: str) -> dict[str, Decimal]:
    found: dict[str, Decimal] = defaultdict(Decimal)
    for currency, amount in _amounts(seen, table):
        found[currency] += amount
    return found


def _amounts(seen: SourceCheck, table: str) -> Iterator[tuple[str, Decimal]]:
    fields = seen.tables[table].fields
    for values in seen.tables[table].rows:
        row = dict(zip(fields, values, strict=True))
        amount = Decimal(str(row["amount"]))
        yield str(row["currency"]), -amount if row.get("direction") == "credit" else amount


@pytest.mark.parametrize("seed", [1, 20260501])
def test_extracts_are_read_by_a_short_mapping(tmp_path: Path, seed: int) -> None:
    truth = _written(tmp_path, seed)
    seen = preview(CsvFolder(tmp_path), first=10_000)
    assert [line for line in _MAPPING.strip().splitlines() if line][20:] == []
    assert seen.problems == ()
    assert {row[0] for row in seen.tables["customer"].rows} == truth.customers
    assert seen.tables["open_item"].rows_read == truth.count
    assert _sums(seen, "open_item") == truth.items
    assert _sums(seen, "payment") == truth.paid
    assert "customers_alike" not in {one.lint for one in seen.findings}


def test_without_cleaning_the_customers_are_split_and_the_lint_says_so(tmp_path: Path) -> None:
    truth = _written(tmp_path, 1)
    mapping = _MAPPING.replace("  cust_number: [whole_number, no_leading_zeros]\n", "")
    (tmp_path / "mapping.yaml").write_text(mapping, "utf-8")
    seen = preview(CsvFolder(tmp_path), first=10_000)
    assert seen.tables["customer"].rows_read > len(truth.customers)
    assert "customers_alike" in {one.lint for one in seen.findings}
