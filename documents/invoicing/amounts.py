"""Amounts of lines and sums per rate, in integer minor units.

Four methods, each allowed by the VAT act: prices may be net (art. 106e par. 1) or gross (par. 7 and 8), and the tax of
a rate may be counted from the sum of the lines or summed over the lines (par. 10). Halves are rounded away from zero.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from documents.invoicing.vat_rates import RATES, VatRate
from engine.law.rounding import rounded
from engine.money import Money

Prices = Literal["net", "gross"]
VatMethod = Literal["sum", "lines"]


@dataclass(frozen=True, slots=True)
class Sums:
    """Net, tax and gross in minor units; gross is always net + tax."""

    net: int
    vat: int

    @property
    def gross(self) -> int:
        """What is to be paid."""
        return self.net + self.vat

    def __sub__(self, other: Sums) -> Sums:
        return Sums(self.net - other.net, self.vat - other.vat)

    def __add__(self, other: Sums) -> Sums:
        return Sums(self.net + other.net, self.vat + other.vat)


@dataclass(frozen=True, slots=True)
class Line:
    """`value`: quantity times unit price less discount, net or gross as prices are, in minor units."""

    rate: VatRate
    value: int


def line_value(quantity: Decimal, price: Decimal, discount: Decimal, currency: str) -> int:
    """Minor units of a line, rounded once."""
    return Money.of(quantity * price - discount, currency).minor


def taxed(value: int, rate: VatRate, prices: Prices) -> Sums:
    """A value with its tax: on top of it, or contained in it (KP = WB x SP / (100 + SP), art. 106e par. 7)."""
    if prices == "net":
        return Sums(value, rounded(Fraction(value * rate.percent, 100)))
    vat = rounded(Fraction(value * rate.percent, 100 + rate.percent))
    return Sums(value - vat, vat)


def sums_by_rate(lines: Sequence[Line], prices: Prices, method: VatMethod) -> dict[str, Sums]:
    """Sums per rate code, in the order of RATES."""
    sums: dict[str, Sums] = {}
    for code in RATES:
        values = [line.value for line in lines if line.rate.code == code]
        if not values:
            continue
        if method == "sum":
            sums[code] = taxed(sum(values), RATES[code], prices)
        else:
            sums[code] = total(taxed(value, RATES[code], prices) for value in values)
    return sums


def apportioned(parts: Sequence[Fraction], whole: int) -> Sequence[int]:
    """Integers near the parts that add up to the whole: rounded down, then one more where most was cut off. Parts that
    are nothing stay nothing."""
    found = [part.__floor__() for part in parts]
    order = sorted((place for place, part in enumerate(parts) if part), key=lambda place: found[place] - parts[place])
    left = whole - sum(found)
    for step in range(abs(left) if order else 0):
        place = order[step % len(order)] if left > 0 else order[-1 - step % len(order)]
        found[place] += 1 if left > 0 else -1
    return found


def total(sums: Iterable[Sums]) -> Sums:
    """All of them together."""
    return sum(sums, Sums(0, 0))


def differences(before: dict[str, Sums], after: dict[str, Sums]) -> dict[str, Sums]:
    """What a correction changes per rate, in the order of RATES."""
    nothing = Sums(0, 0)
    return {
        code: after.get(code, nothing) - before.get(code, nothing) for code in RATES if code in before or code in after
    }


def in_pln(minor: int, currency: str, rate: Decimal) -> int:
    """Grosze of an amount in another currency at PLN per unit (VAT act art. 31a, art. 106e par. 11)."""
    return Money.of(Money(currency, minor).amount * rate, "PLN").minor
