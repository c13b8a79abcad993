"""Interest rates of the law, in whole hundredths of a percent a year."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from engine.law.dated import Parameter, Valid

#: When the reference is read: on each day, or on the first day of the half-year of a day.
Taken = Literal["day", "half_year"]


def percent(rate: int) -> str:
    """'11.25' for 1125, '-0.88' for -88."""
    whole, hundredths = divmod(abs(rate), 100)
    return f"{'-' if rate < 0 else ''}{whole}.{hundredths:02d}"


def half_year(day: date) -> date:
    """The first day of a day's half-year: 1 January or 1 July."""
    return day.replace(month=1 if day.month <= 6 else 7, day=1)


@dataclass(frozen=True, slots=True)
class Formula:
    """How a rate follows from a reference rate: factor x reference + margin (hundredths of a percentage point)."""

    reference: str
    factor: int
    margin: int
    taken: Taken

    def rate(self, reference: int) -> int:
        """The rate for a value of the reference."""
        return self.factor * reference + self.margin


@dataclass(frozen=True, slots=True)
class Transition:
    """Transactions concluded before `day` had another rate; whether they keep it afterwards is open (policy
    `before_transition`). `old`: the rate they had, continued."""

    day: date
    old: Rates


@dataclass(frozen=True, slots=True)
class Rates(Parameter[int]):
    """A rate over time. `fixed`: the rate of the first day of the delay holds for all of it. `debtors`: the kinds of
    debtor who owe it for delay by the law alone. `formulas`: how it follows from another rate, where it does."""

    fixed: bool = False
    debtors: tuple[str, ...] = ()
    formulas: tuple[Valid[Formula], ...] = ()
    transition: Transition | None = None


def agreed(rate: int, source: str) -> Rates:
    """A rate of a contract, the same on every day, without regard to any cap."""
    return Rates("contract", {"pl": source, "en": source}, date.max, (Valid(rate, date.min, None, source, "A"),))


def capped(rate: int, cap: Rates, source: str) -> Rates:
    """A rate of a contract cut down to the maximum of each day (k.c. art. 359 par. 2(1) and art. 481 par. 2(1))."""
    values = tuple(
        replace(cut, source=f"{cap.name}: {cut.source}")
        if cut.value < rate
        else replace(cut, value=rate, source=source)
        for cut in cap.values
    )
    return Rates("contract", cap.basis, cap.verified_to, values)
