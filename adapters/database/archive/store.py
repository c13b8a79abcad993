"""The archive in PostgreSQL: what was known, decided and done, in a log that proves itself."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine, text

from adapters.database.archive.contents import keep_content, read_content
from adapters.database.archive.errors import house_errors
from adapters.database.archive.integration import Integrated, integrate_batch
from adapters.database.archive.reading import entries_of, entry_by_id
from adapters.database.archive.subjects import keys_for
from adapters.database.archive.tree import signed_head
from adapters.database.archive.verification import Progress, verify_archive
from adapters.database.transaction import driver_of
from archive.entries.entry import NewEntry, encode
from archive.entries.reading import ShownEntry
from archive.keys.archive_keys import ArchiveKeys
from archive.log.checkpoint import Checkpoint
from archive.log.tiles import Edge
from archive.verification import VerifyReport

# Ids are the database's: the application has no right to choose them. They are counted in the order of the rows.
# In the driver's binary form: it costs half of COPY, written as text it would cost twice as much.
_APPEND: Final = (
    "insert into archive_entry (body, subject_ref, kind, case_ref, recorded_at) "
    "select body, ref, kind, case_ref, moment "
    "from unnest(%b::bytea[], %b::text[], %b::text[], %b::text[], %b::timestamptz[]) "
    "with ordinality as given (body, ref, kind, case_ref, moment, place) order by place returning id"
)
_SIZE = text("select count(*) from archive_leaf")
_COVERED = text("select count(*) from archive_leaf where entry_id = any(:ids) and seq < :size")


def open_keys(directory: Path) -> ArchiveKeys:
    """The key files of a directory, created on first use with mode 0600. Raises ArchiveBroken when one is unusable."""
    with house_errors():
        return ArchiveKeys(directory)


class Archive:
    """Entries, contents and proofs of one database. May be shared by threads."""

    def __init__(self, engine: Engine, keys: ArchiveKeys) -> None:
        self._engine = engine
        self._keys = keys
        # Only ever replaced, never changed: threads read whichever is newest.
        self._edge = Edge()
        self._proved: frozenset[Checkpoint] = frozenset()

    def append(self, connection: Connection, entries: Sequence[NewEntry]) -> list[int]:
        """Write entries in the caller's transaction, in order; their ids.

        Keys of new subjects are created apart and stay when the caller rolls back. Raises InvalidInput naming the
        field (nothing is written), ArchiveBroken when a subject's key does not open.
        """
        if not entries:
            return []
        with house_errors():
            owners = {entry.subject for entry in entries if entry.subject is not None}
            keys = keys_for(self._engine, self._keys.kek, owners) if owners else {}
            pairs = [(entry, keys[entry.subject] if entry.subject is not None else None) for entry in entries]
            bodies = [encode(entry, key) for entry, key in pairs]
        values = (
            bodies,
            [key and key.ref for _, key in pairs],
            [entry.kind for entry in entries],
            [entry.case or None for entry in entries],
            [entry.at for entry in entries],
        )
        return [id_ for (id_,) in driver_of(connection).execute(_APPEND, values, binary=True)]

    def record(self, entries: Sequence[NewEntry]) -> list[int]:
        """Write entries in a transaction of their own; their ids. Raises as append does."""
        with self._engine.begin() as connection:
            return self.append(connection, entries)

    def integrate(self, *, batch: int = 1000) -> int:
        """Give every waiting entry its place and sign, `batch` entries and one checkpoint a transaction; how many.

        Waits for other integrators, so that whatever was committed before the call is in a signed checkpoint after
        it. Raises ArchiveBroken, and signs nothing, when the stored log does not carry its newest checkpoint, or not
        the newest that is remembered beside the keys (ArchiveRolledBack, ArchiveForked).
        """
        total = after = 0
        while True:
            with house_errors(), self._engine.begin() as connection:
                done = integrate_batch(connection, self._keys, self._edge, self._proved, after=after, batch=batch)
            self._edge = max(self._edge, done.edge, key=lambda known: known.size)
            self._proved = done.proved
            self._remember(done)
            total += len(done.ids)
            if len(done.ids) < batch:
                return total
            after = done.ids[-1]

    def _remember(self, done: Integrated) -> None:
        """After the commit: what is remembered but not stored would look like a restored older state."""
        with house_errors():
            if done.ids and done.note is not None:
                self._keys.remembered.signed(done.note)
            if done.cosigned is not None:
                self._keys.remembered.witnessed(done.cosigned)

    def size(self) -> int:
        """How many entries are in the log."""
        with self._engine.connect() as connection:
            size: int = connection.execute(_SIZE).scalar_one()
            return size

    def covered(self, entry_ids: Sequence[int]) -> bool:
        """Whether every entry is in the newest signed checkpoint. Raises ArchiveBroken when that is not signed."""
        wanted = set(entry_ids)
        with house_errors(), self._engine.connect() as connection:
            head, _ = signed_head(connection, self._keys.verifiers)
            found = connection.execute(_COVERED, {"ids": list(wanted), "size": head.size}).scalar_one()
        return bool(found == len(wanted))

    def verify(self, progress: Progress | None = None) -> VerifyReport:
        """Compute everything again and compare it with what was signed; `progress(done, total)` is told now and then.

        Never raises for a broken archive: its problems are in the report.
        """
        with self._engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
            return verify_archive(connection, self._keys, progress)

    def show(self, source: str, customer: str) -> Sequence[ShownEntry]:
        """Everything recorded about a customer, opened, oldest first. Raises ArchiveBroken when an entry is not the
        one that was hashed or does not open with its key."""
        with house_errors(), self._engine.connect() as connection:
            return entries_of(connection, self._keys.kek, f"{source}:{customer}")

    def entry(self, entry_id: int) -> ShownEntry:
        """One entry, opened. Raises NotFound, ArchiveBroken."""
        with house_errors(), self._engine.connect() as connection:
            return entry_by_id(connection, self._keys.kek, entry_id)

    def store_content(self, connection: Connection, data: bytes, media_type: str) -> str:
        """Keep the bytes in the caller's transaction; their SHA-256 (hex). Raises Conflict when they are kept as
        another media type."""
        return keep_content(connection, data, media_type)

    def content(self, sha256: str) -> bytes:
        """The bytes kept under a hash. Raises NotFound, ArchiveBroken."""
        with self._engine.connect() as connection:
            return read_content(connection, sha256)
