"""Small CSV folders for tests, written as a company would export them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from tests.scenarios.books import written_at

MAPPING = """
source: {source}
title: Test company
ledger_currency: PLN
jurisdiction: pl
{options}
tables:
  - table: customer
    file: customers.csv
    columns: {{key: key, name: name}}
  - table: document
    file: documents.csv
    columns:
      key: key
      customer_key: customer
      kind: kind
      number: key
      issue_date: issued
      currency: currency
      gross: gross
  - table: open_item
    file: items.csv
    columns:
      key: key
      document_key: document
      customer_key: customer
      issue_date: issued
      due_date: due
      currency: currency
      amount: amount
      {item_columns}
  - table: payment
    file: payments.csv
    columns: {{key: key, customer_key: customer, paid_on: day, currency: currency, amount: amount}}
  - table: allocation
    file: allocations.csv
    columns: {{key: key, item_key: item, payment_key: payment, allocated_on: day, amount: amount}}
  - table: hold
    file: holds.csv
    columns: {{key: key, customer_key: customer, item_key: item, reason: reason, placed_on: day}}
"""

FILES: dict[str, list[str]] = {
    "customers.csv": ["key,name", "C1,Alfa", "C2,Beta"],
    "documents.csv": [
        "key,customer,kind,issued,currency,gross",
        "D1,C1,invoice,2026-01-05,PLN,100.00",
        "D2,C2,invoice,2026-01-06,EUR,200.00",
    ],
    "items.csv": [
        "key,document,customer,issued,due,currency,amount",
        "I1,D1,C1,2026-01-05,2026-01-19,PLN,100.00",
        "I2,D2,C2,2026-01-06,2026-01-20,EUR,200.00",
    ],
    "payments.csv": ["key,customer,day,currency,amount", "P1,C1,2026-01-10,PLN,40.00"],
    "allocations.csv": ["key,item,payment,day,amount", "A1,I1,P1,2026-01-10,40.00"],
    "holds.csv": ["key,customer,item,reason,day", "H1,C2,I2,dispute,2026-01-12"],
}


def write_folder(
    folder: Path,
    files: dict[str, list[str]] | None = None,
    *,
    source: str = "test",
    options: str = "",
    item_columns: str = "",
    encoding: str = "utf-8",
    at: datetime = datetime(2026, 1, 20, 6, tzinfo=UTC),
) -> Path:
    """Write mapping and files, as if at a moment; `files` replaces whole files by name."""
    folder.mkdir(parents=True, exist_ok=True)
    mapping = MAPPING.format(source=source, options=options, item_columns=item_columns)
    (folder / "mapping.yaml").write_text(mapping, "utf-8")
    for name, lines in {**FILES, **(files or {})}.items():
        (folder / name).write_bytes("".join(f"{line}\n" for line in lines).encode(encoding))
        written_at(folder / name, at)
    return folder


def replace_line(name: str, number: int, line: str) -> dict[str, list[str]]:
    """One of the standard files with line `number` (from 1, the header is line 1) replaced."""
    lines = list(FILES[name])
    lines[number - 1] = line
    return {name: lines}
