"""Lines of an invoice or a correction in UBL, at net prices whatever the invoice counts in.

EN 16931 knows net prices alone, and wants the lines of a rate to add up to its taxable amount (BR-CO-10, BR-*-08).
Gross values are taken apart line by line and the cents that rounding leaves go to the lines it cut the most.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from typing import Final

from documents.einvoice.ubl_codes import CATEGORIES, ONE, Category, unit_code
from documents.einvoice.ubl_tree import amount
from documents.einvoice.xml_tree import Node, exact
from documents.invoicing.vat_rates import RATES
from documents.model import Facts
from engine.law.rounding import rounded
from engine.money import Money

VAT: Final[Node] = ("TaxScheme", [("ID", "VAT")])
#: UNCL5189: discount.
_DISCOUNT: Final = "95"
#: A net price has so many decimals more than its quantity has digits: the product is right to a thousandth.
_DECIMALS: Final = 4


@dataclass(frozen=True, slots=True)
class _Entry:
    """A line with the sign it counts with."""

    line: Facts
    sign: int


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
                ("Price", [("PriceAmount", exact(_net_price(model, line)), {"currencyID": currency})]),
            ],
        )


def lined_rates(model: Facts) -> set[str]:
    """The rates of the lines that UBL states."""
    return {entry.line["rate"] for entry in _entries(model, 1)}


def said_of(category: Category) -> Sequence[Node]:
    """The code of a category, and its percent where it has a rate."""
    return [("ID", category.code), ("Percent", None if category.percent is None else str(category.percent))]


def _entries(model: Facts, sign: int) -> Iterator[_Entry]:
    for line in model.get("lines", ()):
        yield _Entry(line, 1)
    for change in model.get("changes", ()):
        for state, own in (("before", -sign), ("after", sign)):
            if change[state] is not None and change[state]["quantity"]:
                yield _Entry(change[state], own)


def _net_values(model: Facts, entries: Sequence[_Entry], sign: int) -> Sequence[int]:
    """Signed net values in minor units; those of a rate add up to its taxable amount."""
    currency = model["currency"]
    if model["prices"] == "net":
        return [entry.sign * _minor(entry.line["value"]) for entry in entries]
    values = [0] * len(entries)
    for row in model["rates"]:
        percent = RATES[row["rate"]].percent
        places = [place for place, entry in enumerate(entries) if entry.line["rate"] == row["rate"]]
        parts = [
            entries[place].sign * Fraction(_minor(entries[place].line["value"]) * 100, 100 + percent)
            for place in places
        ]
        whole = sign * Money.of(row["net"]["amount"], currency).minor
        for place, value in zip(places, _apportioned(parts, whole), strict=True):
            values[place] = value
    return values


def _apportioned(parts: Sequence[Fraction], whole: int) -> Sequence[int]:
    """Integers near the parts that add up to the whole: rounded down, then one more where most was cut off. Parts that
    are nothing stay nothing."""
    found = [part.__floor__() for part in parts]
    order = sorted((place for place, part in enumerate(parts) if part), key=lambda place: found[place] - parts[place])
    left = whole - sum(found)
    for step in range(abs(left) if order else 0):
        place = order[step % len(order)] if left > 0 else order[-1 - step % len(order)]
        found[place] += 1 if left > 0 else -1
    return found


def _minor(money: Facts) -> int:
    return Money.of(money["amount"], money["currency"]).minor


def _net_price(model: Facts, line: Facts) -> Decimal:
    """The price of one unit without tax, with as many decimals as its quantity needs."""
    price: Decimal = line["price"]
    percent = RATES[line["rate"]].percent
    if model["prices"] == "net" or not percent:
        return price
    decimals = max(_DECIMALS + line["quantity"].adjusted() + 1, _DECIMALS)
    with localcontext() as context:
        context.prec = 40
        return (price * 100 / (100 + percent)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def _allowance(model: Facts, entry: _Entry) -> Sequence[Node]:
    """The discount of a line without tax."""
    if not entry.line["discount"]:
        return []
    minor, currency = _minor(entry.line["discount"]), model["currency"]
    if model["prices"] == "gross":
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
