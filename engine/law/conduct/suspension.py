"""The earliest day on which a service may be cut, by sector.

Energy: Prawo energetyczne art. 6b. Telecom: Prawo komunikacji elektronicznej of 12 July 2024. Water: act of 7 June 2001
on collective water supply. Anything else: the contract, and k.c. art. 490.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from engine.errors import InvalidInput
from engine.law.dated import DAY, Parameter, Texts


@dataclass(frozen=True, slots=True)
class Wait:
    """What a sector asks for. Days: after the due date before the notice may be given; after the notice before
    services are restricted (None: they are not), and before they are cut, counted from the restriction where there is
    one. `unpaid_periods`: billing periods that must be unpaid."""

    before_notice: int
    before_restriction: int | None
    before_cut: int
    unpaid_periods: int = 0


@dataclass(frozen=True, slots=True)
class Suspension:
    """The earliest days. `restriction` None: the sector has none."""

    notice: date
    restriction: date | None
    cut: date
    basis: Texts
    source: str

    def as_json(self) -> dict[str, object]:
        """As plain data."""
        return {
            "earliest_notice": self.notice.isoformat(),
            "earliest_restriction": self.restriction.isoformat() if self.restriction else None,
            "earliest_cut": self.cut.isoformat(),
            "basis": dict(self.basis),
            "source": self.source,
        }


def earliest_notice(due: date, waits: Parameter[Wait]) -> date:
    """The first day on which the notice may be given: the wait after the due date has passed."""
    wait = waits.on(due).value.before_notice
    return due + timedelta(days=wait) + (DAY if wait else timedelta())


def earliest_suspension(
    due: date, notice: date, waits: Parameter[Wait], *, unpaid_periods: int = 0, second_notice: date | None = None
) -> Suspension:
    """The earliest days after a notice that was received on a day; every period ends before anything happens.

    `second_notice`: of the cut, where a restriction comes first; the earliest possible when not given. Raises
    InvalidInput for a notice given too early, and for too few unpaid periods.
    """
    valid = waits.on(notice)
    wait, first = valid.value, earliest_notice(due, waits)
    if notice < first:
        raise InvalidInput(f"The notice counts from {first} on; it was received on {notice}.", field="notice")
    if unpaid_periods < wait.unpaid_periods:
        raise InvalidInput(
            f"{wait.unpaid_periods} billing periods must be unpaid; {unpaid_periods} are.", field="unpaid_periods"
        )
    restriction = None
    if wait.before_restriction is not None:
        restriction = _after(notice, wait.before_restriction)
        notice = max(restriction, second_notice or restriction)
    return Suspension(first, restriction, _after(notice, wait.before_cut), waits.basis, valid.source)


def _after(day: date, days: int) -> date:
    return day + timedelta(days=days) + DAY
