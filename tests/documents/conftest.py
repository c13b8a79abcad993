"""A model to start from: one row, nothing optional."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest


@pytest.fixture
def bare() -> dict[str, Any]:
    """The least a message to a customer needs."""
    return {
        "sender": {"name": "Dostawca S.A.", "address": "ul. Prosta 1, 00-838 Warszawa", "tax_id": "1234563218"},
        "customer": {"name": "Odbiorca"},
        "as_of": dt.date(2026, 11, 24),
        "rows": [row("FV/1")],
    }


def row(document: str = "FV/1", **changes: object) -> dict[str, object]:
    """An open item of 100 PLN, 14 days past due on 2026-11-24."""
    plain = {
        "document": document,
        "issue_date": "2026-11-01",
        "due_date": "2026-11-10",
        "currency": "PLN",
        "original": "100.00",
        "open": "100.00",
    }
    return {**plain, **changes}
