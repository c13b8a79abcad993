"""What is remembered outside the database, held against it: before anything is signed, and when all is verified."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from sqlalchemy import Connection, text

from adapters.database.archive.errors import ArchiveForked, ArchiveRolledBack
from adapters.database.archive.tree import tile_reader
from archive.errors import NoteRejected
from archive.keys.archive_keys import ArchiveKeys
from archive.log.checkpoint import Checkpoint
from archive.log.note import open_note
from archive.log.tiles import Edge, subtree
from archive.verification import LogDifference

_NOTE = text("select note from archive_checkpoint where size = :size")
_COSIGNED = text(
    "select witness, note || line as note from archive_cosignature join archive_checkpoint using (size) "
    "where size > :size order by size desc"
)


def require_remembered(
    connection: Connection, keys: ArchiveKeys, edge: Edge, proved: Collection[Checkpoint] = ()
) -> frozenset[Checkpoint]:
    """Prove that the tree of an edge extends the newest checkpoints that were signed and witnessed; which they are.

    `proved`: those of which this process knows it. Raises ArchiveRolledBack, ArchiveForked, NoteRejected.
    """
    remembered = keys.remembered.newest(keys.verifiers)
    for path, checkpoint in remembered.items():
        if checkpoint.size > edge.size:
            raise ArchiveRolledBack(signed=checkpoint.size, stored=edge.size, known_from=str(path))
        if checkpoint in proved:
            continue
        whole = checkpoint.size == edge.size
        root = edge.root() if whole else subtree(0, checkpoint.size, tile_reader(connection, edge))
        if root != checkpoint.root:
            raise ArchiveForked(size=checkpoint.size, known_from=str(path))
    return frozenset(remembered.values())


def newest_cosigned(connection: Connection, keys: ArchiveKeys, beyond: int) -> str | None:
    """The newest checkpoint larger than `beyond` that a known witness signed, with its line; None: none is.

    Lines of unknown witnesses, and bad ones, count for nothing here: `monitum archive verify` names them.
    """
    witnesses = {witness.name: witness for witness in keys.witnesses}
    if witnesses:
        for row in connection.execute(_COSIGNED, {"size": beyond}):
            if row.witness in witnesses:
                try:
                    open_note(row.note, [witnesses[row.witness]])
                except NoteRejected:
                    continue
                return str(row.note)
    return None


def forgotten(connection: Connection, keys: ArchiveKeys) -> Iterator[LogDifference]:
    """Checkpoints that were signed or witnessed and are not in the database, where every other one is verified."""
    try:
        remembered = keys.remembered.newest(keys.verifiers)
    except NoteRejected as error:
        yield LogDifference("archive_checkpoint", str(error))
        return
    for path, checkpoint in remembered.items():
        note = connection.execute(_NOTE, {"size": checkpoint.size}).scalar_one_or_none()
        if note is None:
            what = f"checkpoint {checkpoint.size} was signed ({path}) and is missing: an older state was restored"
            yield LogDifference("archive_checkpoint", what)
        elif not note.startswith(checkpoint.text + "\n"):
            what = f"checkpoint {checkpoint.size} is not the one that was signed ({path}): the log forked"
            yield LogDifference("archive_checkpoint", what)
