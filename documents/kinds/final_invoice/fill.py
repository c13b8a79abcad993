"""A final invoice out of the customer's record, held against the advances that we issued."""

from __future__ import annotations

from typing import Any

from documents.filling.advances import with_advances
from documents.filling.bill import bill
from documents.filling.request import Request
from documents.filling.sources import DocumentSources


def fill(sources: DocumentSources, request: Request) -> dict[str, Any]:
    """The model with what it leaves open. Raises as `bill` and `with_advances`."""
    return with_advances(sources, request, bill(sources, request))
