"""Correcting invoices: as other bills, with the KSeF number of the invoice they correct where it was issued here."""

from __future__ import annotations

from typing import Any, Final

from documents.filling.bill import bill
from documents.filling.request import Request
from documents.filling.sources import DocumentSources
from engine.errors import IssueRefused

#: Kinds whose corrections are documents of their own in FA(3), which is not what a correcting invoice writes.
_OTHERWISE: Final = {"advance_invoice": "KOR_ZAL", "final_invoice": "KOR_ROZ"}


def fill(sources: DocumentSources, request: Request) -> dict[str, Any]:
    """The model of a correction with what it leaves open. Raises as `bill`, and IssueRefused while KSeF has given the
    corrected invoice no number: a correction that does not state it says that the invoice is outside KSeF.

    IssueRefused too for an advance or final invoice of ours: as an ordinary correction it would say another thing.
    """
    model = bill(sources, request)
    corrected = model.get("corrected")
    if not isinstance(corrected, dict):
        return model
    issued = sources.record.advance(request, str(corrected.get("number")))
    if issued is not None and issued.kind in _OTHERWISE:
        form = _OTHERWISE[issued.kind]
        raise IssueRefused(
            "corrected",
            f"{corrected['number']} is a {issued.kind}: it is corrected by {form}, which is not issued here",
        )
    if corrected.get("ksef_number"):
        return model
    original = sources.record.electronic_invoice(request, str(corrected.get("number")))
    if original is None:
        return model
    if original.ksef_number is None:
        raise IssueRefused("ksef_number", f"{corrected['number']} has no KSeF number yet; run: monitum ksef send")
    return {**model, "corrected": {**corrected, "ksef_number": original.ksef_number}}
