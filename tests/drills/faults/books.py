"""True books by a seed: what customers owe on a day, and the export that says so, as files of rows."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Final, TypeAlias

Row: TypeAlias = dict[str, str]

HERE: Final = Path(__file__).parent
#: The day that is decided, a Thursday, and the Monday on which the books were read before.
DAY: Final = date(2026, 11, 26)
BEFORE: Final = date(2026, 11, 23)
COLUMNS: Final = {
    "customers.csv": ("key", "name", "email", "dunning"),
    "items.csv": ("key", "document", "customer", "issued", "due", "currency", "amount", "direction"),
    "payments.csv": ("key", "customer", "paid", "currency", "amount"),
    "allocations.csv": ("key", "item", "payment", "credit", "paid", "amount"),
    "holds.csv": ("key", "customer", "item", "reason", "from", "until"),
    "services.csv": ("key", "customer", "name"),
    "totals.csv": ("customer", "currency", "open"),
}


@dataclass
class Export:
    """What a finance system wrote on a day: rows by file, what a bad hand does to the bytes after, and their age."""

    rows: dict[str, list[Row]]
    columns: dict[str, tuple[str, ...]] = field(default_factory=lambda: dict(COLUMNS))
    spoil: dict[str, Callable[[bytes], bytes]] = field(default_factory=dict)
    lost: set[str] = field(default_factory=set)
    days_old: int = 0

    def write(self, folder: Path) -> Iterator[Path]:
        """Write the files, and the mapping and company beside them; their paths, for whoever sets their times."""
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("mapping.yaml", "company.yaml"):
            told = (HERE / name).read_text("utf-8").replace("source: books", f"source: {folder.name}")
            (folder / name).write_text(told, "utf-8")
        for name, rows in self.rows.items():
            if name in self.lost:
                (folder / name).unlink(missing_ok=True)
                continue
            written = self.spoil.get(name, bytes)(_csv(self.columns[name], rows))
            (folder / name).write_bytes(written)
            yield folder / name

    def forget(self, folder: Path) -> None:
        """Remove what was written."""
        shutil.rmtree(folder, ignore_errors=True)


def _csv(columns: tuple[str, ...], rows: list[Row]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def true_books(seed: int, *, customers: int = 8) -> tuple[Export, Export]:
    """The exports of BEFORE and of DAY: some paid meanwhile, some got a credit note, a hold, or another invoice."""
    random = Random(seed)  # noqa: S311  the same books every time
    export = Export({name: [] for name in COLUMNS})
    for number in range(customers):
        _customer(export.rows, random, f"K{seed % 1000:03}{number:02}")
    before = Export({name: [dict(row) for row in rows] for name, rows in export.rows.items()})
    for customer in export.rows["customers.csv"]:
        _meanwhile(export.rows, random, customer["key"])
    for one in (before, export):
        one.rows["totals.csv"] = _totals(one.rows)
    return before, export


def _customer(rows: dict[str, list[Row]], random: Random, key: str) -> None:
    rows["customers.csv"].append(
        {"key": key, "name": f"Zażółć {key}", "email": f"{key.lower()}@customers.example", "dunning": "yes"}
    )
    for number in range(random.randint(2, 5)):
        due = BEFORE - timedelta(days=random.choice((-20, -3, 1, 5, 10, 20, 33, 50, 70)))
        item = _item(rows, key, number, due, Decimal(random.randint(6_000, 900_000)) / 100)
        if random.random() < 0.35:
            _pay(rows, random, key, item, due - timedelta(days=random.randint(0, 9)))
    if random.random() < 0.5:
        rows["services.csv"].append({"key": f"S{key}", "customer": key, "name": "Internet"})


def _item(
    rows: dict[str, list[Row]], customer: str, number: int, due: date, amount: Decimal, direction: str = "debit"
) -> Row:
    item = {
        "key": f"I{customer[1:]}{number}",
        "document": f"FV/{customer[1:]}/{number}/2026",
        "customer": customer,
        "issued": (due - timedelta(days=14)).isoformat(),
        "due": due.isoformat(),
        "currency": "PLN",
        "amount": str(amount),
        "direction": direction,
    }
    rows["items.csv"].append(item)
    return item


def _pay(rows: dict[str, list[Row]], random: Random, customer: str, item: Row, day: date) -> None:
    """The whole of an item, or a part of it, paid on a day."""
    amount = Decimal(item["amount"]) if random.random() < 0.7 else Decimal(item["amount"]) // 2
    key, paid = f"P{item['key'][1:]}", min(day, DAY).isoformat()
    rows["payments.csv"].append(
        {"key": key, "customer": customer, "paid": paid, "currency": "PLN", "amount": str(amount)}
    )
    rows["allocations.csv"].append(
        {"key": f"A{key[1:]}", "item": item["key"], "payment": key, "credit": "", "paid": paid, "amount": str(amount)}
    )


def _meanwhile(rows: dict[str, list[Row]], random: Random, customer: str) -> None:
    paid = {row["item"] for row in rows["allocations.csv"]}
    items = [row for row in rows["items.csv"] if row["customer"] == customer and row["key"] not in paid]
    if items:
        item = random.choice(items)
        match random.randrange(4):
            case 0 | 1:
                _pay(rows, random, customer, item, DAY - timedelta(days=1))
            case 2:
                credit = _item(rows, customer, 8, DAY - timedelta(days=1), Decimal(item["amount"]), "credit")
                rows["allocations.csv"].append(
                    {
                        "key": f"C{item['key']}",
                        "item": item["key"],
                        "payment": "",
                        "credit": credit["key"],
                        "paid": credit["due"],
                        "amount": item["amount"],
                    }
                )
            case 3:
                held = random.choice(("", item["key"]))
                rows["holds.csv"].append(
                    {
                        "key": f"H{item['key']}",
                        "customer": customer,
                        "item": held,
                        "reason": "dispute",
                        "from": (DAY - timedelta(days=1)).isoformat(),
                        "until": "",
                    }
                )
    if random.random() < 0.4:
        _item(rows, customer, 9, DAY + timedelta(days=14), Decimal(random.randint(6_000, 90_000)) / 100)


def _totals(rows: dict[str, list[Row]]) -> list[Row]:
    """What the finance system itself counts as open of each customer: debits less credits and money on account."""
    sums: dict[str, Decimal] = {row["key"]: Decimal(0) for row in rows["customers.csv"]}
    for row in rows["items.csv"]:
        sums[row["customer"]] += Decimal(row["amount"]) * (1 if row["direction"] == "debit" else -1)
    for row in rows["payments.csv"]:
        sums[row["customer"]] -= Decimal(row["amount"])
    return [{"customer": key, "currency": "PLN", "open": str(amount)} for key, amount in sums.items()]
