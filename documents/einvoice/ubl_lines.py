"""Lines of an invoice or a correction in UBL, at net prices whatever the invoice counts in.

EN 16931 knows net prices alone, and wants the lines of a rate to add up to its taxable amount (BR-CO-10, BR-*-08).
Gross values are taken apart line by line and the cents that rounding leaves go to the lines it cut the most.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Final

from documents.einvoice.ubl_codes import CATEGORIES, ONE, Category, unit_code
from documents.einvoice.ubl_tree import amount
from documents.einvoice.xml_tree import Node, exact
from documents.invoicing.amounts import Prices, apportioned
from documents.invoicing.lines import net_price
from documents.invoicing.vat_rates import RATES
from documents.model import Facts
from engine.law.rounding import rounded
from engine.money import Money

VAT: Final[Node] = ("TaxScheme", [("ID", "VAT")])
#: UNCL5189: discount.
_DISCOUNT: Final = "95"
#: A net price has so many decimals more than its quantity has digits: the product is right to a thousandth.
_DECIMALS: Final = 4
#: One of something that is neither counted nor classified.
_PLAIN: Final = MappingProxyType(
    {"quantity": Decimal(1), **dict.fromkeys(("unit", "discount", "index", "pkwiu", "cn", "gtu"))}
)


@dataclass(frozen=True, slots=True)
class _Entry:
    """A line with the sign it counts with; `prices`: whether its price is net or gross."""

    line: Facts
    sign: int
    prices: Prices


def lines(model: Facts, name: str, sign: int) -> Iterable[Node]:
    """InvoiceLine or CreditNoteLine, as `name` says; `sign`: -1 for a credit note, which states what is taken back."""
    entries = list(_entries(model, sign))
    values = _net_values(model, entries, sign)
    for number, (entry, value) in enumerate(zip(entries, values, strict=True), start=1):
        line, currency = entry.line, model["currency"]
        code = unit_code(line["unit"])
        yield (
            f"{name}Line",
            [
                ("ID", str(number)),
                (
                    f"{'Credited' if name == 'CreditNote' else 'Invoiced'}Quantity",
                    exact(entry.sign * line["quantity"]),
                    {"unitCode": code or ONE},
                ),
                amount("LineExtensionAmount", Money(currency, value).amount, currency),
                ("AllowanceCharge", _allowance(model, entry)),
                (
                    "Item",
                    [
                        ("Name", line["description"]),
                        ("SellersItemIdentification", [("ID", line["index"])]),
                        ("ClassifiedTaxCategory", [*said_of(CATEGORIES[line["rate"]]), VAT]),
                        *_properties(line, listed=code is not None),
                    ],
                ),
                (
                    "Price",
                    [
                        (
                            "PriceAmount",
                            exact(net_price(line, entry.prices, _decimals(line["quantity"]))),
                            {"currencyID": currency},
                        )
                    ],
                ),
            ],
        )


def lined_rates(model: Facts) -> set[str]:
    """The rates of the lines that UBL states."""
    return {entry.line["rate"] for entry in _entries(model, 1)}


def said_of(category: Category) -> Sequence[Node]:
    """The code of a category, and its percent where it has a rate."""
    return [("ID", category.code), ("Percent", None if category.percent is None else str(category.percent))]


def _entries(model: Facts, sign: int) -> Iterator[_Entry]:
    """Lines as they count: of an advance invoice what was paid per rate, of a final one its lines and the advances
    against them, of a correction lines after and before it."""
    if model["type"] == "ZAL":
        yield from (
            _Entry(_advance(row, model["order"] and model["order"]["number"]), 1, "net") for row in model["rates"]
        )
        return
    for line in model.get("lines", ()):
        yield _Entry(line, 1, model["prices"])
    for advance in model.get("advances", ()):
        yield from (_Entry(_advance(row, advance["number"]), -1, "net") for row in advance["rates"])
    for change in model.get("changes", ()):
        for state, own in (("before", -sign), ("after", sign)):
            if change[state] is not None and change[state]["quantity"]:
                yield _Entry(change[state], own, model["prices"])


def _advance(row: Facts, number: str | None) -> Facts:
    """What is paid in advance at one rate, as a line."""
    named = {"description": f"Zaliczka {number}" if number else "Zaliczka", "rate": row["rate"], "value": row["net"]}
    return {**_PLAIN, **named, "price": row["net"]["amount"]}


def _net_values(model: Facts, entries: Sequence[_Entry], sign: int) -> Sequence[int]:
    """Signed net values in minor units; those of a rate add up to its taxable amount."""
    values = [entry.sign * _minor(entry.line["value"]) for entry in entries]
    for row in model["whole"]["rates"] if model["type"] == "ROZ" else model["rates"]:
        percent, whole = RATES[row["rate"]].percent, sign * _minor(row["net"])
        places = [
            place
            for place, entry in enumerate(entries)
            if entry.prices == "gross" and entry.line["rate"] == row["rate"]
        ]
        parts = [Fraction(values[place] * 100, 100 + percent) for place in places]
        for place, value in zip(places, apportioned(parts, whole), strict=True):
            values[place] = value
    return values


def _minor(money: Facts) -> int:
    return Money.of(money["amount"], money["currency"]).minor


def _decimals(quantity: Decimal) -> int:
    return max(_DECIMALS + quantity.adjusted() + 1, _DECIMALS)


def _allowance(model: Facts, entry: _Entry) -> Sequence[Node]:
    """The discount of a line without tax."""
    if not entry.line["discount"]:
        return []
    minor, currency = _minor(entry.line["discount"]), model["currency"]
    if entry.prices == "gross":
        minor = rounded(Fraction(minor * 100, 100 + RATES[entry.line["rate"]].percent))
    return [
        ("ChargeIndicator", "false"),
        ("AllowanceChargeReasonCode", _DISCOUNT),
        amount("Amount", Money(currency, entry.sign * minor).amount, currency),
    ]


def _properties(line: Facts, *, listed: bool) -> Iterable[Node]:
    """Polish classifications, and a unit that has no code."""
    named = [("PKWiU", line["pkwiu"]), ("CN", line["cn"]), ("GTU", line["gtu"])]
    for name, value in [*named, ("j.m.", None if listed else line["unit"])]:
        if value:
            yield ("AdditionalItemProperty", [("Name", name), ("Value", value)])
