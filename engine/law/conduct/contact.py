"""When and how often a debtor may be contacted: no statute, but the industry's code and our own caution (P10)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta


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

    def allows(self, hour: int, *, working: bool) -> bool:
        """Whether a local hour of a working day, or of another day, is within the hours."""
        hours = self.working_days if working else self.other_days
        return hours is not None and hours[0] <= hour < hours[1]

    def again_from(self, channel: str, past: Iterable[tuple[date, str]]) -> date | None:
        """The first day on which the frequencies allow another contact by a channel; None when they never forbade one.

        `past`: earlier contacts with their channels. Those of one day count as one: they are one approach.
        """
        contacts, days = list(past), []
        for frequency in self.frequencies:
            if channel in frequency.channels:
                seen = sorted({day for day, by in contacts if by in frequency.channels}, reverse=True)
                if len(seen) >= frequency.most:
                    days.append(seen[frequency.most - 1] + timedelta(days=frequency.days))
        return max(days, default=None)
