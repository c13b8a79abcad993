"""The VAT invoice."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from marshmallow import fields, validate

from documents.invoicing.amounts import Sums, sums_by_rate
from documents.invoicing.bill import BillSchema
from documents.invoicing.lines import InvoiceLineSchema, priced
from documents.model import Model

_LONGEST: Final = 10_000


class InvoiceSchema(BillSchema):
    """A VAT invoice (art. 106e)."""

    lines = fields.List(fields.Nested(InvoiceLineSchema), required=True, validate=validate.Length(min=1, max=_LONGEST))

    def sums(self, model: Model) -> tuple[dict[str, Sums], Sequence[Model]]:
        """Of its lines."""
        method = model["currency"], model["prices"], model["vat_method"]
        lines = priced(model["lines"], "lines", *method)
        return sums_by_rate(lines, *method[1:]), model["lines"]


MODEL = InvoiceSchema
