"""The integrator: gives entries their places, extends the tree, signs its head. One at a time, in batches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection, Row, text

from adapters.database.archive_tree import signed_edge, signed_head
from adapters.database.bulk import copy_rows
from adapters.database.tables import archive_checkpoint, archive_leaf, archive_tile
from archive.checkpoint import sign_checkpoint
from archive.merkle import leaf_hash
from archive.signing import ArchiveKeys
from archive.tiles import Edge
from engine.errors import ArchiveBroken

#: The integrators of a database take turns on this advisory lock.
_LOCK: Final = 7224002

_TAKE_TURN = text("select pg_advisory_xact_lock(:lock)")
_PENDING = text(
    "select pending.entry_id, entry.body from archive_pending pending "
    "left join archive_entry entry on entry.id = pending.entry_id "
    "where pending.entry_id > :after order by pending.entry_id limit :batch"
)
_PLACED = text("delete from archive_pending where entry_id = any(:ids)")


def integrate_batch(
    connection: Connection, keys: ArchiveKeys, known: Edge, *, after: int, batch: int
) -> tuple[Edge, list[int]]:
    """Give up to `batch` waiting entries with ids above `after` their places and sign the new head.

    Everything in the given transaction. Entries follow in order of id; one that commits later with a smaller id simply
    comes later. Returns the new edge, valid once the transaction is committed, and the ids. Before it signs, the tree
    is proved to extend the newest checkpoint: leaves and head of the stored tree must have one root. Raises
    ArchiveBroken, NoteRejected.
    """
    connection.execute(_TAKE_TURN, {"lock": _LOCK})
    waiting = connection.execute(_PENDING, {"after": after, "batch": batch}).all()
    head, _ = signed_head(connection, keys.verifiers)
    edge = signed_edge(connection, head, known)
    if waiting:
        _write(connection, keys, edge, waiting)
    return edge, [row.entry_id for row in waiting]


def _write(connection: Connection, keys: ArchiveKeys, edge: Edge, waiting: Sequence[Row[tuple[int, bytes]]]) -> None:
    first = edge.size
    for row in waiting:
        if row.body is None:
            raise ArchiveBroken(f"Entry {row.entry_id} disappeared before it got its place.")
    hashes = [leaf_hash(row.body) for row in waiting]
    tiles = edge.extend(hashes)
    copy_rows(
        connection,
        archive_leaf,
        [{"seq": first + place, "entry_id": row.entry_id, "hash": hashes[place]} for place, row in enumerate(waiting)],
    )
    copy_rows(connection, archive_tile, [{"level": tile.level, "idx": tile.index, "data": tile.data} for tile in tiles])
    note = sign_checkpoint(edge.size, edge.root(), keys.signer)
    connection.execute(archive_checkpoint.insert(), {"size": edge.size, "note": note})
    connection.execute(_PLACED, {"ids": [row.entry_id for row in waiting]})
