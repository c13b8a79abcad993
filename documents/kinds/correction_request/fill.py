"""The request for a correcting invoice, out of the customer's record."""

from __future__ import annotations

from typing import Any

from documents.filling.request import Request
from documents.filling.sources import DocumentSources


def fill(_sources: DocumentSources, request: Request) -> dict[str, Any]:
    """The model of a request for a correcting invoice."""
    return request.letter()
