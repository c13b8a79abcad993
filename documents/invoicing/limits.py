"""Dated amounts of the law that invoices are held against (documents/pl/limits.yaml)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

_FILE: Final = Path(__file__).parents[1] / "pl" / "limits.yaml"


@cache
def _limits() -> dict[str, list[dict[str, Any]]]:
    loaded: dict[str, list[dict[str, Any]]] = yaml.safe_load(_FILE.read_text("utf-8"))
    return loaded


def split_payment_above(day: dt.date) -> Decimal | None:
    """The total in PLN above which an invoice of a day with goods of annex 15 is paid by split payment; None when the
    law of that day is not known here."""
    for limit in _limits()["split_payment_above"]:
        if limit["valid_from"] <= day and (limit["valid_to"] is None or day <= limit["valid_to"]):
            return Decimal(limit["value"])
    return None
