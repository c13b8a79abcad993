"""Advances that an invoice names, held against those that we issued."""

from __future__ import annotations

from typing import Any

from documents.filling.evidence import IssuedAdvance
from documents.filling.request import Request
from documents.filling.sources import DocumentSources
from documents.model import refused
from engine.errors import IssueRefused


def with_advances(sources: DocumentSources, request: Request, model: dict[str, Any]) -> dict[str, Any]:
    """The model with day, KSeF number and amounts of the advances that were issued here; those of others stay as given.

    Raises InvalidInput naming the field for an advance of another customer or currency, with other amounts than were
    issued, or that is no advance; IssueRefused for one that is settled, was rejected, or has no KSeF number yet, and
    for another advance of the same order that is not named.
    """
    advances = model.get("advances")
    if not isinstance(advances, list):
        return model
    model = {**model, "advances": [_filled(sources, request, model, *one) for one in enumerate(advances)]}
    order = model.get("order")
    number = order.get("number") if isinstance(order, dict) else None
    if isinstance(number, str):
        named = {one.get("number") for one in model["advances"] if isinstance(one, dict)}
        for missing in sources.record.open_advances(request, number):
            if missing not in named:
                raise IssueRefused("advances", f"{missing} was issued for the order {number} too: name it in advances")
    return model


def _filled(sources: DocumentSources, request: Request, model: dict[str, Any], index: int, given: object) -> object:
    if not isinstance(given, dict):
        return given  # refused when it is checked, with the field named
    number, where = given.get("number"), f"advances.{index}"
    if not isinstance(number, str):
        raise refused(f"{where}.number", "write the number of the advance invoice, as text")
    issued = sources.record.advance(request, number)
    if issued is None:
        if not {"issue_date", "rates"} <= set(given):
            raise refused(f"{where}.number", f"{number} was not issued here: write its issue_date, rates, ksef_number")
        return given
    if not issued.rates:
        raise refused(f"{where}.number", f"{number} is a {issued.kind}, no advance invoice")
    if issued.customer != request.customer:
        raise refused(f"{where}.number", f"{number} was issued to another customer")
    if issued.currency != model.get("currency"):
        raise refused(f"{where}.number", f"{number} is in {issued.currency}")
    _hold_open(issued, number)
    known = {
        "issue_date": issued.issue_date.isoformat(),
        "ksef_number": issued.ksef_number,
        "rates": list(issued.rates),
    }
    for name, value in known.items():
        if name in given and given[name] != value:
            raise refused(f"{where}.{name}", f"is not that of {number}; leave it out, it is filled in")
    return {**given, **known}


def _hold_open(issued: IssuedAdvance, number: str) -> None:
    if issued.rejected:
        raise IssueRefused("advances", f"KSeF rejected {number}: it was not issued")
    if issued.settled_by:
        raise IssueRefused("advances", f"{number} was taken off in {issued.settled_by} already")
    if issued.electronic and issued.ksef_number is None:
        raise IssueRefused("ksef_number", f"{number} has no KSeF number yet; run: monitum ksef send")
