"""Entries in debtor registers (BIG): act of 9 April 2010 on the disclosure of economic information."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, TypeAlias

from engine.errors import InvalidInput
from engine.law.dated import DAY, Parameter, Texts
from engine.law.periods import months_after
from engine.money import Money, money_json

#: What an entry may still lack: the debt is too small or too young, no warning was sent, its wait is not over.
Missing: TypeAlias = Literal["amount", "age", "warning", "wait"]


@dataclass(frozen=True, slots=True)
class Entry:
    """Whether a debt is large and old enough, and why not."""

    total: Money
    least: Money
    days: int
    least_days: int
    basis: Texts

    @property
    def allowed(self) -> bool:
        """Large and old enough; the warning must still have been sent and its month have passed."""
        return self.total.minor >= self.least.minor and self.days >= self.least_days

    def as_json(self) -> dict[str, object]:
        """As plain data."""
        return {
            "total": money_json(self.total.minor, self.total.currency),
            "least": money_json(self.least.minor, self.least.currency),
            "days": self.days,
            "least_days": self.least_days,
            "amount_and_age_ok": self.allowed,
            "basis": dict(self.basis),
        }


@dataclass(frozen=True, slots=True)
class Preconditions:
    """What an entry needs on a day. `earliest`: the first day after the wait, None when no warning was sent.

    `by_title`: the claim has an enforcement title, so that neither amount nor age counts.
    """

    entry: Entry
    as_of: date
    earliest: date | None
    by_title: bool = False

    @property
    def missing(self) -> tuple[Missing, ...]:
        """What the entry lacks on the day; nothing: it may be made."""
        found: list[Missing] = []
        if not self.by_title and self.entry.total.minor < self.entry.least.minor:
            found.append("amount")
        if not self.by_title and self.entry.days < self.entry.least_days:
            found.append("age")
        if self.earliest is None:
            found.append("warning")
        elif self.as_of < self.earliest:
            found.append("wait")
        return tuple(found)

    def as_json(self) -> dict[str, object]:
        """As plain data."""
        earliest = self.earliest.isoformat() if self.earliest else None
        return {
            **self.entry.as_json(),
            "as_of": self.as_of.isoformat(),
            "earliest_entry": earliest,
            "by_title": self.by_title,
            "missing": list(self.missing),
        }


def entry(total: Money, days: int, day: date, least: Parameter[Money], least_days: Parameter[int]) -> Entry:
    """A debt as of a day: `total` overdue for `days`. `least`: the threshold for the kind of debtor.

    Raises InvalidInput for a debt in another currency than the threshold.
    """
    threshold = least.on(day).value
    if total.currency != threshold.currency:
        raise InvalidInput(f"The threshold is in {threshold.currency}; convert {total} first.", field="total")
    return Entry(total, threshold, days, least_days.on(day).value, least.basis)


def earliest_entry(warned: date, months: Parameter[int]) -> date:
    """The first day for an entry after a warning was sent: the day after the wait has passed (cautious reading)."""
    return months_after(warned, months.on(warned).value) + DAY


def earliest_entry_by_title(warned: date, days: Parameter[int]) -> date:
    """The same for a claim with an enforcement title, of any amount."""
    return warned + timedelta(days=days.on(warned).value) + DAY


def latest_update(paid: date, days: Parameter[int]) -> date:
    """The last day to change or delete an entry after a payment."""
    return paid + timedelta(days=days.on(paid).value)
