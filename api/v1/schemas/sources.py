"""Sources in answers."""

from __future__ import annotations

import marshmallow as ma
from marshmallow import fields


class SourceLine(ma.Schema):
    """A mirrored finance system. `synced_at`: its last complete sync; `books_at`: from when what was read then is, null
    where the system shows the present. `age_hours`: since the older of both, without the hours of days on which no
    export comes; negative when clocks disagree. `stale`: too old to act on against anybody."""

    key = fields.String(required=True)
    title = fields.String(required=True)
    ledger_currency = fields.String(required=True)
    jurisdiction = fields.String(required=True)
    synced_at = fields.String(required=True, allow_none=True, metadata={"format": "date-time"})
    books_at = fields.String(required=True, allow_none=True, metadata={"format": "date-time"})
    age_hours = fields.Integer(required=True, allow_none=True)
    stale = fields.Boolean(required=True)


class SourceList(ma.Schema):
    """Every source, by key."""

    sources = fields.List(fields.Nested(SourceLine), required=True)
