"""How old the books are: hours since their content is from, less those of days on which no export comes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from engine.facts.catalogue import WEEKDAYS

#: Tells a working day of a country.
WorkingDay = Callable[[date, str], bool]
#: Words for quiet days besides the days of the week: Saturday and Sunday, and the days off of the calendar.
WEEKENDS: Final = "weekends"
HOLIDAYS: Final = "holidays"
#: Clocks of two machines that differ by less agree.
SKEW: Final = timedelta(minutes=10)
_HOUR: Final = timedelta(hours=1)
_DAY: Final = timedelta(days=1)
#: Days that are looked at for quiet ones; books that are older are too old in any case.
_LOOK_BACK: Final = 400


@dataclass(frozen=True, slots=True)
class Freshness:
    """What a company says of the age of its books.

    `hours`: what they may be old at most. `quiet_days`: days on which no export comes, so their hours do not count:
    names of weekdays, WEEKENDS, HOLIDAYS, days as 2026-12-24. `country`: whose holidays; `zone`: where days begin.
    """

    hours: int = 36
    quiet_days: tuple[str, ...] = ()
    country: str = "PL"
    zone: str = "Europe/Warsaw"

    def age(
        self, synced_at: datetime | None, books_at: datetime | None, moment: datetime, working_day: WorkingDay
    ) -> int | None:
        """Full hours that count between the older of both moments and this one; None when nothing was synchronized.

        Negative when the sync is ahead of this moment by more than clocks may differ: nobody knows how old they are.
        """
        if synced_at is None:
            return None
        # in UTC: what lies between two moments of one zone would be told by its wall clocks
        moment, synced_at = moment.astimezone(UTC), synced_at.astimezone(UTC)
        if moment < synced_at - SKEW:
            return min(-1, int((moment - synced_at) / _HOUR))
        since = synced_at if books_at is None else min(synced_at, books_at.astimezone(UTC))
        return max(0, int((moment - since - self._quiet(since, moment, working_day)) / _HOUR))

    def stale(self, age: int | None) -> bool:
        """Whether books of this age (hours that count) are no ground to act against a customer."""
        return age is not None and not 0 <= age <= self.hours

    def _quiet(self, since: datetime, until: datetime, working_day: WorkingDay) -> timedelta:
        """The time of quiet days between two moments."""
        if not self.quiet_days or until <= since:
            return timedelta(0)
        zone, total = ZoneInfo(self.zone), timedelta(0)
        last = until.astimezone(zone).date()
        day = max(since.astimezone(zone).date(), last - timedelta(days=_LOOK_BACK))
        while day <= last:
            if self._is_quiet(day, working_day):
                begins, ends = (datetime.combine(one, time(), zone).astimezone(UTC) for one in (day, day + _DAY))
                total += max(timedelta(0), min(ends, until) - max(begins, since))
            day += _DAY
        return total

    def _is_quiet(self, day: date, working_day: WorkingDay) -> bool:
        words = self.quiet_days
        if WEEKDAYS[day.weekday()] in words or day.isoformat() in words:
            return True
        if day.weekday() >= 5:  # Saturday and Sunday are never working days, so the calendar need not be asked
            return WEEKENDS in words
        return HOLIDAYS in words and not working_day(day, self.country)


USUAL: Final = Freshness()
