"""Relief for bad debts: VAT act art. 89a and 89b; CIT act art. 18f, PIT act art. 26i."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from engine.errors import InvalidInput
from engine.law.dated import Parameter, Texts
from engine.law.periods import year_end, years_after
from engine.law.rounding import rounded
from engine.money import Money, money_json


@dataclass(frozen=True, slots=True)
class BadDebt:
    """What may be corrected when a claim stays unpaid to `day`, in the return of `period` (YYYY-MM)."""

    due: date
    day: date
    net: Money
    vat: Money
    basis: Texts

    @property
    def period(self) -> str:
        """The JPK period of the day."""
        return f"{self.day:%Y-%m}"

    def as_json(self) -> dict[str, object]:
        """As plain data."""
        return {
            "due": self.due.isoformat(),
            "day": self.day.isoformat(),
            "period": self.period,
            "open_net": money_json(self.net.minor, self.net.currency),
            "open_vat": money_json(self.vat.minor, self.vat.currency),
            "basis": dict(self.basis),
        }


def bad_debt_day(due: date, days: Parameter[int]) -> date:
    """Day 90 after the due date as written: the shift of art. 115 is not applied to it."""
    return due + timedelta(days=days.on(due).value)


def bad_debt(net: Money, vat: Money, paid: Money, due: date, days: Parameter[int]) -> BadDebt:
    """What is open of an invoice, its net value and its tax in proportion to the gross; the parts add up to the open
    gross. Raises InvalidInput for tax in another currency, and for a payment below nothing or above the gross."""
    if vat.currency != net.currency:
        raise InvalidInput(f"The net value is in {net.currency}, and {vat} is not.", field="vat")
    gross = (net + vat).minor
    if not 0 <= paid.minor <= gross or paid.currency != net.currency or not gross:
        raise InvalidInput(f"{paid} is not a part of {Money(net.currency, gross)}.", field="paid")
    left = gross - paid.minor
    open_vat = rounded(Fraction(vat.minor * left, gross))
    parts = Money(net.currency, left - open_vat), Money(vat.currency, open_vat)
    return BadDebt(due, bad_debt_day(due, days), *parts, days.basis)


def relief_last_day(issued: date, years: Parameter[int]) -> date:
    """The end of the window for a relief: so many years from the end of the year in which the invoice was issued, by
    the law of the day of issue."""
    return years_after(year_end(issued), years.on(issued).value)
