"""When a claim is time-barred and what that forbids (k.c. art. 117 to 120, 125, 554, 646, 792)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from engine.law.dated import DAY, Parameter, Texts
from engine.law.days_off import DaysOff
from engine.law.periods import year_end, years_after
from engine.law.policy import DEFAULTS, Policy


@dataclass(frozen=True, slots=True)
class Period:
    """Years of a kind of claim; whether they run to the end of the calendar year (art. 118: from two years on)."""

    years: int
    to_year_end: bool

    def last_day(self, begin: date) -> date:
        """The last day of the period that begins to run on a day."""
        end = years_after(begin, self.years)
        return year_end(end) if self.to_year_end else end


@dataclass(frozen=True, slots=True)
class Limitation:
    """The last day on which a claim is not time-barred, by the policy and by each reading of the law (P6)."""

    due: date
    years: int
    last_day: date
    readings: dict[str, date]
    basis: Texts
    source: str
    policy: Policy

    def as_json(self) -> dict[str, object]:
        """The result, its working and the policies it was made with, as plain data."""
        return {
            "due": self.due.isoformat(),
            "years": self.years,
            "last_day": self.last_day.isoformat(),
            "readings": {name: day.isoformat() for name, day in self.readings.items()},
            "basis": dict(self.basis),
            "source": self.source,
            "policy": self.policy.used("limitation"),
        }


def limitation(due: date, periods: Parameter[Period], days_off: DaysOff, policy: Policy = DEFAULTS) -> Limitation:
    """The limitation of a claim without interruption or suspension. Warn by it; never give a claim up by it.

    Raises ParameterMissing, ParameterNotVerified.
    """
    valid = periods.on(due)
    moved = days_off.moved(due)
    begins = {"due_date": due, "effective_due_date": moved, "day_after": moved + DAY}
    readings = {name: valid.value.last_day(begin) for name, begin in begins.items()}
    last = min(readings.values()) if policy.limitation == "earliest" else readings[policy.limitation]
    return Limitation(due, valid.value.years, last, readings, periods.basis, valid.source, policy)


@dataclass(frozen=True, slots=True)
class DemandGuard:
    """Whether a claim may be demanded on a day; `time_barred` is told in either case."""

    allowed: bool
    time_barred: bool

    def as_json(self) -> dict[str, object]:
        """As plain data."""
        return {"demand_allowed": self.allowed, "time_barred": self.time_barred}


def demand_guard(debtor: str, last_day: date, today: date) -> DemandGuard:
    """A time-barred claim is never demanded from a consumer (k.c. art. 117 par. 2(1)); a business may still be asked,
    and may refuse. `debtor`: a customer kind."""
    barred = today > last_day
    return DemandGuard(not (barred and debtor == "consumer"), barred)
