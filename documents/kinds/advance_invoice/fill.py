"""An advance invoice out of the customer's record, held against the advances that we issued before."""

from __future__ import annotations

from typing import Any

from documents.filling.advances import with_advances
from documents.filling.bill import bill
from documents.filling.request import Request
from documents.filling.sources import DocumentSources


def fill(sources: DocumentSources, request: Request) -> dict[str, Any]:
    """The model with what it leaves open; the rate of exchange is that of the day of payment (art. 31a par. 1). Raises
    as `bill` and `with_advances`."""
    return with_advances(sources, request, bill(sources, request, supplied=_paid_on(request.given)))


def _paid_on(given: Any) -> object:
    payment = given.get("payment")
    if not isinstance(payment, dict):
        return None
    parts = payment.get("parts")
    first = parts[0] if isinstance(parts, list) and parts else payment
    return first.get("paid_on") if isinstance(first, dict) else None
