"""The clock of an installation: the present, the business day, and the moment of an effect."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from engine.execution.ports import Moment

#: Days and hours are those of the market that Monitum serves first.
ZONE: Final = ZoneInfo("Europe/Warsaw")


def now() -> datetime:
    """The present; the only place outside tests that asks for it."""
    return datetime.now(UTC)  # noqa: TID251  the clock port itself


@dataclass(frozen=True, slots=True)
class Clock:
    """The clock port over a function; a call gives the moment as that function does."""

    read: Callable[[], datetime] = now

    def __call__(self) -> datetime:
        return self.read()

    @property
    def real(self) -> bool:
        """Whether it shows the present, and was not set by a test."""
        return self.read is now

    def now(self) -> datetime:
        """The moment in the installation's zone, so that its date is the business day."""
        return self.read().astimezone(ZONE)

    def today(self) -> date:
        """The business day."""
        return self.now().date()

    def moment(self, as_of: date | None = None) -> Moment:
        """The moment of an effect: the present, or noon of a given day."""
        local = datetime.combine(as_of, time(12), ZONE) if as_of else self.now()
        return Moment(self.read(), local.date(), local.hour)
