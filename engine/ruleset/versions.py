"""A stored version of a ruleset: its text, where it stands in its life, and the days on which it decides."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal, get_args

Status = Literal["draft", "submitted", "approved", "withdrawn"]
STATUSES: Final[tuple[Status, ...]] = get_args(Status)


@dataclass(frozen=True, slots=True)
class RulesetVersion:
    """One numbered version. `body` is the text as written, `guards` its pack's guards as they were when it was
    submitted, `version` the SHA-256 (hex) over both, None while it is a draft.

    `editors`: all who wrote or submitted it; none of them may approve it. It decides on the days from
    `effective_from` to the day before `effective_to` (None: open). `edition` counts changes of the record.
    """

    ruleset: str
    number: int
    status: Status
    body: str
    author: str
    editors: tuple[str, ...]
    created_at: datetime
    edition: int = 1
    guards: str = ""
    version: str | None = None
    reason: str | None = None
    submitted_by: str | None = None
    approver: str | None = None
    effective_from: date | None = None
    effective_to: date | None = None
    approved_at: datetime | None = None

    def decides_on(self, day: date) -> bool:
        """Whether decisions of this day name this version; a withdrawn one keeps the days it had."""
        if self.effective_from is None or day < self.effective_from:
            return False
        return self.effective_to is None or day < self.effective_to
