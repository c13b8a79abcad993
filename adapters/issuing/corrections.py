"""Correcting invoices: as other bills, with the KSeF number of the invoice they correct where it was issued here."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from adapters.database.tables import issued_document, ksef_sending
from adapters.issuing.bills import bill
from adapters.issuing.desk import Desk, Request
from engine.errors import IssueRefused

_DOCUMENT = issued_document.c


def correction(desk: Desk, request: Request) -> dict[str, Any]:
    """The model of a correction with what it leaves open. Raises as `bill`, and IssueRefused while KSeF has given the
    corrected invoice no number: a correction that does not state it says that the invoice is outside KSeF."""
    model = bill(desk, request)
    corrected = model.get("corrected")
    if not isinstance(corrected, dict) or corrected.get("ksef_number"):
        return model
    query = (
        select(ksef_sending.c.ksef_number)
        .select_from(issued_document.outerjoin(ksef_sending, ksef_sending.c.document_id == _DOCUMENT.id))
        .where(
            _DOCUMENT.source == request.source,
            _DOCUMENT.number == str(corrected.get("number")),
            _DOCUMENT.xml_sha256.is_not(None),
        )
    )
    original = desk.connection.execute(query).one_or_none()
    if original is None:
        return model
    if original.ksef_number is None:
        raise IssueRefused("ksef_number", f"{corrected['number']} has no KSeF number yet; run: monitum ksef send")
    return {**model, "corrected": {**corrected, "ksef_number": original.ksef_number}}
