"""Periods in months and years end on the day that is named as the one they began on (k.c. art. 112)."""

from __future__ import annotations

from calendar import monthrange
from datetime import date


def months_after(day: date, months: int) -> date:
    """The same day of a later month, or its last day when it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def years_after(day: date, years: int) -> date:
    """The same day of a later year; 28 February for 29 February where the year has none."""
    return months_after(day, 12 * years)


def year_end(day: date) -> date:
    """31 December of the day's year."""
    return date(day.year, 12, 31)
