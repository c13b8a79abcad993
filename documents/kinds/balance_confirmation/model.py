"""The balance confirmation (accounting act art. 26 par. 1 point 2): what the books say, for the debtor to answer."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from marshmallow import Schema, fields, validate

from documents.fields import Amount, Currency, Day, Line, Whole
from documents.messages import MessageSchema, RowSchema
from documents.model import Model, money_of, refused
from documents.parts import BasisSchema


class CreditRowSchema(Schema):
    """A credit note or payment of the customer that settles nothing yet."""

    document = Line(required=True, longest=100)
    issue_date = Day(required=True)
    currency = Currency(required=True)
    open = Amount(required=True, validate=validate.Range(min=0, min_inclusive=False))


class BalanceSchema(Schema):
    """One currency: open items, open credits, and what remains; negative when it is in the customer's favour."""

    currency = Currency(required=True)
    debit = Amount(required=True, validate=validate.Range(min=0))
    credit = Amount(required=True, validate=validate.Range(min=0))
    balance = Amount(required=True)


class BalanceConfirmationSchema(MessageSchema):
    """Balances as of `balance_date`, which is not after the day of the letter; `reply_days`: days to answer in."""

    class Meta:
        """Credits are rows here; nothing is to be paid by a deadline."""

        exclude = ("credits", "services", "deadline_days")

    number = Line(required=True, longest=256)
    basis = fields.Nested(BasisSchema, required=True)
    balance_date = Day(required=True)
    reply_days = Whole(load_default=14, validate=validate.Range(min=1, max=60))
    rows = fields.List(fields.Nested(RowSchema), load_default=list, validate=validate.Length(max=5000))
    credit_rows = fields.List(fields.Nested(CreditRowSchema), load_default=list, validate=validate.Length(max=5000))
    balances = fields.List(fields.Nested(BalanceSchema), required=True, validate=validate.Length(min=1, max=50))

    def derive(self, model: Model) -> Model:
        """Checks that rows add up to the balances. Raises InvalidInput naming the field."""
        if model["balance_date"] > model["as_of"]:
            raise refused("balance_date", "lies after the day of the letter")
        for name, amounts in (("rows", ("original", "open")), ("credit_rows", ("open",))):
            for index, row in enumerate(model[name]):
                for amount in amounts:
                    row[amount] = money_of(row["currency"], row[amount], f"{name}.{index}.{amount}")
        for row in model["rows"]:
            row["days_past_due"] = (model["balance_date"] - row["due_date"]).days
        _balances(model)
        return model


def _balances(model: Model) -> None:
    present = {row["currency"] for row in (*model["rows"], *model["credit_rows"])}
    stated = [balance["currency"] for balance in model["balances"]]
    if len(set(stated)) != len(stated) or set(stated) != present:
        raise refused("balances", f"name each currency of the rows once: {', '.join(sorted(present)) or 'none'}")
    for index, balance in enumerate(model["balances"]):
        currency = balance["currency"]
        debit, credit = (_open(model[name], currency) for name in ("rows", "credit_rows"))
        for name, found in (("debit", debit), ("credit", credit), ("balance", debit - credit)):
            balance[name] = money_of(currency, balance[name], f"balances.{index}.{name}")
            if balance[name]["amount"] != found:
                raise refused(f"balances.{index}.{name}", f"the rows add up to {found}")


def _open(rows: list[dict[str, Any]], currency: str) -> Decimal:
    def amounts() -> Iterator[Decimal]:
        return (row["open"]["amount"] for row in rows if row["currency"] == currency)

    return sum(amounts(), Decimal(0))


MODEL = BalanceConfirmationSchema
