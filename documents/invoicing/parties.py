"""Seller and buyer of an invoice."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from documents.fields import Address, Flag, Line, Nip
from documents.identifiers import eu_vat, nip, vat_body, vat_prefix
from documents.parts import SenderSchema


def country(**options: Any) -> fields.String:
    """A country as ISO 3166-1 alpha-2, or XI for Northern Ireland."""
    return fields.String(validate=validate.Regexp(r"\A[A-Z]{2}\Z", error="Write an ISO 3166 code."), **options)


class SellerSchema(SenderSchema):
    """Who issues: a Polish taxpayer."""

    tax_id = Nip(required=True)


class BuyerSchema(Schema):
    """`kind`: business, or consumer (a person without a tax number). `tax_id`: NIP of a Polish business, VAT number of
    a business in the EU, any tax number elsewhere; its country's prefix may stand before it."""

    key = Line(load_default=None)
    name = Line(required=True, longest=512)
    address = Address(load_default=list, validate=validate.Length(max=6))
    country = country(load_default="PL")
    kind = fields.String(load_default="business", validate=validate.OneOf(("business", "consumer")))
    tax_id = Line(load_default=None, longest=50)

    @validates_schema
    def _named(self, data: dict[str, Any], **_: object) -> None:
        if data["kind"] == "consumer" and data["tax_id"] is not None:
            raise ValidationError("A consumer has no tax number; write kind: business.", "tax_id")
        if data["kind"] == "business":
            if data["tax_id"] is None:
                raise ValidationError("A business has a tax number; write kind: consumer for a person.", "tax_id")
            if not data["address"]:
                raise ValidationError("The address of a business is missing.", "address")
            try:
                data["tax_id"] = tax_number(data["tax_id"], data["country"])
            except ValidationError as error:
                raise ValidationError(error.messages, "tax_id") from None


class FlaggedBuyerSchema(BuyerSchema):
    """The buyer of an invoice. `jst`: it is for a subordinate unit of the buyer, a local government; `gv`: for a member
    of the buyer, a VAT group. They follow from the third parties where they are not given."""

    jst = Flag(load_default=None)
    gv = Flag(load_default=None)


def tax_number(text: str, country_code: str) -> str:
    """A tax number as it is printed and kept: ten digits in Poland, with the EU prefix elsewhere in the EU, as given in
    the rest of the world. Raises ValidationError."""
    if country_code == "PL":
        return nip(text)
    prefix = vat_prefix(country_code)
    return prefix + eu_vat(text, country_code) if prefix else vat_body(text, "")
