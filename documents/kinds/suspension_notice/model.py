"""A notice to the customer that services stop or run again."""

from __future__ import annotations

from marshmallow import fields, validate

from documents.fields import Amount, Currency, Day, Line
from documents.messages import MessageSchema


class ServiceNoticeSchema(MessageSchema):
    """A notice to the customer that services stop or run again. `number`: where it is issued under one."""

    number = Line(load_default=None, longest=256)
    #: The first day on which they do.
    effective = Day(required=True)
    services = fields.List(Line(), required=True, validate=validate.Length(min=1, max=1000))
    reinstate_amount = Amount(load_default=None, allow_none=True)
    ledger_currency = Currency(load_default=None)


MODEL = ServiceNoticeSchema
