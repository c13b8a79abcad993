"""How an invoice is paid: in which form, until when, where to, and what was paid before it was issued."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Final

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from documents.fields import Amount, Day, Line
from documents.model import Model, money_of, refused
from documents.parts import AccountSchema

#: Said in words of its own: compensation, barter.
OTHER: Final = "other"
TRANSFER: Final = "transfer"
FORMS: Final = (TRANSFER, "cash", "card", "voucher", "cheque", "credit", "mobile", OTHER)
_POSITIVE: Final = validate.Range(min=0, min_inclusive=False)


def _form(**options: Any) -> fields.String:
    return fields.String(
        validate=validate.OneOf(FORMS, error="'{input}' is not a form of payment; there is {choices}."), **options
    )


class _InFormSchema(Schema):
    """`description`: what the form 'other' is."""

    description = Line(load_default=None, longest=256)

    @validates_schema
    def _described(self, data: dict[str, Any], **_: object) -> None:
        if data["form"] == OTHER and data["description"] is None:
            raise ValidationError("Say what form of payment it is, such as compensation.", "description")
        if data["form"] != OTHER and data["description"] is not None:
            raise ValidationError("Is for the form 'other' alone.", "description")


class PartSchema(_InFormSchema):
    """A part that was paid before the invoice was issued."""

    amount = Amount(required=True, validate=_POSITIVE)
    paid_on = Day(required=True)
    form = _form(required=True)


class PaymentSchema(_InFormSchema):
    """How and until when. `account`: where to pay; without it, the seller's first account for the currency.

    What was paid before the invoice was issued: all of it on the day `paid_on`; of it `paid_amount`; or `parts`, each
    with its day and form.
    """

    form = _form(load_default=TRANSFER)
    due_date = Day(load_default=None)
    paid_on = Day(load_default=None)
    paid_amount = Amount(load_default=None, validate=_POSITIVE)
    parts = fields.List(fields.Nested(PartSchema), load_default=list, validate=validate.Length(max=100))
    account = fields.Nested(AccountSchema, load_default=None)

    @validates_schema
    def _one_way(self, data: dict[str, Any], **_: object) -> None:
        if data["parts"] and (data["paid_on"] or data["paid_amount"] is not None):
            raise ValidationError("Write parts, or paid_on with paid_amount, not both.", "parts")
        if data["paid_amount"] is not None and data["paid_on"] is None:
            raise ValidationError("Is missing; say on which day paid_amount was paid.", "paid_on")


def pay(model: Model) -> None:
    """Add `paid` (None: nothing), the parts that were paid (none where all was paid at once), `payable`, and where
    that goes.

    Raises InvalidInput naming the field for a part that is later than the invoice or more than it, and for what is
    missing while something is to be paid.
    """
    payment, currency, gross = model["payment"], model["currency"], model["gross"]["amount"]
    _dates(model)
    payment["parts"] = _parts(payment, currency, gross)
    paid = gross if payment["paid_on"] else _sum(payment["parts"])
    model["paid"] = money_of(currency, paid, "payment") if payment["paid_on"] or payment["parts"] else None
    model["payable"] = money_of(currency, gross - paid, "payment")
    _account(model)
    if model["payable"]["amount"] > 0:
        if payment["due_date"] is None:
            raise refused("payment.due_date", "is missing; write it, or paid_on for what is paid")
        if payment["form"] == TRANSFER and payment["account"] is None:
            raise refused("payment.account", f"the seller has no account for {currency}")


def _dates(model: Model) -> None:
    payment, issued = model["payment"], model["issue_date"]
    days = {"paid_on": payment["paid_on"]}
    days |= {f"parts.{index}.paid_on": part["paid_on"] for index, part in enumerate(payment["parts"])}
    for field, day in days.items():
        if day is not None and day > issued:
            raise refused(f"payment.{field}", "lies after issue_date; an invoice says what was paid before it")


def _parts(payment: Model, currency: str, gross: Decimal) -> list[Model]:
    """The parts with their money, `paid_amount` among them; one that is the whole leaves `paid_on` alone."""
    given = payment["parts"]
    if payment["paid_amount"] is not None and payment["paid_amount"] != gross:
        names = ("paid_on", "form", "description")
        given = [{"amount": payment["paid_amount"], **{name: payment[name] for name in names}}]
        payment["paid_on"] = None
    if not given:
        return []
    where = "payment.paid_amount" if payment["paid_amount"] is not None else "payment.parts"
    if gross <= 0:
        raise refused(where, "nothing is to be paid of this; write paid_on for a sum that was given back")
    parts = [
        {**part, "amount": money_of(currency, part["amount"], _field(where, index))} for index, part in enumerate(given)
    ]
    if _sum(parts) > gross:
        raise refused(where, f"{_sum(parts)} {currency} is more than the total of {gross} {currency}")
    return parts


def _field(where: str, index: int) -> str:
    return f"{where}.{index}.amount" if where == "payment.parts" else where


def _sum(parts: Iterable[Model]) -> Decimal:
    return sum((part["amount"]["amount"] for part in parts), Decimal(0))


def _account(model: Model) -> None:
    payment, currency = model["payment"], model["currency"]
    if payment["account"] is None:
        accounts = model["seller"]["accounts"]
        payment["account"] = next((one for one in accounts if one["currency"] in {None, currency}), None)
    if payment["account"] and payment["account"]["currency"] not in {None, currency}:
        raise refused("payment.account", f"takes {payment['account']['currency']}, not {currency}")
