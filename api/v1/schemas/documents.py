"""Issued documents in requests and answers."""

from __future__ import annotations

from typing import Any, Final

import marshmallow as ma
from marshmallow import fields, validate

from api.v1.schemas.fields import TEXT_PATTERN, Day, choice, currency, word
from documents.catalogue import kinds
from documents.register.model import SORTS, STATES
from documents.text.languages import LANGUAGES

#: Kinds that are issued under a number.
ISSUED: Final = tuple(sorted(name for name, kind in kinds().items() if kind.numbering))

_MONEY: dict[str, Any] = {"description": "Decimal string in major units.", "examples": ["1234.50"]}


def _money() -> fields.String:
    return fields.String(required=True, allow_none=True, metadata=_MONEY)


class DocumentsQuery(ma.Schema):
    """Which documents to list, and in which order."""

    kind = choice(*ISSUED)
    source = word(description="Only documents of this source.")
    customer = word(description="Only documents of the customer with this key.")
    number = word(description="Part of the number, in any case.")
    currency = currency()
    state = choice(*STATES, description="How the claim stands in the books; `unbilled`: they do not know it (yet).")
    overdue = fields.Boolean(
        truthy={"true"}, falsy={"false"}, metadata={"description": "Something is open and its due date has passed."}
    )
    issued_from = Day(description="Issued on this day or later.")
    issued_to = Day(description="Issued on this day or earlier.")
    due_from = Day(description="Due on this day or later.")
    due_to = Day(description="Due on this day or earlier.")
    sort = choice(*SORTS, description="What to sort by, `issue_date` when it is left out; without that value: last.")
    direction = choice("asc", "desc", description="`desc` when it is left out.")
    after = fields.String(
        validate=[validate.Length(1, 500), validate.Regexp(TEXT_PATTERN)],
        metadata={"description": "Cursor from `next` of the page before, in the same order."},
    )
    limit = fields.Integer(validate=validate.Range(1, 200))


class Booked(ma.Schema):
    """The document as the books have it."""

    key = fields.String(required=True)
    currency = currency(required=True)
    net = _money()
    gross = _money()


class SettlementStep(ma.Schema):
    """How a claim stands: what is open of it, in `currency`; negative when we owe it.

    `mismatch`: the books have another amount or currency than was issued. `vanished`: they stopped listing what was
    open, and name no payment. `synced_at`: the sync that found it so.
    """

    state = choice(*STATES, required=True)
    open = _money()
    currency = currency(required=True)
    booked = fields.Nested(Booked, required=True, allow_none=True)
    mismatch = fields.Boolean(required=True)
    vanished = fields.Boolean(required=True)
    synced_at = fields.String(required=True, allow_none=True, metadata={"format": "date-time"})


class SettlementNow(SettlementStep):
    """How a claim stands today; `days_overdue` 0: nothing is late."""

    days_overdue = fields.Integer(required=True)


class Document(ma.Schema):
    """An issued document. Amounts are null when it charges nothing, `settlement` when it is no claim. Its parts by
    SHA-256, which is also their entity tag."""

    id = fields.Integer(required=True)
    source = fields.String(required=True)
    kind = choice(*ISSUED, required=True)
    series = fields.String(required=True)
    number = fields.String(required=True)
    customer_key = fields.String(required=True)
    language = choice(*LANGUAGES, required=True)
    issue_date = Day(required=True)
    due_date = Day(required=True, allow_none=True)
    currency = fields.String(required=True, allow_none=True)
    net = _money()
    vat = _money()
    gross = _money()
    pdf_sha256 = fields.String(required=True)
    json_sha256 = fields.String(required=True)
    xml_sha256 = fields.String(required=True, allow_none=True)
    csv_sha256 = fields.String(required=True, allow_none=True)
    issued_at = fields.String(required=True, metadata={"format": "date-time"})
    issued_by = fields.String(required=True)
    settlement = fields.Nested(SettlementNow, required=True, allow_none=True)


class DocumentPage(ma.Schema):
    """One page of documents; `next` is null on the last."""

    documents = fields.List(fields.Nested(Document), required=True)
    next = fields.String(required=True, allow_none=True)


class DocumentHistory(Document):
    """A document with every step of its settlement that a sync noted, oldest first."""

    history = fields.List(fields.Nested(SettlementStep), required=True)


class IssueOrder(ma.Schema):
    """A document to issue. `model` says what only a person knows; seller, buyer, date, exchange rate and legal limits
    are filled in where it leaves them out."""

    kind = choice(*ISSUED, required=True)
    source = word(description="Needed when several sources have the customer's key.")
    series = word(description="Series of the number; the main one when it is left out.", longest=60)
    language = choice(*LANGUAGES, description="The customer's when it is left out.")
    model = fields.Dict(keys=fields.String(), required=True)
