"""The account statement: what moved a customer's balance in a period, each currency for itself."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from marshmallow import Schema, fields, validate

from documents.fields import Amount, Currency, Day, Line
from documents.filling.movements import MOVEMENT_KINDS
from documents.messages import MessageSchema
from documents.model import Model, money_of, refused


class MovementSchema(Schema):
    """One movement: `debit` raises what the customer owes, `credit` lowers it; exactly one of them is not zero."""

    day = Day(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(MOVEMENT_KINDS))
    document = Line(required=True, longest=100)
    debit = Amount(load_default=Decimal(0), validate=validate.Range(min=0))
    credit = Amount(load_default=Decimal(0), validate=validate.Range(min=0))


class StatedAccountSchema(Schema):
    """One currency. Balances are what the customer owes, negative when they are in its favour; `overdue`: open items
    past their due date on the last day, credits not taken off."""

    currency = Currency(required=True)
    opening = Amount(required=True)
    movements = fields.List(fields.Nested(MovementSchema), load_default=list, validate=validate.Length(max=5000))
    closing = Amount(required=True)
    overdue = Amount(required=True, validate=validate.Range(min=0))


class AccountStatementSchema(MessageSchema):
    """Movements from `first` to `last`, both included; opening and movements make the closing balance."""

    class Meta:
        """Movements stand in the place of open items; nothing is asked for."""

        exclude = ("rows", "credits", "services", "deadline_days", "announce", "debtor_register")

    number = Line(required=True, longest=256)
    first = Day(required=True)
    last = Day(required=True)
    currencies = fields.List(fields.Nested(StatedAccountSchema), required=True, validate=validate.Length(min=1, max=50))

    def derive(self, model: Model) -> Model:
        """Adds the balance after every movement and the turnovers. Raises InvalidInput naming the field."""
        if not model["first"] <= model["last"] <= model["as_of"]:
            raise refused("last", "a period ends on its first day or later, and not after the day of the statement")
        stated = [account["currency"] for account in model["currencies"]]
        if len(set(stated)) != len(stated):
            raise refused("currencies", "name each currency once")
        for index, account in enumerate(model["currencies"]):
            _account(model, account, f"currencies.{index}")
        return model


def _account(model: Model, account: dict[str, Any], path: str) -> None:
    currency = account["currency"]
    for name in ("opening", "closing", "overdue"):
        account[name] = money_of(currency, account[name], f"{path}.{name}")
    balance, before = account["opening"]["amount"], model["first"]
    for place, movement in enumerate(account["movements"]):
        where = f"{path}.movements.{place}"
        if not before <= movement["day"] <= model["last"]:
            raise refused(f"{where}.day", "movements are of the period, by day")
        before = movement["day"]
        if (movement["debit"] == 0) == (movement["credit"] == 0):
            raise refused(f"{where}.debit", "a movement is a debit or a credit")
        balance += movement["debit"] - movement["credit"]
        for name in ("debit", "credit"):
            movement[name] = money_of(currency, movement[name], f"{where}.{name}")
        movement["balance"] = money_of(currency, balance, where)
    if balance != account["closing"]["amount"]:
        raise refused(f"{path}.closing", f"opening and movements make {balance}")
    for name in ("debit", "credit"):
        turnover = sum((movement[name]["amount"] for movement in account["movements"]), Decimal(0))
        account[name] = money_of(currency, turnover, f"{path}.{name}")


MODEL = AccountStatementSchema
