"""Exports for an auditor: the whole log, or what it says of one customer, in a folder that verifies itself."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, text

from adapters.database.archive.subjects import keys_of
from adapters.database.archive.tree import signed_edge, signed_head, tile_reader
from archive.entries.entry import decode
from archive.export.bundle import Bundle, bundle_folder, policy_text
from archive.export.report import ExportReport
from archive.keys.archive_keys import ArchiveKeys
from archive.log.checkpoint import Checkpoint
from archive.log.merkle import inclusion_proof
from archive.log.proof_text import EntryProof
from archive.log.tiles import Edge, subtree
from engine.errors import ArchiveBroken, NotFound

#: (done, total)
Progress = Callable[[int, int | None], None]

_STEP: Final = 2_000
#: Contents in memory at a time; a mail with its letter has some 200 kB.
_FEW: Final = 20

_BODIES = text(
    "select entry.body from archive_leaf leaf join archive_entry entry on entry.id = leaf.entry_id "
    "where leaf.seq < :size order by leaf.seq"
)
_CONTENTS = text("select sha256, data from content where sha256 = any(:names) order by sha256")
_ERASED = text(
    "select gone.sha256, leaf.seq from erased_content gone join archive_leaf leaf on leaf.entry_id = gone.entry_id "
    "where gone.sha256 = any(:names) order by gone.sha256"
)
_OF_SUBJECT = text(
    "select leaf.seq, entry.body from archive_entry entry join archive_leaf leaf on leaf.entry_id = entry.id "
    "where entry.subject_ref = any(:refs) and leaf.seq < :size order by leaf.seq"
)
_COSIGNATURES = text("select witness, line from archive_cosignature where size = :size order by witness")


def export_log(
    connection: Connection, keys: ArchiveKeys, target: Path, *, at: datetime, progress: Progress
) -> ExportReport:
    """Every entry and every content they name. The connection must see one unchanging state.

    Raises ArchiveBroken when the entries are not those that were signed, OSError when the target is taken or cannot be
    written.
    """
    head = _Head.of(connection, keys)
    count = _Count(progress, head.size)
    with bundle_folder(target) as bundle:
        documents = _Documents(connection, bundle)
        rows = connection.execute(_BODIES, {"size": head.size}, execution_options={"yield_per": _STEP})
        if b64encode(bundle.log(documents.of(count.over(rows.scalars())))).decode() != head.root:
            raise ArchiveBroken("The entries are not those that were signed; run: monitum archive verify")
        manifest = head.finish(bundle, "log", keys, at)
    return ExportReport(str(target), "log", head.size, head.root, bundle.entries, bundle.documents, manifest)


def export_case(
    connection: Connection, keys: ArchiveKeys, owner: str, target: Path, *, at: datetime, progress: Progress
) -> ExportReport:
    """The entries about one owner ('source:customer') with a proof for each, the contents they name, and its keys.

    Nothing of another owner leaves: proofs hold hashes alone. Raises NotFound for an unknown owner, and as export_log.
    """
    head = _Head.of(connection, keys)
    owned = keys_of(connection, keys.kek, owner)
    if not owned:
        raise NotFound("archived customer", owner)
    rows = connection.execute(_OF_SUBJECT, {"refs": list(owned), "size": head.size}).all()
    tile = tile_reader(connection, signed_edge(connection, head.checkpoint, Edge()))
    count = _Count(progress, len(rows))
    with bundle_folder(target) as bundle:
        documents = _Documents(connection, bundle)
        for seq, body in count.over(rows):
            path = inclusion_proof(seq, head.size, lambda start, end: subtree(start, end, tile))
            bundle.proof(EntryProof(seq, body, path, head.note))
            documents.named(body)
        documents.write()
        released = {ref: b64encode(key.key).decode() for ref, key in owned.items() if key is not None}
        manifest = head.finish(bundle, "case", keys, at, released)
    return ExportReport(str(target), "case", head.size, head.root, bundle.entries, bundle.documents, manifest)


@dataclass(frozen=True, slots=True)
class _Head:
    """The newest checkpoint, with the lines of the witnesses that have cosigned it."""

    checkpoint: Checkpoint
    note: str
    cosigners: tuple[str, ...]

    @classmethod
    def of(cls, connection: Connection, keys: ArchiveKeys) -> _Head:
        checkpoint, note = signed_head(connection, keys.verifiers)
        if note is None:
            raise NotFound("signed checkpoint", "newest")
        lines = connection.execute(_COSIGNATURES, {"size": checkpoint.size}).all()
        return cls(checkpoint, note + "".join(row.line for row in lines), tuple(row.witness for row in lines))

    @property
    def size(self) -> int:
        return self.checkpoint.size

    @property
    def root(self) -> str:
        return b64encode(self.checkpoint.root).decode()

    def finish(
        self, bundle: Bundle, content: str, keys: ArchiveKeys, at: datetime, released: Mapping[str, str] | None = None
    ) -> str:
        """Close the bundle. Its policy asks for the witnesses that have cosigned this very checkpoint."""
        known = [key for key in keys.verifiers if key.may_sign(self.size)]
        asked = {one.name: one.vkey for one in keys.witnesses if one.name in self.cosigners}
        return bundle.finish(content, self.note, known, policy_text(known, asked), at=at, keys=released)


class _Documents:
    """Writes the contents that entries name, a few at a time."""

    def __init__(self, connection: Connection, bundle: Bundle) -> None:
        self._connection, self._bundle = connection, bundle
        self._names: set[str] = set()

    def of(self, bodies: Iterable[bytes]) -> Iterator[bytes]:
        """The entries as they come, their contents written on the way."""
        for body in bodies:
            self.named(body)
            yield body
        self.write()

    def named(self, body: bytes) -> None:
        """Note what an entry names."""
        if b'"documents":{' in body:
            self._names.update(decode(body).get("documents", {}))
            if len(self._names) >= _FEW:
                self.write()

    def write(self) -> None:
        """Write what was noted, or that it was erased. Raises ArchiveBroken when one is missing or is not what its name
        says."""
        new = {name for name in self._names if not self._bundle.has(name)}
        for name, data in self._connection.execute(_CONTENTS, {"names": sorted(new)}):
            if sha256(data).hexdigest() != name:
                raise ArchiveBroken(f"The content {name} is not what was sent; run: monitum archive verify")
            self._bundle.document(name, data)
            new.remove(name)
        for name, seq in self._connection.execute(_ERASED, {"names": sorted(new)}):
            self._bundle.erased(name, seq)
            new.remove(name)
        if new:
            raise ArchiveBroken(f"The content {min(new)} is missing; run: monitum archive verify")
        self._names.clear()


class _Count:
    """Tells progress now and then."""

    def __init__(self, progress: Progress, total: int) -> None:
        self._progress, self._total, self._done = progress, total, 0

    def over(self, things: Iterable[Any]) -> Iterator[Any]:
        for thing in things:
            yield thing
            self._done += 1
            if self._done % _STEP == 0 or self._done == self._total:
                self._progress(self._done, self._total)
