"""The interest note: what each delay cost, with its working (k.c. art. 481; act of 8 March 2013, art. 7 and 8)."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

from marshmallow import Schema, fields, validate

from documents.fields import Amount, Day, Line, Number
from documents.model import Model, money_of, refused
from documents.notes.model import NoteSchema, must_be
from engine.law.rounding import rounded
from engine.money import Money

_POSITIVE = validate.Range(min=0, min_inclusive=False)


class SettledSchema(Schema):
    """Part of the principal that was settled on a day."""

    day = Day(required=True)
    amount = Amount(required=True, validate=_POSITIVE)


class SegmentSchema(Schema):
    """Days with one principal and one rate, first and last included. `rate`: percent a year; `source`: who says so."""

    first = Day(required=True)
    last = Day(required=True)
    principal = Amount(required=True, validate=_POSITIVE)
    rate = Number(places=2, required=True, validate=validate.Range(min=0, max=1000))
    amount = Amount(required=True, validate=validate.Range(min=0))
    source = Line(required=True, longest=200)


class InterestRowSchema(Schema):
    """One delay. `item`: key in the books; `effective_due`: the due date moved off days off (k.c. art. 115);
    `charged_by`: number of the note that charged the days before."""

    item = Line(load_default=None)
    document = Line(required=True, longest=100)
    issue_date = Day(required=True)
    due_date = Day(required=True)
    effective_due = Day(required=True)
    principal = Amount(required=True, validate=_POSITIVE)
    settled = fields.List(fields.Nested(SettledSchema), load_default=list)
    charged_by = Line(load_default=None, longest=256)
    segments = fields.List(fields.Nested(SegmentSchema), required=True, validate=validate.Length(min=1, max=500))
    interest = Amount(required=True, validate=validate.Range(min=0))


class InterestNoteSchema(NoteSchema):
    """Interest to `until`, that day included. Every row of a table is principal x rate x days / 365, rounded half up;
    rows add up to the interest of a document, and these to the total."""

    until = Day(required=True)
    rows = fields.List(fields.Nested(InterestRowSchema), required=True, validate=validate.Length(min=1, max=1000))

    def derive(self, model: Model) -> Model:
        """Checks days and sums; adds days. Raises InvalidInput naming the field."""
        super().derive(model)
        if model["until"] > model["as_of"]:
            raise refused("until", "lies after the day of the note")
        for index, row in enumerate(model["rows"]):
            _row(model, row, f"rows.{index}")
        must_be(model["total"], (row["interest"]["amount"] for row in model["rows"]), "total", "the rows")
        return model


def _row(model: Model, row: Model, path: str) -> None:
    currency = model["currency"]
    if row["effective_due"] < row["due_date"]:
        raise refused(f"{path}.effective_due", "lies before the due date")
    for name in ("principal", "interest"):
        row[name] = money_of(currency, row[name], f"{path}.{name}")
    for place, part in enumerate(row["settled"]):
        part["amount"] = money_of(currency, part["amount"], f"{path}.settled.{place}.amount")
    before = row["effective_due"]
    for place, segment in enumerate(row["segments"]):
        where = f"{path}.segments.{place}"
        if not before < segment["first"] <= segment["last"] <= model["until"]:
            raise refused(f"{where}.first", "segments follow each other from the day after the effective due date on")
        before = segment["last"]
        _segment(currency, row, segment, where)
    row["days"] = sum(segment["days"] for segment in row["segments"])
    amounts = (segment["amount"]["amount"] for segment in row["segments"])
    must_be(row["interest"], amounts, f"{path}.interest", "its segments")


def _segment(currency: str, row: Model, segment: dict[str, Any], where: str) -> None:
    segment["days"] = (segment["last"] - segment["first"]).days + 1
    for name in ("principal", "amount"):
        segment[name] = money_of(currency, segment[name], f"{where}.{name}")
    if any(segment["first"] <= part["day"] < segment["last"] for part in row["settled"]):
        raise refused(f"{where}.last", "a segment ends on the day of a payment")
    paid = sum((part["amount"]["amount"] for part in row["settled"] if part["day"] < segment["first"]), Decimal(0))
    left = row["principal"]["amount"] - paid
    if segment["principal"]["amount"] != left:
        raise refused(f"{where}.principal", f"{segment['principal']['amount']} is not what was left, {left}")
    minor = Money.of(left, currency).minor * Fraction(segment["rate"]) * segment["days"] / 36_500
    due = Money(currency, rounded(Fraction(minor))).amount
    if segment["amount"]["amount"] != due:
        raise refused(f"{where}.amount", f"{segment['amount']['amount']} is not principal x rate x days / 365, {due}")


MODEL = InterestNoteSchema
