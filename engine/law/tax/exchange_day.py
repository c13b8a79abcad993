"""Which day's exchange rate counts for tax (VAT act art. 31a par. 1; CIT act art. 12; PIT act art. 11a)."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from engine.law.days_off import DaysOff
from engine.law.rounding import rounded
from engine.money import Money


def rate_day(tax_point: date, days_off: DaysOff) -> date:
    """The last working day before the tax point; its NBP table A counts."""
    return days_off.working_day_before(tax_point)


def in_zloty(amount: Money, mid: Fraction) -> Money:
    """An amount in a currency of two decimals at PLN per unit, rounded to the grosz."""
    return Money("PLN", rounded(amount.minor * mid))
