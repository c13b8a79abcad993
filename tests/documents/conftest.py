"""Models to start from: one row or line, nothing optional."""

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


SELLER_IBAN = "PL61109010140000071219812874"


@pytest.fixture
def invoice() -> dict[str, Any]:
    """An invoice of 10,000.00 net at 23 % to a Polish business."""
    return {
        "number": "FV/00001/2026",
        "issued_at": "2026-11-24T10:00:00Z",
        "seller": {
            "name": "Dostawca S.A.",
            "address": "ul. Prosta 1, 00-838 Warszawa",
            "tax_id": "123-456-32-18",
            "accounts": [
                {"iban": SELLER_IBAN, "currency": "PLN"},
                {"iban": "PL27114020040000300201355387", "currency": "EUR"},
            ],
        },
        "buyer": {"name": "Odbiorca sp. z o.o.", "address": "ul. Krzywa 2, 30-001 Kraków", "tax_id": "7740001454"},
        "issue_date": dt.date(2026, 11, 24),
        "currency": "PLN",
        "lines": [line()],
        "payment": {"due_date": dt.date(2026, 12, 8)},
        "split_payment_above": "15000.00",
    }


@pytest.fixture
def correction(invoice: dict[str, Any]) -> dict[str, Any]:
    """A correction of that invoice from 10,000.00 to 9,000.00 net."""
    plain = {name: value for name, value in invoice.items() if name not in {"lines", "payment"}}
    return {
        **plain,
        "number": "KOR/00001/2026",
        "corrected": {"number": "FV/00001/2026", "issue_date": "2026-11-02"},
        "reason": "błędna cena",
        "changes": [{"position": 1, "before": line(), "after": line(price="9000.00")}],
    }


def line(**changes: object) -> dict[str, object]:
    """One service of 10,000.00 at 23 %."""
    return {"description": "Usługa", "unit": "szt.", "quantity": "1", "price": "10000.00", "rate": 23, **changes}


def put(model: dict[str, Any], path: str, value: object) -> None:
    """Set a nested value: 'lines.0.price'."""
    *parents, last = path.split(".")
    target: Any = model
    for name in parents:
        target = target[int(name)] if name.isdigit() else target.setdefault(name, {})
    target[int(last) if last.isdigit() else last] = value
