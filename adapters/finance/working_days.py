"""Working days by country, from the `holidays` package (PL: 24 December from 2025, the one-off 12 November 2018)."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from holidays import HolidayBase, country_holidays

from engine.errors import InvalidInput


@lru_cache(maxsize=64)
def _holidays(country: str) -> HolidayBase:
    try:
        return country_holidays(country)
    except NotImplementedError as error:
        raise InvalidInput(f"No public holidays are known for country '{country}'.", field="country") from error


def working_day(day: date, country: str) -> bool:
    """Neither Saturday, Sunday nor a public holiday of the country (ISO 3166-1 alpha-2).

    Raises InvalidInput for a country whose holidays are not known.
    """
    return day.weekday() < 5 and day not in _holidays(country)
