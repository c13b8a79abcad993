"""The archive as use cases write to it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from archive.entries.entry import NewEntry


class Integrator(Protocol):
    """The log that entries are sequenced and signed in."""

    def integrate(self) -> int:
        """Sequence and sign what was added; how many entries. Raises ArchiveBroken."""
        ...


class EntryLog(Integrator, Protocol):
    """Entries, and their log."""

    def record(self, entries: Sequence[NewEntry]) -> Sequence[int]:
        """Add entries in a transaction of their own; their ids."""
        ...
