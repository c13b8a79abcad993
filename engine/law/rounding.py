"""Exact fractions of minor units become whole ones at one place."""

from __future__ import annotations

from fractions import Fraction


def rounded(amount: Fraction) -> int:
    """The nearest whole number; halves go away from zero."""
    size = abs(amount)
    whole = (2 * size.numerator + size.denominator) // (2 * size.denominator)
    return whole if amount >= 0 else -whole
