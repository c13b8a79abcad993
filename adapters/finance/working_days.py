"""Working days by country: by the dated law where it has days off, else by the package `holidays`.

The law ships the days off of Poland alone, and of the years it was verified for; customers abroad and books of other
years need a calendar as well. On every day that both know they agree (tests/engine/law/test_terms.py).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from holidays import HolidayBase, country_holidays

from engine.errors import InvalidInput
from engine.law.law import Law


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """Tells working days of a country (ISO 3166-1 alpha-2). `laws`: the law of a jurisdiction, None where unknown."""

    laws: Callable[[str], Law | None]

    def __call__(self, day: date, country: str) -> bool:
        """Neither Saturday, Sunday nor a day off. Raises InvalidInput for a country whose days off are not known."""
        law = self.laws(country.lower())
        if law is not None and law.calendar is not None and law.calendar.covers(day):
            return law.calendar.working(day)
        return day.weekday() < 5 and day not in public_holidays(country)


@lru_cache(maxsize=64)
def public_holidays(country: str) -> HolidayBase:
    """The holidays of a country by the package. Raises InvalidInput for a country it does not have."""
    try:
        return country_holidays(country)
    except NotImplementedError as error:
        raise InvalidInput(f"No public holidays are known for country '{country}'.", field="country") from error
