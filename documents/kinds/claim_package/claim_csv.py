"""The claims of a package as CSV (RFC 4180, UTF-8): one row a claim, columns in English, days in ISO 8601."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Any, Final

_COLUMNS: Final = (
    "claim",
    "document",
    "issue_date",
    "due_date",
    "currency",
    "amount",
    "interest",
    "interest_rate_pct",
    "interest_from",
    "interest_to",
    "limitation",
)
#: What a spreadsheet takes for the beginning of a formula.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def claim_csv(model: Mapping[str, Any]) -> bytes:
    """Principal, open interest, notes and compensation of a model, in this order; interest runs to 'payment'."""
    output = io.StringIO(newline="")
    writer = csv.DictWriter(output, _COLUMNS, restval="", lineterminator="\r\n")
    writer.writeheader()
    for row in _rows(model):
        writer.writerow({name: defused(str(value)) for name, value in row.items()})
    return output.getvalue().encode("utf-8")


def defused(text: str) -> str:
    """A text that a spreadsheet does not calculate: an apostrophe before what begins like a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _rows(model: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    interest = model["interest"]
    for row in model["rows"]:
        common = {name: row[name] for name in ("document", "issue_date", "due_date", "limitation")}
        running = {
            "interest": interest["name"],
            "interest_rate_pct": interest["rate"],
            "interest_from": row["interest_from"],
            "interest_to": "payment",
        }
        yield {"claim": "principal", **common, **row["principal"], **running}
        if row["accrued"]["amount"]:
            yield {"claim": "interest", **common, **row["accrued"]}
    for note in model["notes"]:
        yield {"claim": note["kind"], "document": note["document"], "issue_date": note["issue_date"], **note["amount"]}
    for row in model["compensations"]:
        known = {name: row[name] for name in ("document", "issue_date", "due_date")}
        yield {"claim": "compensation", **known, **row["amount"]}
