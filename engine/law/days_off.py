"""Days off by statute, and terms that end on one (k.c. art. 115; the act of 18 January 1951 on days off)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from engine.errors import ParameterMissing, ParameterNotVerified
from engine.law.dated import DAY, Texts

_SATURDAY = 5
_SUNDAY = 6


@dataclass(frozen=True, slots=True)
class DaysOff:
    """Statutory days off of a country from `first` to `verified_to`; Sundays are days off without being listed.

    `days`: day -> its name. `saturdays_from`: since when a term that ends on a Saturday moves as from a day off.
    """

    name: str
    basis: Texts
    first: date
    verified_to: date
    saturdays_from: date
    days: Mapping[date, str]

    def covers(self, day: date) -> bool:
        """Whether the days off of a day are known."""
        return self.first <= day <= self.verified_to

    def off(self, day: date) -> bool:
        """Whether a day is a Sunday or another statutory day off. Raises ParameterMissing, ParameterNotVerified."""
        if day < self.first:
            raise ParameterMissing(self.name, day)
        if day > self.verified_to:
            raise ParameterNotVerified(self.name, day, self.verified_to)
        return day.weekday() == _SUNDAY or day in self.days

    def working(self, day: date) -> bool:
        """Whether a day is Monday to Friday and no day off."""
        return not self.off(day) and day.weekday() != _SATURDAY

    def moved(self, day: date) -> date:
        """The day itself, or the next that is neither a day off nor a Saturday (art. 115). Moving twice changes
        nothing."""
        while self.off(day) or (day.weekday() == _SATURDAY and day >= self.saturdays_from):
            day += DAY
        return day

    def working_day_before(self, day: date) -> date:
        """The last working day before a day."""
        day -= DAY
        while not self.working(day):
            day -= DAY
        return day

    def working_days_after(self, day: date, count: int) -> date:
        """The `count`-th working day after a day; the day itself for 0."""
        while count:
            day += DAY
            count -= self.working(day)
        return day
