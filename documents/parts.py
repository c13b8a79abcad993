"""Parts that models of several kinds have: sender, recipient, where to pay, by which law."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, post_load, validate

from documents.fields import Address, Currency, Iban, Line


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
    """The customer, who owes."""

    key = Line(load_default=None)
    name = Line(required=True)
    address = Address(load_default=list, validate=validate.Length(max=6))
    tax_id = Line(load_default=None, longest=30)


class DebtorRegisterSchema(Schema):
    """The debtor register that a warning must name with its address (act of 9 April 2010 on the disclosure of economic
    information, art. 14 par. 1 point 3 and art. 15 par. 1 point 3)."""

    name = Line(required=True)
    address = Line(required=True)


class BasisSchema(Schema):
    """Act and article, by language; a law without a German name is cited there in its own language, Polish."""

    pl = Line(required=True, longest=500)
    en = Line(required=True, longest=500)
    de = Line(longest=500)

    @post_load
    def cited(self, basis: dict[str, str], **_options: Any) -> dict[str, str]:
        """With a citation in every language."""
        return {"de": f"{basis['pl']}, polnisches Recht", **basis}
