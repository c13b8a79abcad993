"""An archive in memory, as far as effects need one: what was appended, in order, and how far it is signed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from engine.execution.entries import ExecutionEntry
from engine.execution.memory import MemoryUnit


class MemoryLog:
    """The port engine.execution.ports.ArchiveLog in memory. `entries` holds what was kept, by number from 0 with gaps
    where a unit of work was undone; `signed` the numbers that a checkpoint covers."""

    def __init__(self) -> None:
        self.entries: dict[int, ExecutionEntry] = {}
        self.contents: dict[str, bytes] = {}
        self.signed: set[int] = set()
        self._next = 0

    def append(self, unit: MemoryUnit, entries: Sequence[ExecutionEntry], /) -> list[int]:
        """Write entries in the unit of work; their numbers."""
        numbers = list(range(self._next, self._next + len(entries)))
        self._next += len(entries)
        unit.ending.append(lambda: self.entries.update(zip(numbers, entries, strict=True)))
        return numbers

    def store_content(self, unit: MemoryUnit, data: bytes, media_type: str, /) -> str:  # noqa: ARG002  the port's
        """Keep the bytes in the unit of work; their SHA-256 in hex."""
        digest = hashlib.sha256(data).hexdigest()
        unit.ending.append(lambda: self.contents.update({digest: data}))
        return digest

    def integrate(self) -> int:
        """Sign what was kept; how many entries are new under the signature."""
        new = set(self.entries) - self.signed
        self.signed |= new
        return len(new)

    def covered(self, entry_ids: Sequence[int], /) -> bool:
        """Whether the signature covers all of them."""
        return self.signed.issuperset(entry_ids)
