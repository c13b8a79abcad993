"""What becomes of one action that a matching rule asks for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

OutcomeName = Literal[
    "decided",
    "outranked",
    "forbidden",
    "deferred",
    "not_matched",
    "already_sent",
    "pending",
    "waiting",
    "missed",
    "passed_over",
    "no_op",
]


@dataclass(frozen=True, slots=True)
class Outcome:
    """An outcome by name, with the rule or guard that caused it and the day to look again, as in a Verdict."""

    name: OutcomeName
    by: str | None = None
    until: date | None = None


DECIDED: Final = Outcome("decided")
PENDING: Final = Outcome("pending")
NO_OP: Final = Outcome("no_op")
