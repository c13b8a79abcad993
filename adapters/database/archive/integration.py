"""The integrator: gives entries their places, extends the tree, signs its head. One at a time, in batches."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, text

from adapters.database.archive.memory import newest_cosigned, require_remembered
from adapters.database.archive.tree import signed_edge, signed_head
from adapters.database.bulk import copy_rows
from adapters.database.tables import archive_checkpoint, archive_leaf, archive_tile
from archive.keys.archive_keys import ArchiveKeys
from archive.log.checkpoint import Checkpoint, sign_checkpoint
from archive.log.merkle import leaf_hash
from archive.log.tiles import Edge
from engine.errors import ArchiveBroken

#: The integrators of a database take turns on this advisory lock.
_LOCK: Final = 7224002

_TAKE_TURN = text("select pg_advisory_xact_lock(:lock)")
# Two statements: joined, the planner at times reads all of archive_entry for a thousand rows of it.
_PENDING = text("select entry_id from archive_pending where entry_id > :after order by entry_id limit :batch")
_BODIES = text("select id, body from archive_entry where id = any(:ids)")


@dataclass(frozen=True, slots=True)
class Integrated:
    """What a batch came to, valid once its transaction is committed: the edge of the tree, the entries that got a
    place, the newest checkpoint, the newest with a witness's line if there is a new one, and checkpoints that the tree
    is proved to extend."""

    edge: Edge
    ids: list[int]
    note: str | None
    cosigned: str | None
    proved: frozenset[Checkpoint]


def take_turn(connection: Connection) -> None:
    """Keep every other integrator from signing until the transaction ends."""
    connection.execute(_TAKE_TURN, {"lock": _LOCK})


def integrate_batch(
    connection: Connection, keys: ArchiveKeys, known: Edge, proved: Collection[Checkpoint], *, after: int, batch: int
) -> Integrated:
    """Give up to `batch` waiting entries with ids above `after` their places and sign the new head.

    Everything in the given transaction. Entries follow in order of id; one that commits later with a smaller id simply
    comes later. Before it signs, the tree is proved to extend the newest checkpoint (leaves and head of the stored tree
    must have one root) and what is remembered outside the database. `known` and `proved`: what this process proved of
    this database before. Raises ArchiveBroken (ArchiveRolledBack, ArchiveForked), NoteRejected.
    """
    take_turn(connection)
    ids = list(connection.execute(_PENDING, {"after": after, "batch": batch}).scalars())
    head, note = signed_head(connection, keys.verifiers)
    edge = signed_edge(connection, head, known)
    proved = require_remembered(connection, keys, edge, proved)
    cosigned = newest_cosigned(connection, keys, keys.remembered.witnessed_size)
    if ids:
        note = _write(connection, keys, edge, ids)
    return Integrated(edge, ids, note, cosigned, proved)


def _write(connection: Connection, keys: ArchiveKeys, edge: Edge, ids: Sequence[int]) -> str:
    bodies = {row.id: row.body for row in connection.execute(_BODIES, {"ids": ids})}
    for entry_id in ids:
        if entry_id not in bodies:
            raise ArchiveBroken(f"Entry {entry_id} disappeared before it got its place.")
    hashes = [leaf_hash(bodies[entry_id]) for entry_id in ids]
    leaves = [
        {"seq": seq, "entry_id": entry_id, "hash": value}
        for seq, (entry_id, value) in enumerate(zip(ids, hashes, strict=True), edge.size)
    ]
    tiles = [{"level": tile.level, "idx": tile.index, "data": tile.data} for tile in edge.extend(hashes)]
    copy_rows(connection, archive_leaf, leaves)
    copy_rows(connection, archive_tile, tiles)
    note = sign_checkpoint(edge.size, edge.root(), *keys.ring.signers)
    connection.execute(archive_checkpoint.insert(), {"size": edge.size, "note": note})
    return note
