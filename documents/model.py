"""The model of a message: what the sender, the customer and the books say, as plain data.

A model is made of dict, list, str, int, Decimal and date only, so that a template can read it and do nothing else.
What can be computed (days past due, deadline, totals) is computed here and cannot be passed in.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, Final, NamedTuple

from marshmallow import Schema, ValidationError, fields, validate

from documents.fields import Address, Amount, Currency, Iban, Line
from engine.actions import REMIND
from engine.errors import InvalidInput
from engine.facts.catalogue import ItemLine
from engine.field_messages import first_message
from engine.money import Money, exponent

ANNOUNCEMENTS: Final = REMIND.parameters["announce"].choices

#: A checked model: nested dict, list, str, int, Decimal, date and None.
Model = dict[str, Any]


class AccountSchema(Schema):
    """A bank account; without `currency` it takes every currency."""

    iban = Iban(required=True)
    currency = Currency(load_default=None)
    bank = Line(load_default=None)
    bic = fields.String(load_default=None, validate=validate.Regexp(r"\A[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?\Z"))


class SignatorySchema(Schema):
    """Who signs."""

    name = Line(required=True)
    role = Line(load_default=None)


class SenderSchema(Schema):
    """The creditor. `registration`: the particulars a company's letters must carry (register court and number, share
    capital: Polish Commercial Companies Code art. 206 par. 1, art. 374 par. 1)."""

    name = Line(required=True)
    address = Address(required=True, validate=validate.Length(min=1, max=6))
    tax_id = Line(required=True, longest=30)
    registration = Line(load_default=None, longest=400)
    accounts = fields.List(fields.Nested(AccountSchema), load_default=list)
    phone = Line(load_default=None, longest=40)
    email = Line(load_default=None, longest=254)
    place = Line(load_default=None, longest=80)
    signatory = fields.Nested(SignatorySchema, load_default=None)


class CustomerSchema(Schema):
    """The debtor."""

    key = Line(load_default=None)
    name = Line(required=True)
    address = Address(load_default=list, validate=validate.Length(max=6))
    tax_id = Line(load_default=None, longest=30)


class DebtorRegisterSchema(Schema):
    """The debtor register that a warning must name with its address (act of 9 April 2010 on the disclosure of economic
    information, art. 14 par. 1 point 3 and art. 15 par. 1 point 3)."""

    name = Line(required=True)
    address = Line(required=True)


class RowSchema(Schema):
    """An open item, amounts in major units of its currency."""

    document = Line(required=True, longest=100)
    issue_date = fields.Date(required=True)
    due_date = fields.Date(required=True)
    currency = Currency(required=True)
    original = Amount(required=True, validate=validate.Range(min=0, min_inclusive=False))
    open = Amount(required=True, validate=validate.Range(min=0, min_inclusive=False))


class Charge(NamedTuple):
    """What a document charges, major units of `currency`; a note without tax has no `vat`."""

    currency: str
    net: Decimal
    vat: Decimal
    gross: Decimal
    due_date: dt.date | None


class ModelSchema(Schema):
    """What a kind of document is made from."""

    def charge(self, model: Model) -> Charge | None:
        """What a checked model charges the customer; None for a document that charges nothing by itself."""
        del model
        return None

    def tabular(self, model: Model) -> bytes | None:
        """A checked model as CSV; None for a kind that has no such form."""
        del model
        return None

    def derive(self, model: Model) -> Model:
        """The checked model with what follows from it. Raises InvalidInput naming the field."""
        raise NotImplementedError


class MessageSchema(ModelSchema):
    """What every message has."""

    sender = fields.Nested(SenderSchema, required=True)
    customer = fields.Nested(CustomerSchema, required=True)
    as_of = fields.Date(required=True)
    deadline_days = fields.Integer(load_default=None, strict=True, allow_none=True,
                                   validate=validate.Range(min=1, max=365))  # fmt: skip
    rows = fields.List(fields.Nested(RowSchema), load_default=list, validate=validate.Length(max=5000))
    #: Open credits by currency, major units.
    credits = fields.Dict(Currency(), Amount(validate=validate.Range(min=0)), load_default=dict)
    services = fields.List(Line(), load_default=list)
    #: What else the message announces (engine.actions.remind).
    announce = fields.List(fields.String(validate=validate.OneOf(ANNOUNCEMENTS)), load_default=list)
    debtor_register = fields.Nested(DebtorRegisterSchema, load_default=None)
    case_reference = Line(load_default=None, longest=100)
    #: Origin, size and root of the archive checkpoint the message's intent is in.
    checkpoint = Line(load_default=None)

    def derive(self, model: Model) -> Model:
        """Adds deadline, totals, overdue, accounts, days past due per row."""
        return _derive(model)


class CustomerMessageSchema(MessageSchema):
    """A message to the debtor: it lists at least one open item."""

    rows = fields.List(fields.Nested(RowSchema), required=True, validate=validate.Length(min=1, max=5000))


class ServiceNoticeSchema(MessageSchema):
    """A notice to the debtor that services stop or run again. `number`: where it is issued under one."""

    number = Line(load_default=None, longest=256)
    #: The first day on which they do.
    effective = fields.Date(required=True)
    services = fields.List(Line(), required=True, validate=validate.Length(min=1, max=1000))
    reinstate_amount = Amount(load_default=None, allow_none=True)
    ledger_currency = Currency(load_default=None)


class StaffMessageSchema(MessageSchema):
    """An internal message: which rules decided it, and why in words."""

    rules = fields.List(Line(), required=True, validate=validate.Length(min=1))
    reasons = fields.List(Line(longest=1000), load_default=list)
    #: What reinstates a suspended customer, where that is known.
    reinstate_amount = Amount(load_default=None, allow_none=True)
    ledger_currency = Currency(load_default=None)


def rows_of(lines: Iterable[ItemLine]) -> list[dict[str, object]]:
    """Open items of a case as rows of a model, in the same order."""
    return [
        {
            "document": line.document,
            "issue_date": line.issue_date,
            "due_date": line.due_date,
            "currency": line.currency,
            "original": Money(line.currency, line.original_minor).amount,
            "open": Money(line.currency, line.open_minor).amount,
        }
        for line in lines
    ]


def credits_of(credits_minor: Mapping[str, int]) -> dict[str, object]:
    """Open credits of a case (minor units by currency) as a model has them."""
    return {currency: Money(currency, minor).amount for currency, minor in credits_minor.items()}


def load_model(schema: type[ModelSchema], data: Mapping[str, object]) -> Model:
    """Check a model and add what follows from it (`ModelSchema.derive`).

    Dates may be dates or ISO text, amounts Decimal or text. Raises InvalidInput naming the field.
    """
    checker = schema()
    try:
        model: Model = checker.load(_dates_as_text(data))
    except ValidationError as error:
        raise refused(*first_message(error.messages_dict)) from error
    return checker.derive(model)


def refused(field: str, problem: str) -> InvalidInput:
    """The error for a field of a model that will not do."""
    return InvalidInput(f"{field}: {problem}", field=field)


def _dates_as_text(value: Any) -> Any:
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: _dates_as_text(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_dates_as_text(part) for part in value]
    return value


def _derive(model: Model) -> Model:
    as_of, days = model["as_of"], model["deadline_days"]
    if "debtor_register" in model["announce"] and model["debtor_register"] is None:
        raise refused("debtor_register", "a warning names the register and its address (company.yaml, debtor_register)")
    model["deadline"] = as_of + dt.timedelta(days=days) if days else None
    for index, row in enumerate(model["rows"]):
        for name in ("original", "open"):
            row[name] = money_of(row["currency"], row[name], f"rows.{index}.{name}")
        row["days_past_due"] = (as_of - row["due_date"]).days
    model["totals"] = _totals(model["rows"])
    model["overdue"] = _totals(row for row in model["rows"] if row["days_past_due"] > 0)
    model["credits"] = [
        money_of(currency, amount, f"credits.{currency}")
        for currency, amount in sorted(model["credits"].items())
        if amount
    ]
    currencies = {total["currency"] for total in model["totals"]}
    model["accounts"] = [
        account
        for account in model["sender"]["accounts"]
        if account["currency"] is None or account["currency"] in currencies
    ]
    if model.get("reinstate_amount") is not None:
        if not model["ledger_currency"]:
            raise refused("ledger_currency", "the currency of reinstate_amount is missing")
        model["reinstate_amount"] = money_of(model["ledger_currency"], model["reinstate_amount"], "reinstate_amount")
    return model


def money_of(currency: str, amount: Decimal, field: str) -> dict[str, Any]:
    """An amount as models have it. Raises InvalidInput naming the field when the currency has fewer decimals."""
    exact = amount.quantize(Decimal(1).scaleb(-exponent(currency)))
    if amount != exact:
        raise refused(field, f"{amount} has more decimals than {currency} has")
    return {"currency": currency, "amount": exact}


def _totals(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Sum of what is open per currency, by currency code."""
    sums: dict[str, Any] = {}
    for row in rows:
        sums[row["currency"]] = sums.get(row["currency"], 0) + row["open"]["amount"]
    return [{"currency": currency, "amount": amount} for currency, amount in sorted(sums.items())]
