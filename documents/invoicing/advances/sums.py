"""Advances: what was paid of an order before its supply is invoiced by itself, and taken off in the end.

VAT act art. 106b par. 1 point 4 and art. 106f. The tax of an advance is contained in it (KP = ZB x SP / (100 + SP),
art. 106f par. 1 point 3); the final invoice lowers net values and tax by those of the advances and names them (par. 3).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from marshmallow import Schema, fields, validate

from documents.fields import Amount, Day, Line
from documents.identifiers import require_ksef_number
from documents.invoicing.amounts import Sums, apportioned, taxed, total
from documents.invoicing.lines import RateCode, money_of_sums
from documents.invoicing.vat_rates import RATES
from documents.model import Model, money_of, refused
from engine.money import Money

_MOST: Final = 100
#: Minor units by which the tax of an advance may differ from its rate: each of its payments was rounded.
_ROUNDED: Final = 10


class RateSumsSchema(Schema):
    """What an advance invoice states at one rate."""

    rate = RateCode(required=True)
    net = Amount(required=True, validate=validate.Range(min=0))
    vat = Amount(required=True, validate=validate.Range(min=0))


class AdvanceSchema(Schema):
    """An advance invoice; without `ksef_number` it was issued outside KSeF."""

    number = Line(required=True, longest=256)
    issue_date = Day(required=True)
    ksef_number = fields.String(load_default=None, validate=require_ksef_number)
    rates = fields.List(fields.Nested(RateSumsSchema), required=True, validate=validate.Length(min=1, max=len(RATES)))


def advances(**options: Any) -> fields.List[Any]:
    """The advance invoices of an order."""
    least = 1 if options.get("required") else 0
    return fields.List(fields.Nested(AdvanceSchema), validate=validate.Length(min=least, max=_MOST), **options)


def left_of(model: Model, whole: Mapping[str, Sums]) -> dict[str, Sums]:
    """What of the whole per rate the advances of the model leave; each gets its `net`, `vat` and `gross`, and the model
    all of them together as `advanced`.

    Raises InvalidInput naming the field for an advance that stands twice, is later than the invoice, or is more than
    the order.
    """
    left, seen, currency = dict(whole), set(), model["currency"]
    paid = Sums(0, 0)
    for index, advance in enumerate(model["advances"]):
        where = f"advances.{index}"
        if advance["number"] in seen:
            raise refused(f"{where}.number", f"{advance['number']} stands twice")
        seen.add(advance["number"])
        if advance["issue_date"] > model["issue_date"]:
            raise refused(f"{where}.issue_date", "lies after issue_date")
        sums = _sums(advance, where, currency, whole)
        advance.update(money_of_sums(total(sums.values()), currency))
        left |= {code: left[code] - part for code, part in sums.items()}
        paid += total(sums.values())
    model["advanced"] = money_of_sums(paid, currency) if model["advances"] else None
    for code, rest in left.items():
        if rest.gross < 0:
            over = Money(currency, -rest.gross)
            raise refused("advances", f"are {over} more than the order is worth at the rate '{code}'")
    return left


def _sums(advance: Model, where: str, currency: str, whole: Mapping[str, Sums]) -> dict[str, Sums]:
    found: dict[str, Sums] = {}
    for place, row in enumerate(advance["rates"]):
        field = f"{where}.rates.{place}"
        code = row["rate"]
        if code not in whole or code in found:
            problem = "stands twice" if code in found else "no line of the order is at it"
            raise refused(f"{field}.rate", f"'{code}': {problem}")
        for name in ("net", "vat"):
            row[name] = money_of(currency, row[name], f"{field}.{name}")
        sums = Sums(*(Money.of(row[name]["amount"], currency).minor for name in ("net", "vat")))
        row["gross"] = money_of_sums(sums, currency)["gross"]
        if abs(taxed(sums.gross, RATES[code], "gross").vat - sums.vat) > _ROUNDED:
            raise refused(
                f"{field}.vat", f"{row['vat']['amount']} is not the tax at '{code}' in {Money(currency, sums.gross)}"
            )
        found[code] = sums
    return found


def advance_sums(
    received: int, left: Mapping[str, Sums], by_rate: Mapping[str, Decimal] | None, currency: str
) -> dict[str, Sums]:
    """Net and tax of a payment of `received` minor units: at each rate as given, else in proportion to what is left.

    Raises InvalidInput naming the field for more than is left, and for parts that do not make up the payment.
    """
    open_ = {code: rest.gross for code, rest in left.items() if rest.gross > 0}
    if received > sum(open_.values()):
        rest = Money(currency, sum(open_.values()))
        raise refused("payment", f"{Money(currency, received)} is more than the {rest} that the order leaves to pay")
    parts = _in_proportion(received, open_) if by_rate is None else _as_given(received, open_, by_rate, currency)
    return {code: taxed(part, RATES[code], "gross") for code, part in parts.items() if part}


def _in_proportion(received: int, open_: Mapping[str, int]) -> Mapping[str, int]:
    whole = sum(open_.values())
    shares: Sequence[Fraction] = [Fraction(received * rest, whole) for rest in open_.values()]
    return dict(zip(open_, apportioned(shares, received), strict=True))


def _as_given(
    received: int, open_: Mapping[str, int], by_rate: Mapping[str, Decimal], currency: str
) -> Mapping[str, int]:
    parts: dict[str, int] = {}
    for code in RATES:
        if code in by_rate:
            amount = money_of(currency, by_rate[code], f"by_rate.{code}")["amount"]
            parts[code] = Money.of(amount, currency).minor
            if parts[code] > open_.get(code, 0):
                rest = Money(currency, open_.get(code, 0))
                raise refused(f"by_rate.{code}", f"is more than the {rest} that the order leaves at this rate")
    if sum(parts.values()) != received:
        raise refused(
            "by_rate", f"adds up to {Money(currency, sum(parts.values()))}, {Money(currency, received)} was paid"
        )
    return parts
