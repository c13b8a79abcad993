"""Letters about wrong particulars of an invoice: the buyer's correcting note, and the request for a correction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from marshmallow import Schema, fields, validate

from documents.fields import Line
from documents.kinds.correcting_invoice.model import CorrectedSchema
from documents.layout.blocks import Setting
from documents.model import MessageSchema, Model, refused


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


class CorrectionRequestSchema(CorrectingNoteSchema):
    """A request that the seller issue a correcting invoice; it may concern amounts too, and says why."""

    reason = Line(load_default=None, longest=1000)


def _invoice(setting: Setting) -> Iterable[dict[str, Any]]:
    """Which invoice it is about."""
    invoice, style = setting.model["invoice"], setting.style
    pairs = setting.labelled([
        ("corrected_number", invoice["number"]),
        ("issue_date", style.date(invoice["issue_date"])),
        ("ksef_number", invoice["ksef_number"]),
    ])  # fmt: skip
    yield {"type": "box", "title": setting.labels["corrected"], "pairs": pairs}


def _particulars(setting: Setting) -> Iterable[dict[str, Any]]:
    """What stands there and what should."""
    names = ("particular", "was", "should_be")
    yield {
        "type": "table",
        "title": "",
        "head": [setting.labels[name] for name in names],
        "align": ["left"] * len(names),
        "rows": [[one["name"], one["was"], one["should_be"]] for one in setting.model["particulars"]],
    }


LAID_OUT: Final[Mapping[str, Callable[[Setting], Iterable[dict[str, Any]]]]] = {
    "named_invoice": _invoice,
    "particulars": _particulars,
}
