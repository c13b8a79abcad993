"""Lines of an invoice: as given, and with their amounts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from documents.fields import Amount, Flag, Number
from documents.fields import Line as LineOfText
from documents.invoicing.amounts import Line, Prices, Sums, VatMethod, line_value, taxed
from documents.invoicing.vat_rates import RATES, SYNONYMS
from documents.model import Model, money_of, refused
from engine.money import Money


class RateCode(fields.String):
    """The code of a rate, also written as a number or in another way."""

    def __init__(
        self,
        *,
        choices: Sequence[str] = tuple(RATES),
        error: str = "'{input}' is not a rate; there is {choices}.",
        **options: Any,
    ) -> None:
        super().__init__(validate=validate.OneOf(choices, error=error), **options)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
        code: str = super()._deserialize(text, attr, data, **kwargs)
        return SYNONYMS.get(code, code)


class InvoiceLineSchema(Schema):
    """A good or a service. `price`: of one unit, net or gross as the invoice says. A discount lowers the value of the
    line: `discount` by an amount, `discount_percent` by a part. `annex_15`: listed in annex 15 of the VAT act (split
    payment). `gtu`: the marker of JPK_V7."""

    description = LineOfText(required=True, longest=512)
    unit = LineOfText(load_default=None, longest=50)
    quantity = Number(places=6, required=True, validate=validate.Range(min=0))
    price = Number(places=8, required=True, validate=validate.Range(min=0))
    discount = Amount(load_default=None, validate=validate.Range(min=0))
    discount_percent = Number(places=4, load_default=None, validate=validate.Range(min=0, max=100))
    rate = RateCode(required=True)
    annex_15 = Flag(load_default=False)
    gtu = fields.String(load_default=None, validate=validate.Regexp(r"\AGTU_(0[1-9]|1[0-3])\Z"))
    index = LineOfText(load_default=None, longest=50)
    pkwiu = LineOfText(load_default=None, longest=50)
    cn = LineOfText(load_default=None, longest=50)

    @validates_schema
    def _one_discount(self, data: dict[str, Any], **_: object) -> None:
        if data["discount"] is not None and data["discount_percent"] is not None:
            raise ValidationError("Write discount or discount_percent, not both.", "discount_percent")


def priced(lines: Sequence[Model], where: str, currency: str, prices: Prices, method: VatMethod) -> list[Line]:
    """Give each line its amounts: `discount` and `value`, and with the method 'lines' `net`, `vat` and `gross`.

    Returns them in minor units. Raises InvalidInput naming the field for a discount above the value.
    """
    found = []
    for index, line in enumerate(lines):
        rate, full = RATES[line["rate"]], line["quantity"] * line["price"]
        discount = _discount(line, full, currency, f"{where}.{index}")
        value = line_value(line["quantity"], line["price"], discount["amount"], currency)
        if value < 0 and line["discount_percent"] is None:
            raise refused(f"{where}.{index}.discount", f"{discount['amount']} is more than the line's value")
        value = max(value, 0)  # 100 per cent of half a hundredth, rounded up, is no debt of the seller
        sums = taxed(value, rate, prices)
        line["discount"] = discount if discount["amount"] else None
        line["value"] = money(value, currency)
        line["vat"] = money(sums.vat, currency) if method == "lines" else None
        line["net"] = money(sums.net, currency) if method == "lines" else None
        line["gross"] = money(sums.gross, currency) if method == "lines" else None
        found.append(Line(rate, value))
    return found


def _discount(line: Model, full: Decimal, currency: str, where: str) -> dict[str, Any]:
    if line["discount_percent"] is not None:
        return money(Money.of(full * line["discount_percent"] / 100, currency).minor, currency)
    return money_of(currency, line["discount"] or Decimal(0), f"{where}.discount")


def net_price(line: Mapping[str, Any], prices: Prices, decimals: int) -> Decimal:
    """The price of one unit without tax: as it is, or a gross price taken apart to so many decimals."""
    price: Decimal = line["price"]
    percent = RATES[line["rate"]].percent
    if prices == "net" or not percent:
        return price
    with localcontext() as context:
        context.prec = 40
        return (price * 100 / (100 + percent)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def money_of_sums(sums: Sums, currency: str) -> dict[str, Any]:
    """`net`, `vat` and `gross` as models have money."""
    return {name: money(getattr(sums, name), currency) for name in ("net", "vat", "gross")}


def rows_of_sums(sums: Mapping[str, Sums], currency: str) -> list[dict[str, Any]]:
    """A row for each rate."""
    return [{"rate": code, **money_of_sums(found, currency)} for code, found in sums.items()]


def money(minor: int, currency: str) -> dict[str, Any]:
    """Minor units as models have money."""
    return {"currency": currency, "amount": Money(currency, minor).amount}
