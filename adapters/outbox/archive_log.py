"""The archive as execution sees it: entries of the engine become entries of the archive here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from adapters.database.archive.store import Archive
from archive.entries.entry import NewEntry
from engine.execution.entries import ExecutionEntry


@dataclass(frozen=True, slots=True)
class PostgresArchiveLog:
    """The port engine.execution.ports.ArchiveLog over the archive in PostgreSQL."""

    archive: Archive

    def append(self, connection: Connection, entries: Sequence[ExecutionEntry], /) -> list[int]:
        """Write entries in the caller's transaction; their ids. Raises as Archive.append."""
        return self.archive.append(connection, [new_entry(entry) for entry in entries])

    def store_content(self, connection: Connection, data: bytes, media_type: str, /) -> str:
        """Keep the bytes in the caller's transaction; their SHA-256 (hex). Raises as Archive.store_content."""
        return self.archive.store_content(connection, data, media_type)

    def integrate(self) -> int:
        """Sequence and sign what was committed; how many entries. Raises ArchiveBroken."""
        return self.archive.integrate()

    def covered(self, entry_ids: Sequence[int], /) -> bool:
        """Whether a signed checkpoint covers all of them. Raises ArchiveBroken."""
        return self.archive.covered(entry_ids)


def new_entry(entry: ExecutionEntry) -> NewEntry:
    """An entry of execution as the archive takes it."""
    return NewEntry(
        kind=entry.kind,
        case=entry.case,
        at=entry.at,
        actor=entry.actor,
        role=entry.role,
        action=entry.action,
        subject=entry.subject,
        public=entry.public,
        personal=entry.personal,
        ruleset=entry.ruleset,
        version=entry.version,
        documents=entry.documents,
    )
