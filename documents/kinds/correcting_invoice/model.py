"""The model of a correcting invoice: the lines as they were and as they are, and what that changes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from marshmallow import Schema, fields, validate

from documents.fields import Line, Whole
from documents.invoicing.amounts import Sums, differences, sums_by_rate
from documents.invoicing.bill import BillSchema
from documents.invoicing.corrected import EFFECTS, CorrectedSchema
from documents.invoicing.lines import InvoiceLineSchema, priced
from documents.invoicing.margin import scheme
from documents.invoicing.parties import BuyerSchema
from documents.model import Model, refused


class ChangeSchema(Schema):
    """A corrected line: `position` on the invoice, as it was (absent when the invoice did not have it) and as it is
    (quantity 0 when it falls away)."""

    position = Whole(required=True, validate=validate.Range(min=1))
    before = fields.Nested(InvoiceLineSchema, load_default=None)
    after = fields.Nested(InvoiceLineSchema, required=True)


class CorrectionSchema(BillSchema):
    """A correcting invoice (art. 106j). `effect`: the period of the VAT books it counts in. `buyer_before`: the buyer's
    particulars where they were wrong; a wrong tax number needs a correction to zero and a new invoice. `margin`: the
    margin scheme of the corrected invoice. Annotations repeat those of the corrected invoice."""

    corrected = fields.Nested(CorrectedSchema, required=True)
    reason = Line(required=True, longest=256)
    effect = fields.String(load_default="correction", validate=validate.OneOf(tuple(EFFECTS)))
    changes = fields.List(fields.Nested(ChangeSchema), load_default=list, validate=validate.Length(max=5000))
    margin = scheme(load_default=None)
    buyer_before = fields.Nested(BuyerSchema, load_default=None)
    type: ClassVar[str] = "KOR"
    repeats_annotations = True

    def derive(self, model: Model) -> Model:
        """Adds amounts before and after, and the differences as totals."""
        if model["corrected"]["issue_date"] > model["issue_date"]:
            raise refused("corrected.issue_date", "lies after issue_date")
        if not model["changes"] and model["buyer_before"] is None:
            raise refused("changes", "a correction changes a line or the buyer's particulars")
        if model["buyer_before"] and model["buyer_before"]["tax_id"] != model["buyer"]["tax_id"]:
            raise refused("buyer_before.tax_id", "correct to zero and issue a new invoice where the number was wrong")
        positions = [change["position"] for change in model["changes"]]
        if len(set(positions)) < len(positions):
            raise refused("changes", "a position stands twice")
        return super().derive(model)

    def sums(self, model: Model) -> tuple[dict[str, Sums], Sequence[Model]]:
        """Differences per rate."""
        currency, prices, method = model["currency"], model["prices"], model["vat_method"]
        states: dict[str, dict[str, Sums]] = {}
        lines: list[Model] = []
        for name in ("before", "after"):
            present = [change[name] for change in model["changes"] if change[name] is not None]
            states[name] = sums_by_rate(priced(present, f"changes.{name}", currency, prices, method), prices, method)
            lines += present
        return differences(states["before"], states["after"]), lines


MODEL = CorrectionSchema
