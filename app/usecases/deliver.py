"""Carrying out what is due, and finding out what became of messages in doubt."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from email.parser import BytesParser
from email.policy import default
from typing import Final, Protocol

from app.usecases.entry_log import EntryLog
from app.usecases.progress import Progress, silent
from engine.execution.ports import Moment
from engine.execution.preparation import Preview

#: States that an action leaves only by a person's word.
NEED_A_PERSON: Final = ("failed", "unknown", "held")


class Carrier(Protocol):
    """The dispatcher over the outbox."""

    def drain(self, moment: Callable[[], Moment], *, source: str, progress: Progress) -> Counter[str]:
        """Rounds until nothing is due, each at its own moment; how many actions reached which state."""
        ...


class Previews(Protocol):
    """Actions made without carrying them out."""

    def preview(self, action_id: int, as_of: date | None = None) -> Preview:
        """What an action would be now, or at noon of a day. Raises NotFound and what its making raises."""
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


def preview_files(previews: Previews, action_id: int, as_of: date | None = None) -> tuple[Preview, Mapping[str, bytes]]:
    """What an action would be now, or at noon of a day, and by file name the message that would leave and what it
    carries; nothing is written and nothing leaves. Raises NotFound, and InvalidInput for what would hold it."""
    found = previews.preview(action_id, as_of)
    if found.content is None:
        return found, {}
    if found.media_type != "message/rfc822":
        return found, {f"action-{action_id}.json": found.content}
    message = BytesParser(policy=default).parsebytes(found.content)
    files = {f"action-{action_id}.eml": found.content}
    for part in message.iter_attachments():
        data = part.get_content()
        files[f"action-{action_id}-{part.get_filename()}"] = data if isinstance(data, bytes) else data.encode()
    return found, files


def reconcile(reconciliation: Reconciliation, log: EntryLog, now: datetime) -> Counter[str]:
    """Settle messages in doubt by what is known of them: state -> how many. Raises AdapterError."""
    reached = reconciliation.settle(now)
    if reached:
        log.integrate()
    return reached
