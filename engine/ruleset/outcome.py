"""What becomes of one matching action before guards are asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from engine.decisions.model import Outcome


@dataclass(frozen=True, slots=True)
class Fate:
    """An outcome with who caused it and the day to look again, as in a Verdict."""

    outcome: Outcome
    by: str | None = None
    until: date | None = None


DECIDED: Final = Fate("decided")
PENDING: Final = Fate("pending")
NO_OP: Final = Fate("no_op")
