"""Erasing a customer: a request as it is listed, and what it came to."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from archive.erasure.retention import Ground


@dataclass(frozen=True, slots=True)
class Erasure:
    """What a request to erase a customer came to. `done_at` None: refused because of `grounds` of keeping and `holds`
    (ids), and waiting until `due_on`; None while that day is not known. `entry`: id of the
    archive's entry about it; `contents`: how many went."""

    source: str
    customer: str
    done_at: datetime | None
    due_on: date | None
    grounds: tuple[Ground, ...]
    holds: tuple[int, ...]
    entry: int
    contents: int

    @property
    def done(self) -> bool:
        """Whether the customer is erased."""
        return self.done_at is not None

    def as_json(self) -> dict[str, Any]:
        """Plain JSON data."""
        plain = {name: value.isoformat() if isinstance(value, date) else value for name, value in asdict(self).items()}
        return {**plain, "grounds": [ground.as_json() for ground in self.grounds], "done": self.done}


@dataclass(frozen=True, slots=True)
class ErasureRequest:
    """A request as it stands. `due_on`: the day it waits for, None while that is not known or it is done; `entry_id`:
    the archive's entry of the erasure."""

    source: str
    customer: str
    requested_by: str
    reason: str
    requested_at: datetime
    due_on: date | None
    done_at: datetime | None
    entry_id: int | None
    readmitted_at: datetime | None

    def waits_until(self, day: date) -> bool:
        """Whether it is not done, and due on a day or before."""
        return self.done_at is None and self.due_on is not None and self.due_on <= day
