"""Notices to a customer that its services stop, or run again: which services, and what remains to be paid."""

from __future__ import annotations

from typing import Any, Final

from documents.filling.request import Request
from documents.filling.sources import DocumentSources
from documents.messages import credits_of, rows_of
from engine.errors import IssueRefused

#: Kind of notice -> the state the services must be in.
_STATE: Final = {"suspension_notice": "suspended", "resumption_notice": "active"}


def fill(sources: DocumentSources, request: Request) -> dict[str, Any]:
    """The model of a notice. Raises IssueRefused when no service was suspended, or resumed, by a decision."""
    state = _STATE[request.kind]
    services, items = sources.record.services(request, state), sources.record.open_items(request)
    if not services and "services" not in request.given:
        raise IssueRefused(f"{request.kind}.services", f"No service of '{request.customer}' is {state} by a decision.")
    return {
        "services": [service.name for service in services],
        "effective": max((service.day for service in services), default=request.as_of),
        "rows": rows_of(items.lines),
        "credits": credits_of(items.credits_minor),
        **request.letter(),
    }
