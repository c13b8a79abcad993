"""The archive in requests and answers."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from marshmallow import fields, validate

from api.v1.schemas.fields import Day, choice, word
from archive.entries.kinds import KINDS

_HASH: dict[str, Any] = {"pattern": "^[0-9a-f]{64}$"}
_LARGEST = 2**53 - 1


def _place(low: int, description: str, **options: Any) -> fields.Integer:
    return fields.Integer(
        validate=validate.Range(low, _LARGEST), metadata={"description": description}, required=True, **options
    )


class ConsistencyQuery(ma.Schema):
    """Between which sizes of the log."""

    from_ = _place(1, "Entries of the older tree.", data_key="from", attribute="from")
    to = _place(1, "Entries of the newer tree, at most those of the newest checkpoint.")


class Consistency(ma.Schema):
    """RFC 6962 consistency proof; hashes in lower-case hex."""

    from_ = fields.Integer(required=True, data_key="from", attribute="from")
    to = fields.Integer(required=True)
    hashes = fields.List(fields.String(metadata=_HASH), required=True)


class EntrySearch(ma.Schema):
    """Which entries to list."""

    kind = choice(*KINDS, description="What happened.")
    customer = word(description="About this customer.")
    source = word(description="Needed when several sources have the customer.")
    from_ = Day(data_key="from", attribute="from", description="From this day on.")
    to = Day(description="Up to this day, included.")
    actor = word(description="Who did it, as written in the entry.")
    number = word(description="A document number, or any other value, that stands in the entry as it is.")
    text = word(description="Words somewhere in the entry, its personal part included; in any case of letters.")
    before = fields.Integer(
        validate=validate.Range(1, _LARGEST), metadata={"description": "Only older entries: `next` of the page before."}
    )
    limit = fields.Integer(validate=validate.Range(1, 200))


class Entry(ma.Schema):
    """An entry of the archive, opened. `seq`: its place in the log; null while it waits for one."""

    id = fields.Integer(required=True)
    seq = fields.Integer(required=True, allow_none=True)
    kind = choice(*KINDS, required=True)
    at = fields.String(required=True, metadata={"format": "date-time"})
    actor = fields.String(required=True)
    role = fields.String(required=True)
    reason = fields.String(required=True)
    case = fields.String(required=True, allow_none=True)
    ruleset = fields.String(required=True, allow_none=True)
    version = fields.String(required=True, allow_none=True)
    action = fields.String(required=True, allow_none=True)
    decision = fields.String(required=True, allow_none=True)
    outcome = fields.String(required=True, allow_none=True)
    documents = fields.Dict(
        keys=fields.String(), values=fields.String(), required=True, metadata={"description": "SHA-256: media type."}
    )
    public = fields.Raw(required=True, metadata={"type": "object"})
    personal = fields.Raw(required=True, metadata={"type": ["object", "null"]})
    erased = fields.Boolean(required=True, metadata={"description": "The personal part's key was destroyed."})


class EntryPage(ma.Schema):
    """One page of entries, newest first; `next` is null on the last."""

    entries = fields.List(fields.Nested(Entry), required=True)
    next = fields.Integer(required=True, allow_none=True)
