"""When and how often a debtor may be contacted: no statute, but the industry's code and our own caution (P10)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

from engine.law.days_off import DaysOff

Refusal: TypeAlias = Literal["day_off", "hour", "frequency"]


@dataclass(frozen=True, slots=True)
class Frequency:
    """At most `most` contacts in any `days` days running, of these channels together."""

    channels: tuple[str, ...]
    most: int
    days: int


@dataclass(frozen=True, slots=True)
class ContactRule:
    """Local hours from the first, included, to the second, not included; None: no contact on such days."""

    working_days: tuple[int, int]
    other_days: tuple[int, int] | None
    frequencies: tuple[Frequency, ...] = ()


def refusal(
    day: date, hour: int, channel: str, past: Iterable[tuple[date, str]], rule: ContactRule, days_off: DaysOff
) -> Refusal | None:
    """Why a contact at a local hour is not allowed; None when it is. `past`: earlier contacts with their channels."""
    hours = rule.working_days if days_off.working(day) else rule.other_days
    if hours is None:
        return "day_off"
    if not hours[0] <= hour < hours[1]:
        return "hour"
    contacts = list(past)
    for frequency in rule.frequencies:
        recent = [at for at, by in contacts if by in frequency.channels and 0 <= (day - at).days < frequency.days]
        if channel in frequency.channels and len(recent) >= frequency.most:
            return "frequency"
    return None
