"""Cosignatures of witnesses in the database: kept beside the checkpoints they are of."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, text

from archive.errors import NoteRejected
from archive.keys.archive_keys import ArchiveKeys
from archive.log.checkpoint import Checkpoint
from archive.log.note import open_note, signatures_of, text_of
from archive.verification import LogDifference
from engine.errors import Conflict

_NOTE = text("select note from archive_checkpoint where size = :size")
_KEEP = text(
    "insert into archive_cosignature (size, witness, line) values (:size, :witness, :line) on conflict do nothing"
)
_ALL = text(
    "select size, witness, line, note from archive_cosignature left join archive_checkpoint using (size) "
    "order by size, witness"
)


def keep_cosignature(connection: Connection, note: str, witness: str) -> None:
    """Keep a witness's line below a checkpoint of this log, the first for each checkpoint.

    `note`: the checkpoint with the line of the witness last; it is verified where it is counted. Raises Conflict when
    the log has no such checkpoint, NoteRejected for what is no signed note.
    """
    checkpoint = Checkpoint.parse(text_of(note))
    stored = connection.execute(_NOTE, {"size": checkpoint.size}).scalar_one_or_none()
    if stored is None or text_of(stored) != checkpoint.text:
        raise Conflict(f"The log has no checkpoint of {checkpoint.size} entries with this root.")
    line = note.splitlines(keepends=True)[-1]
    if [name for name, _ in signatures_of("\n\n" + line)] != [witness]:
        raise NoteRejected(f"The last line of the note is not signed by '{witness}'.")
    connection.execute(_KEEP, {"size": checkpoint.size, "witness": witness, "line": line})


def bad_cosignatures(connection: Connection, keys: ArchiveKeys) -> Iterator[LogDifference]:
    """Every kept line that is not a known witness's signature over the checkpoint it is kept with."""
    witnesses = {witness.name: witness for witness in keys.witnesses}
    for row in connection.execute(_ALL, execution_options={"yield_per": 1_000}):
        what = f"cosignature of '{row.witness}' on checkpoint {row.size}: "
        if row.note is None:
            yield LogDifference("archive_cosignature", what + "there is no such checkpoint")
        elif row.witness not in witnesses:
            trust = "no such witness is known; if it is yours: monitum archive keys trust VKEY"
            yield LogDifference("archive_cosignature", what + trust)
        else:
            try:
                open_note(row.note + row.line, [witnesses[row.witness]])
                signatures_of("\n\n" + row.line)
            except NoteRejected as error:
                yield LogDifference("archive_cosignature", what + str(error))
