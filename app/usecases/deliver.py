"""Carrying out what is due, and finding out what became of messages in doubt."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from app.usecases.entry_log import EntryLog
from app.usecases.progress import Progress, silent
from engine.execution.ports import Moment

#: States that an action leaves only by a person's word.
NEED_A_PERSON: Final = ("failed", "unknown", "held")


class Carrier(Protocol):
    """The dispatcher over the outbox."""

    def drain(self, moment: Callable[[], Moment], *, source: str, progress: Progress) -> Counter[str]:
        """Rounds until nothing is due, each at its own moment; how many actions reached which state."""
        ...


class Reconciliation(Protocol):
    """Those that may know what became of a message: the mailbox of blind copies, the mail server's log."""

    def settle(self, now: datetime) -> Counter[str]:
        """Ask about every message in doubt: how many became done, ready, held; 'unknown' counts the rest."""
        ...


@dataclass(frozen=True, slots=True)
class Delivered:
    """How many actions reached which state."""

    states: Mapping[str, int]

    @property
    def needs_a_person(self) -> bool:
        """Whether an action failed, is held, or has an unknown effect."""
        return any(self.states.get(state) for state in NEED_A_PERSON)


def deliver(
    carrier: Carrier, moment: Callable[[], Moment], *, source: str = "", progress: Progress = silent
) -> Delivered:
    """Carry out everything that is due, of one source or of all (''). Facts are read again before each effect."""
    return Delivered(dict(sorted(carrier.drain(moment, source=source, progress=progress).items())))


def reconcile(reconciliation: Reconciliation, log: EntryLog, now: datetime) -> Counter[str]:
    """Settle messages in doubt by what is known of them: state -> how many. Raises AdapterError."""
    reached = reconciliation.settle(now)
    if reached:
        log.integrate()
    return reached
