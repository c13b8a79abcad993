"""The correcting note: the buyer of an invoice puts its particulars right."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from documents.fields import Line
from documents.invoicing.corrected import CorrectedSchema
from documents.messages import MessageSchema
from documents.model import Model, refused


class ParticularSchema(Schema):
    """One particular of the invoice: what it is called, what stands there, what should."""

    name = Line(required=True, longest=100)
    was = Line(required=True, longest=500)
    should_be = Line(required=True, longest=500)


class CorrectingNoteSchema(MessageSchema):
    """A correcting note (VAT act art. 106k, until 2026-01-31): the sender is the invoice's buyer, the customer its
    seller. Amounts, rates, prices and quantities are not corrected by a note (art. 106k par. 1)."""

    number = Line(required=True, longest=256)
    invoice = fields.Nested(CorrectedSchema, required=True)
    particulars = fields.List(fields.Nested(ParticularSchema), required=True, validate=validate.Length(min=1, max=50))

    def derive(self, model: Model) -> Model:
        """The message, checked for days and for particulars that change nothing."""
        if model["invoice"]["issue_date"] > model["as_of"]:
            raise refused("invoice.issue_date", "lies after the day of this letter")
        for index, particular in enumerate(model["particulars"]):
            if particular["was"] == particular["should_be"]:
                raise refused(f"particulars.{index}.should_be", "is what stands there already")
        return super().derive(model)


MODEL = CorrectingNoteSchema
