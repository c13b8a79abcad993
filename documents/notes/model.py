"""An accounting note: a charge outside VAT in one currency, to be paid by a day into a named account."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal

from marshmallow import fields, validate

from documents.fields import Amount, Currency, Line, Whole
from documents.messages import MessageSchema
from documents.model import Charge, Facts, Model, money_of, refused
from documents.parts import BasisSchema
from documents.text.words import in_words
from engine.money import Money


class NoteSchema(MessageSchema):
    """What every note has. `total`: the charge."""

    class Meta:
        """A note has rows of its own kind, and no credits or services."""

        exclude = ("credits", "services")

    number = Line(required=True, longest=256)
    currency = Currency(required=True)
    deadline_days = Whole(required=True, validate=validate.Range(min=1, max=365))
    basis = fields.Nested(BasisSchema, required=True)
    total = Amount(required=True, validate=validate.Range(min=0, min_inclusive=False))

    def charge(self, facts: Facts) -> Charge | None:
        """The total: a note has no tax."""
        total = facts["total"]["amount"]
        return Charge(facts["currency"], total, Decimal(0), total, total, facts["deadline"])

    def derive(self, model: Model) -> Model:
        """Adds deadline and accounts; every amount with its currency. Raises InvalidInput naming the field."""
        model["deadline"] = model["as_of"] + timedelta(days=model["deadline_days"])
        model["total"] = money_of(model["currency"], model["total"], "total")
        model["accounts"] = [
            account for account in model["sender"]["accounts"] if account["currency"] in {None, model["currency"]}
        ]
        if not model["accounts"]:
            raise refused("sender.accounts", f"none takes {model['currency']}")
        return model


def must_be(stated: Facts, amounts: Iterable[Decimal], field: str, what: str) -> None:
    """Raises InvalidInput naming the field where it is not the sum of amounts, which are `what`."""
    found = sum(amounts, Decimal(0))
    if stated["amount"] != found:
        raise refused(field, f"{stated['amount']} is not the sum of {what}, {found}")


def total_in_words(facts: Facts, language: str) -> str:
    """The total of a note in words."""
    return in_words(Money.of(facts["total"]["amount"], facts["currency"]), language)
