"""The compensation note: a lump sum for recovery costs for each late payment (act of 8 March 2013, art. 10)."""

from __future__ import annotations

from decimal import Decimal

from marshmallow import Schema, fields, validate

from documents.fields import Amount, Currency, Day, Line, Number
from documents.model import Model, money_of, refused
from documents.notes.model import NoteSchema, must_be
from engine.money import Money

_POSITIVE = validate.Range(min=0, min_inclusive=False)


class ConversionSchema(Schema):
    """A mid rate of NBP table A: PLN for one unit of a currency, and the day it is taken from."""

    rate = Number(places=6, required=True, validate=_POSITIVE)
    day = Day(required=True)


class CompensationRowSchema(Schema):
    """One late payment. `claim`: what was owed when the delay began, in `claim_currency`; `claim_pln`: the same for the
    threshold; `lump`: euro; `conversion`: of the lump sum; `claim_rate`: of a claim that is not in PLN."""

    item = Line(load_default=None)
    document = Line(required=True, longest=100)
    issue_date = Day(required=True)
    due_date = Day(required=True)
    maturity = Day(required=True)
    claim = Amount(required=True, validate=_POSITIVE)
    claim_currency = Currency(required=True)
    claim_pln = Amount(required=True, validate=_POSITIVE)
    claim_rate = fields.Nested(ConversionSchema, load_default=None)
    lump = Amount(required=True, validate=_POSITIVE)
    conversion = fields.Nested(ConversionSchema, required=True)
    amount = Amount(required=True, validate=_POSITIVE)


class CompensationNoteSchema(NoteSchema):
    """Compensations in PLN: each is its lump sum at its rate, and they add up to the total."""

    currency = Currency(load_default="PLN")
    rows = fields.List(fields.Nested(CompensationRowSchema), required=True, validate=validate.Length(min=1, max=100))

    def derive(self, model: Model) -> Model:
        """Checks conversions and sums. Raises InvalidInput naming the field."""
        super().derive(model)
        if model["currency"] != "PLN":
            raise refused("currency", "compensation is paid in PLN")
        for index, row in enumerate(model["rows"]):
            check_compensation(row, f"rows.{index}")
            if row["maturity"] >= model["as_of"]:
                raise refused(f"rows.{index}.maturity", "no delay has begun on the day of the note")
        must_be(model["total"], (row["amount"]["amount"] for row in model["rows"]), "total", "the rows")
        return model


def check_compensation(row: Model, path: str) -> None:
    """Gives amounts their currency and checks the conversions. Raises InvalidInput naming the field."""
    currency = row.pop("claim_currency")
    if row["maturity"] < row["due_date"]:
        raise refused(f"{path}.maturity", "lies before the due date")
    row["claim"] = money_of(currency, row["claim"], f"{path}.claim")
    for name, code in (("claim_pln", "PLN"), ("lump", "EUR"), ("amount", "PLN")):
        row[name] = money_of(code, row[name], f"{path}.{name}")
    if (currency == "PLN") != (row["claim_rate"] is None):
        raise refused(f"{path}.claim_rate", "is given for a claim that is not in PLN, and for no other")
    rate = row["claim_rate"]["rate"] if row["claim_rate"] else Decimal(1)
    _converted(row["claim"]["amount"], rate, row["claim_pln"]["amount"], f"{path}.claim_pln")
    _converted(row["lump"]["amount"], row["conversion"]["rate"], row["amount"]["amount"], f"{path}.amount")


def _converted(amount: Decimal, rate: Decimal, stated: Decimal, field: str) -> None:
    found = Money.of(amount * rate, "PLN").amount
    if stated != found:
        raise refused(field, f"{stated} is not {amount} at {rate}, {found}")


MODEL = CompensationNoteSchema
