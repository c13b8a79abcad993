"""Messages about open items: to the customer, and to staff."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any, Final

from marshmallow import Schema, fields, validate

from documents.fields import Amount, Currency, Day, Line, Whole
from documents.model import Model, ModelSchema, money_of, refused
from documents.parts import CustomerSchema, DebtorRegisterSchema, SenderSchema
from engine.actions import REMIND
from engine.facts.case import ItemLine
from engine.money import Money

ANNOUNCEMENTS: Final = REMIND.parameters["announce"].choices


class RowSchema(Schema):
    """An open item, amounts in major units of its currency."""

    document = Line(required=True, longest=100)
    issue_date = Day(required=True)
    due_date = Day(required=True)
    currency = Currency(required=True)
    original = Amount(required=True, validate=validate.Range(min=0, min_inclusive=False))
    open = Amount(required=True, validate=validate.Range(min=0, min_inclusive=False))


class MessageSchema(ModelSchema):
    """What every message has."""

    sender = fields.Nested(SenderSchema, required=True)
    customer = fields.Nested(CustomerSchema, required=True)
    as_of = Day(required=True)
    deadline_days = Whole(load_default=None, allow_none=True, validate=validate.Range(min=1, max=365))
    rows = fields.List(fields.Nested(RowSchema), load_default=list, validate=validate.Length(max=5000))
    #: Open credits by currency, major units.
    credits = fields.Dict(Currency(), Amount(validate=validate.Range(min=0)), load_default=dict)
    services = fields.List(Line(), load_default=list)
    #: What else the message announces (engine.actions.remind).
    announce = fields.List(fields.String(validate=validate.OneOf(ANNOUNCEMENTS)), load_default=list)
    debtor_register = fields.Nested(DebtorRegisterSchema, load_default=None)
    #: Numbers of the invoices whose PDFs go with the message, and of those whose PDFs do not.
    enclosed = fields.List(Line(longest=100), load_default=list)
    not_enclosed = fields.List(Line(longest=100), load_default=list)
    case_reference = Line(load_default=None, longest=100)
    #: Origin, size and root of the archive checkpoint the message's intent is in.
    checkpoint = Line(load_default=None)

    def derive(self, model: Model) -> Model:
        """Adds deadline, totals, overdue, accounts, days past due per row."""
        return _derive(model)


class CustomerMessageSchema(MessageSchema):
    """A message to the customer: it lists at least one open item."""

    rows = fields.List(fields.Nested(RowSchema), required=True, validate=validate.Length(min=1, max=5000))


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


def _totals(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Sum of what is open per currency, by currency code."""
    sums: dict[str, Any] = {}
    for row in rows:
        sums[row["currency"]] = sums.get(row["currency"], 0) + row["open"]["amount"]
    return [{"currency": currency, "amount": amount} for currency, amount in sorted(sums.items())]
