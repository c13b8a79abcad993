"""The correcting note, from the buyer of an invoice to its seller."""

from __future__ import annotations

from typing import Any

from documents.filling.request import Request, day_of
from documents.filling.sources import DocumentSources
from engine.errors import IssueRefused


def fill(sources: DocumentSources, request: Request) -> dict[str, Any]:
    """The model of a correcting note. Raises IssueRefused for days on which buyers do not correct invoices any more."""
    model = request.letter()
    day = day_of(model["as_of"])
    offered = sources.law("pl").parameter("correcting_note", bool)
    if day is not None and day <= request.as_of and not offered.on(day).value:
        raise IssueRefused(
            "pl.correcting_note.abolished",
            f"On {day} only the seller corrects an invoice ({offered.basis['en']}). Issue a correction_request.",
        )
    return model
