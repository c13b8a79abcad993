"""What a day is by the calendar, as facts: weekday, day of the month, month, and whether the company writes on it."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from engine.facts.catalogue import MONTHS, WEEKDAYS
from engine.ruleset.condition import FactValue

#: A day of any year: (month, day).
YearDay = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Blackout:
    """The days on which a company does not dun: `periods` (first, last), `yearly` ones that come again, over the end of
    the year where the last lies before the first, and `weekdays` (0: Monday)."""

    periods: tuple[tuple[date, date], ...] = ()
    yearly: tuple[tuple[YearDay, YearDay], ...] = ()
    weekdays: tuple[int, ...] = ()

    def __contains__(self, day: date) -> bool:
        here = (day.month, day.day)
        return (
            day.weekday() in self.weekdays
            or any(first <= day <= last for first, last in self.periods)
            or any(
                first <= here <= last if first <= last else here >= first or here <= last for first, last in self.yearly
            )
        )


NO_BLACKOUT: Final = Blackout()
#: As far ahead as an open day is looked for: a company that closes every day opens on none.
_LOOKED: Final = 366


def next_open_day(day: date, blackout: Blackout) -> date:
    """The day, or the first after it on which the company duns; the day itself where there is none within a year."""
    return next((later for ahead in range(_LOOKED) if (later := day + timedelta(ahead)) not in blackout), day)


@lru_cache(maxsize=4096)
def calendar_facts(day: date, blackout: Blackout) -> Mapping[str, FactValue]:
    """The facts of a day, the same for every customer of a company. Not to be changed."""
    return {
        "weekday": WEEKDAYS[day.weekday()],
        "day_of_month": day.day,
        "days_left_in_month": monthrange(day.year, day.month)[1] - day.day,
        "month": MONTHS[day.month - 1],
        "blackout_day": day in blackout,
    }


def on_day(facts: Mapping[str, FactValue], as_of: date, day: date, blackout: Blackout) -> dict[str, FactValue]:
    """What the calendar's facts of `as_of` become on another day; those that were told otherwise stay as told."""
    here, there = calendar_facts(as_of, blackout), calendar_facts(day, blackout)
    return {name: there[name] for name, value in here.items() if facts[name] == value}


CALENDAR: Final = frozenset(calendar_facts(date(2000, 1, 1), NO_BLACKOUT))
