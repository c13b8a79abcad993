"""The archive as an auditor meets it: checkpoint, proofs, tiles, search, exports. Reading about people is noted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, text

from adapters.database.archive.decision_records import DecisionRecord, record_of, records_of
from adapters.database.archive.errors import house_errors
from adapters.database.archive.export import Progress, export_case, export_log
from adapters.database.archive.reading import entries_of
from adapters.database.archive.search import find
from adapters.database.archive.store import Archive
from adapters.database.archive.tree import hashes_of, signed_edge, signed_head, tile_reader
from archive.entries.entry import NewEntry
from archive.entries.reading import Reader, Search, ShownEntry
from archive.export.report import ExportReport
from archive.keys.archive_keys import ArchiveKeys
from archive.log.checkpoint import Checkpoint
from archive.log.merkle import consistency_proof, inclusion_proof
from archive.log.proof_text import EntryProof
from archive.log.tiles import TILE_WIDTH, Edge, subtree
from engine.errors import InvalidInput, NotFound

_PLACED = text(
    "select leaf.seq, entry.body from archive_leaf leaf join archive_entry entry on entry.id = leaf.entry_id "
    "where leaf.entry_id = :id"
)
_BUNDLE = text(
    "select entry.body from archive_leaf leaf join archive_entry entry on entry.id = leaf.entry_id "
    "where leaf.seq >= :first and leaf.seq < :end order by leaf.seq"
)
_COSIGNED = text("select line from archive_cosignature where size = :size order by witness")


def _silent(_done: int, _total: int | None) -> None:
    """Progress that is not shown."""


class Audit:
    """Reading of one archive. May be shared by threads."""

    def __init__(self, engine: Engine, archive: Archive, keys: ArchiveKeys, clock: Callable[[], datetime]) -> None:
        self._engine = engine
        self._archive = archive
        self._keys = keys
        self._clock = clock
        # Only ever replaced, never changed: threads read whichever is newest.
        self._edge = Edge()

    def checkpoint(self) -> str:
        """The newest signed checkpoint with its cosignatures (C2SP). Raises NotFound before the first."""
        with house_errors(), self._view() as connection:
            head, note = self._head(connection)
            return note + "".join(connection.execute(_COSIGNED, {"size": head.size}).scalars())

    def proof(self, entry_id: int) -> EntryProof:
        """Proof that an entry is in the newest checkpoint. Raises NotFound, also for one still without a place."""
        with house_errors(), self._view() as connection:
            head, note = self._head(connection)
            row = connection.execute(_PLACED, {"id": entry_id}).one_or_none()
            if row is None or row.seq >= head.size:
                raise NotFound("archive entry in a signed checkpoint", str(entry_id))
            tile = tile_reader(connection, self._edge_of(connection, head))
            path = inclusion_proof(row.seq, head.size, lambda start, end: subtree(start, end, tile))
            lines = connection.execute(_COSIGNED, {"size": head.size}).scalars()
            return EntryProof(row.seq, row.body, path, note + "".join(lines))

    def consistency(self, old: int, new: int) -> tuple[bytes, ...]:
        """RFC 6962 proof that the tree of `new` entries extends that of `old`. Raises InvalidInput (field 'from' or
        'to') unless 0 < old <= new <= the newest checkpoint."""
        with house_errors(), self._view() as connection:
            head, _ = self._head(connection)
            if not 0 < new <= head.size:
                raise InvalidInput(f"The newest checkpoint has {head.size} entries, not {new}.", field="to")
            if not 0 < old <= new:
                raise InvalidInput(f"A tree of {new} entries extends one of 1 to {new}, not of {old}.", field="from")
            tile = tile_reader(connection, self._edge_of(connection, head))
            return consistency_proof(old, new, lambda start, end: subtree(start, end, tile))

    def tile(self, level: int | None, index: int, width: int) -> bytes:
        """A tile of the newest checkpoint's tree, or a bundle of entries (level None), of 1 to 256 (C2SP tlog-tiles).
        Raises NotFound when the tree is not that large."""
        with house_errors(), self._view() as connection:
            head, _ = self._head(connection)
            step = TILE_WIDTH ** (level or 0)
            first = index * TILE_WIDTH
            if (first + width) * step > head.size:
                raise NotFound("tile", f"{'entries' if level is None else level}/{index}")
            if level is not None:
                return b"".join(hashes_of(connection, level, first, width))
            bodies: Any = connection.execute(_BUNDLE, {"first": first, "end": first + width}).scalars()
            return b"".join(len(body).to_bytes(2, "big") + body for body in bodies)

    def search(self, search: Search, reader: Reader) -> list[ShownEntry]:
        """The entries that match, opened; noted. Raises InvalidInput, ArchiveBroken."""
        with house_errors(), self._view() as connection:
            found = find(connection, self._keys.kek, search)
        self._note(reader, "search", search.owner, found, search.named)
        return found

    def show(self, owner: str, reader: Reader) -> Sequence[ShownEntry]:
        """Everything recorded about 'source:customer', opened, oldest first; noted. Raises ArchiveBroken."""
        with house_errors(), self._view() as connection:
            found = entries_of(connection, self._keys.kek, owner)
        self._note(reader, "show", owner, found, ["owner"])
        return found

    def record(self, entry_id: int, reader: Reader) -> DecisionRecord:
        """The archived record that an entry is of; noted. Raises NotFound, InvalidInput, ArchiveBroken."""
        with house_errors(), self._view() as connection:
            record = record_of(connection, self._keys.kek, entry_id)
        self._note(reader, "redecide", f"{record.source}:{record.customer}", record.entries, ["entry"])
        return record

    def records(self, run: int, reader: Reader) -> Iterator[DecisionRecord]:
        """The archived records of a run by customer; noted when the last is taken. Raises NotFound, ArchiveBroken."""
        opened: list[ShownEntry] = []
        with house_errors(), self._view() as connection:
            for record in records_of(connection, self._keys.kek, run):
                opened += [replace(entry, personal={}) for entry in record.entries if not record.erased]
                yield record
        self._note(reader, "redecide", None, opened, ["run"])

    def export(
        self, target: Path, reader: Reader, *, owner: str | None = None, progress: Progress = _silent
    ) -> ExportReport:
        """Write the whole log, or what it says of 'source:customer', into a new folder; noted, since keys leave.

        Raises InvalidInput (field 'folder') when the target is taken or cannot be written, NotFound, ArchiveBroken.
        """
        self._archive.integrate()
        at = self._clock()
        try:
            with house_errors(), self._view() as connection:
                if owner is None:
                    report = export_log(connection, self._keys, target, at=at, progress=progress)
                else:
                    report = export_case(connection, self._keys, owner, target, at=at, progress=progress)
        except OSError as error:
            raise InvalidInput(f"The export cannot be written: {error}", field="folder") from error
        public = {name: value for name, value in report.as_json().items() if name != "folder"}
        self._append(NewEntry("archive:exported", None, at, reader.name, reader.role, subject=owner, public=public))
        return report

    def _note(
        self, reader: Reader, what: str, owner: str | None, found: Sequence[ShownEntry], filters: Sequence[str]
    ) -> None:
        """One entry for whatever a command or request showed about people; nothing when it showed nothing of them."""
        opened = [entry.id for entry in found if entry.personal is not None or entry.action is not None]
        if opened:
            public = {"what": what, "filters": list(filters), "count": len(opened), "entries": opened[:_LISTED]}
            entry = NewEntry(
                "archive:read", None, self._clock(), reader.name, reader.role, subject=owner, public=public
            )
            self._append(entry)

    def _append(self, entry: NewEntry) -> None:
        with self._engine.begin() as connection:
            self._archive.append(connection, [entry])
        self._archive.integrate()

    def _view(self) -> Connection:
        return self._engine.connect().execution_options(isolation_level="REPEATABLE READ")

    def _head(self, connection: Connection) -> tuple[Checkpoint, str]:
        head, note = signed_head(connection, self._keys.verifiers)
        if note is None:
            raise NotFound("signed checkpoint", "newest")
        return head, note

    def _edge_of(self, connection: Connection, head: Checkpoint) -> Edge:
        known = self._edge if self._edge.size <= head.size else Edge()  # another thread may have seen a newer head
        edge = signed_edge(connection, head, known)
        self._edge = max(self._edge, edge, key=lambda one: one.size)
        return edge


#: Ids that an entry about reading lists; a body has 65,535 bytes.
_LISTED: Final = 1_000
