"""The day on which a debt is due in effect (k.c. art. 115; policy P4)."""

from __future__ import annotations

from datetime import date

from engine.law.dated import DAY
from engine.law.days_off import DaysOff
from engine.law.policy import DEFAULTS, Policy


def effective_due(due: date, days_off: DaysOff | None, policy: Policy = DEFAULTS) -> date:
    """The due date, moved off Saturdays and days off unless the policy keeps it; `days_off` None: never moved."""
    if days_off is None or policy.day_off == "kept":
        return due
    return days_off.moved(due)


def maturity(due: date, days_off: DaysOff | None, policy: Policy = DEFAULTS) -> date:
    """The day of maturity: the effective due date, or the day after it (policy P6)."""
    effective = effective_due(due, days_off, policy)
    return effective if policy.maturity == "due_date" else effective + DAY
