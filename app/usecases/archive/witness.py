"""A witness observes a log: it only grows, or the observation ends with a finding."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from archive.anchors.cosigner import Cosigner, Observation


class ObservedLog(Protocol):
    """A log as a witness reads it."""

    def newest(self) -> str | None:
        """The newest checkpoint; None when the log has none. Raises AdapterError, ArchiveBroken."""
        ...

    def consistency(self, old: int, new: int) -> Sequence[bytes]:
        """Proof that the tree of `new` entries extends that of `old`. Raises AdapterError, ArchiveBroken."""
        ...

    def deliver(self, note: str, witness: str) -> None:
        """Offer a witness's line, the last of the note; a log that takes none ignores it."""
        ...


def observe_log(cosigner: Cosigner, log: ObservedLog, at: datetime) -> Observation | None:
    """Check the newest checkpoint against what was observed before, sign it and offer the signature; None: still empty.

    Raises AdapterError when the log does not answer, LogRolledBack and LogForked with both checkpoints.
    """
    observed = cosigner.observe(log.newest(), log.consistency, at)
    if observed is not None:
        log.deliver(observed.note, cosigner.signer.name)
    return observed
