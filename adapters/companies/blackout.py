"""`blackout_days:` of company.yaml: the days on which the company does not dun."""

from __future__ import annotations

import re
from datetime import date
from typing import Any, Final

from marshmallow import ValidationError, fields

from engine.facts.calendar import Blackout, YearDay
from engine.facts.catalogue import WEEKDAYS
from engine.facts.freshness import WEEKENDS

_YEARLY: Final = re.compile(r"([0-9]{2})-([0-9]{2})", re.ASCII)
#: Any leap year: what is checked is that a day exists in some year.
_LEAP: Final = 2024
_SO: Final = (
    "write 2026-12-24, 2026-12-27..2027-01-02, the same of every year without the year (12-24), a weekday or weekends"
)


class BlackoutDays(fields.Field[Blackout]):
    """A list of days, periods and weekdays, as `_SO` says. Both ends of a period are in it."""

    def _deserialize(self, value: Any, *_: object, **__: object) -> Blackout:
        if not isinstance(value, list):
            raise ValidationError(f"It is a list of days; {_SO}.")
        periods: list[tuple[date, date]] = []
        yearly: list[tuple[YearDay, YearDay]] = []
        weekdays: set[int] = set()
        for entry in (str(one).strip().lower() for one in value):  # YAML reads 2026-12-24 as a date
            if entry == WEEKENDS:
                weekdays |= {5, 6}
                continue
            if entry in WEEKDAYS:
                weekdays.add(WEEKDAYS.index(entry))
                continue
            first, parted, last = (part.strip() for part in entry.partition(".."))
            last = last if parted else first
            if _YEARLY.fullmatch(first) and _YEARLY.fullmatch(last):
                yearly.append((_year_day(first, entry), _year_day(last, entry)))
                continue
            periods.append((_day(first, entry), _day(last, entry)))
            if periods[-1][0] > periods[-1][1]:
                raise ValidationError(f"'{entry}' ends before it begins.")
        if len(weekdays) == len(WEEKDAYS):
            raise ValidationError("Every weekday is named, so nobody would ever be written to.")
        return Blackout(tuple(sorted(periods)), tuple(sorted(yearly)), tuple(sorted(weekdays)))


def _day(text: str, entry: str) -> date:
    try:
        if len(text) == len("2026-12-24"):
            return date.fromisoformat(text)
    except ValueError:
        pass  # said below
    raise ValidationError(f"'{entry}' is no day; {_SO}.")


def _year_day(text: str, entry: str) -> YearDay:
    day = _day(f"{_LEAP}-{text}", entry)
    return day.month, day.day
