"""When balances are confirmed (accounting act art. 26 par. 1 point 2 and par. 3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from engine.law.dated import DAY, Parameter
from engine.law.periods import months_after


@dataclass(frozen=True, slots=True)
class ConfirmationTime:
    """`months` at the end of the fiscal year, and `days` of the next one."""

    months: int
    days: int


@dataclass(frozen=True, slots=True)
class Window:
    """First and last day."""

    earliest: date
    latest: date

    def __contains__(self, day: date) -> bool:
        return self.earliest <= day <= self.latest

    def as_json(self) -> dict[str, object]:
        """As plain data."""
        return {"earliest": self.earliest.isoformat(), "latest": self.latest.isoformat()}


def confirmation_window(year_end: date, times: Parameter[ConfirmationTime]) -> Window:
    """The days on which balances of a fiscal year that ends on a day are confirmed."""
    time = times.on(year_end).value
    return Window(months_after(year_end + DAY, -time.months), year_end + timedelta(days=time.days))
