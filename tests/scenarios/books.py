"""The books of a scenario: small tables that change from step to step, written as the CSV files of a source."""

from __future__ import annotations

import csv
import os
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

#: Columns of each file, with what a row has when the scenario does not say.
COLUMNS: Final[Mapping[str, Mapping[str, Any]]] = {
    "customers": {"key": None, "name": "", "kind": "business", "email": "", "segment": "", "language": "en",
                  "country": "PL", "limit": "", "dunning": "yes", "ruleset": "", "manager": "manager@house.example"},
    "items": {"key": None, "document": "", "customer": "A", "kind": "invoice", "issued": None, "due": None,
              "currency": "PLN", "amount": None, "direction": "debit", "instalment": "no", "pdf": ""},
    "payments": {"key": None, "customer": "A", "paid": None, "currency": "PLN", "amount": None},
    "allocations": {"key": None, "item": None, "payment": "", "credit": "", "paid": None, "amount": None},
    "holds": {"key": None, "customer": "A", "item": "", "reason": "dispute", "from": None, "until": ""},
    "services": {"key": None, "customer": "A", "name": "Internet"},
}  # fmt: skip


class Books:
    """Rows by table and key. `clock`: the moment at which files are written, where it is not the present."""

    def __init__(self, clock: Callable[[], datetime] | None = None) -> None:
        self._clock = clock
        self._rows: dict[str, dict[str, dict[str, Any]]] = {table: {} for table in COLUMNS}

    def change(self, tables: Mapping[str, Iterable[Mapping[str, Any]]]) -> None:
        """Add rows, or change the columns named of those that exist. A payment may say `pays: {item: amount}`."""
        for table, rows in tables.items():
            for row in rows:
                self._put(table, dict(row))

    def remove(self, tables: Mapping[str, Iterable[str]]) -> None:
        """Take rows away, with the allocations of a payment or credit that goes."""
        for table, keys in tables.items():
            for key in keys:
                del self._rows[table][str(key)]
                allocations = self._rows["allocations"]
                for name, row in list(allocations.items()):
                    if str(key) in {row["payment"], row["credit"]}:
                        del allocations[name]

    def write(self, folder: Path) -> None:
        """All files anew."""
        for table, rows in self._rows.items():
            with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, COLUMNS[table])
                writer.writeheader()
                writer.writerows(rows.values())
            if self._clock is not None:
                written_at(folder / f"{table}.csv", self._clock())

    def _put(self, table: str, row: dict[str, Any]) -> None:
        key = str(row["key"])
        pays = row.pop("pays", {})
        known = self._rows[table].get(key) or dict(COLUMNS[table])
        self._rows[table][key] = known | {name: _plain(value) for name, value in row.items()}
        self._fill(table, self._rows[table][key])
        origin = "credit" if table == "items" else "payment"
        for item, amount in pays.items():
            paid = row.get("paid") or row.get("issued")
            self._put(
                "allocations", {"key": f"{key}>{item}", "item": item, origin: key, "paid": paid, "amount": amount}
            )

    def _fill(self, table: str, row: dict[str, Any]) -> None:
        if table == "customers":
            row["name"] = row["name"] or f"Customer {row['key']}"
            row["email"] = row["email"] or f"{str(row['key']).lower()}@customers.example"
        if table == "items":
            row["document"] = row["document"] or row["key"]


def written_at(path: Path, moment: datetime) -> None:
    """Let a file be as old as if it had been written at a moment."""
    os.utime(path, (moment.timestamp(), moment.timestamp()))


def _plain(value: Any) -> Any:
    return {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value
