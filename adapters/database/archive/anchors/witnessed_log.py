"""A log in a database, as a witness reads it: with the rights of a witness, and trusting only keys it brought along."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import OperationalError

from adapters.database.archive.anchors.cosignatures import keep_cosignature
from adapters.database.archive.errors import house_errors
from adapters.database.archive.tree import signed_edge, signed_head, tile_reader
from archive.log.merkle import consistency_proof
from archive.log.note import Verifier
from archive.log.tiles import Edge, subtree
from engine.errors import AdapterError


class DatabaseLog:
    """The log behind an engine; `known` are the keys that sign it. Every call raises AdapterError when the database
    does not answer."""

    def __init__(self, engine: Engine, known: Sequence[Verifier]) -> None:
        self._engine = engine
        self._known = known

    def newest(self) -> str | None:
        """The newest checkpoint; None when the log has none. Raises ArchiveBroken when no known key signed it."""
        with house_errors(), self._view() as connection:
            return signed_head(connection, self._known)[1]

    def consistency(self, old: int, new: int) -> tuple[bytes, ...]:
        """Proof that the tree of `new` entries extends that of `old`. Raises ArchiveBroken when the stored tree is not
        the one that was signed."""
        with house_errors(), self._view() as connection:
            head, _ = signed_head(connection, self._known)
            tile = tile_reader(connection, signed_edge(connection, head, Edge()))
            return consistency_proof(old, new, lambda start, end: subtree(start, end, tile))

    def deliver(self, note: str, witness: str) -> None:
        """Keep a witness's line, the last of the note, beside the checkpoint. Raises Conflict when it is of another."""
        with house_errors(), self._view() as connection:
            keep_cosignature(connection, note, witness)
            connection.commit()

    @contextmanager
    def _view(self) -> Iterator[Connection]:
        try:
            with self._engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
                yield connection
        except OperationalError as error:
            reason = str(error.orig).partition("\n")[0]
            raise AdapterError(f"The database of the log does not answer: {reason}") from error
