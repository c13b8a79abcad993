"""The invoice under the margin scheme."""

from __future__ import annotations

from typing import Final

from marshmallow import fields, validate

from documents.invoicing.lines import InvoiceLineSchema, RateCode
from documents.invoicing.margin import MARGIN, scheme
from documents.kinds.vat_invoice.model import InvoiceSchema

_ONLY_MARGIN: Final = "An invoice under the margin scheme shows no rate; leave it out."


class MarginLineSchema(InvoiceLineSchema):
    """A line whose price holds the tax on the seller's margin."""

    rate = RateCode(load_default=MARGIN, choices=(MARGIN,), error=_ONLY_MARGIN)


class MarginInvoiceSchema(InvoiceSchema):
    """An invoice under the margin scheme (art. 106e par. 2 and 3). `margin`: which scheme."""

    margin = scheme(required=True)
    prices = fields.String(load_default="gross", validate=validate.OneOf(("net", "gross")))
    lines = fields.List(fields.Nested(MarginLineSchema), required=True, validate=validate.Length(min=1, max=10_000))


MODEL = MarginInvoiceSchema
