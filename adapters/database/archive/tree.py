"""The Merkle tree in the database: its signed head, its right edge, and any hash of it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, text

from adapters.database.archive.errors import ArchiveRolledBack
from archive.log.checkpoint import Checkpoint, open_checkpoint
from archive.log.merkle import EMPTY_ROOT, root
from archive.log.note import Verifier
from archive.log.tiles import TILE_WIDTH, Edge, TileHashes, split_tile
from engine.errors import ArchiveBroken

#: So many new leaves are read to bring an edge up to date; beyond, reading the tiles is quicker.
_CATCH_UP = 50_000

_HEAD = text("select size, note from archive_checkpoint order by size desc limit 1")
_LAST = text("select coalesce(max(seq) + 1, 0) from archive_leaf")
_LEAVES = text("select hash from archive_leaf where seq >= :first and seq < :end order by seq")
_TILES = text("select data from archive_tile where level = :level and idx >= :first and idx < :end order by idx")


def signed_head(connection: Connection, known: Sequence[Verifier]) -> tuple[Checkpoint, str | None]:
    """The newest checkpoint and its note; the empty tree (and no note) before the first.

    Raises NoteRejected when no known key signed it, ArchiveBroken when it is stored under another size.
    """
    row = connection.execute(_HEAD).one_or_none()
    if row is None:
        return Checkpoint("", 0, EMPTY_ROOT), None
    checkpoint = open_checkpoint(row.note, known)
    if checkpoint.size != row.size:
        raise ArchiveBroken(f"Checkpoint {row.size} was signed for {checkpoint.size} entries.")
    return checkpoint, row.note


def signed_edge(connection: Connection, head: Checkpoint, known: Edge) -> Edge:
    """The right edge of the tree as stored, proved to be the tree of its signed head.

    `known`: an edge this process proved before, which saves reading the tiles. Raises ArchiveBroken when leaves and
    head differ, or when the head is behind what this process has seen signed: then an older state was restored.
    """
    if known.size > head.size:
        raise ArchiveRolledBack(signed=known.size, stored=head.size, known_from="as this process saw")
    if (leaves := connection.execute(_LAST).scalar_one()) != head.size:
        raise ArchiveBroken(f"The log has {leaves} leaves, its newest checkpoint {head.size}.")
    if head.size - known.size <= _CATCH_UP:
        edge = known.copy()
        edge.extend(_leaves(connection, known.size, head.size))
    else:
        edge = Edge.restore(head.size, lambda level, first, count: hashes_of(connection, level, first, count))
    if edge.size != head.size or edge.root() != head.root:
        raise ArchiveBroken(f"The leaves are not those signed in checkpoint {head.size}; run: monitum archive verify")
    return edge


def _leaves(connection: Connection, first: int, end: int) -> list[bytes]:
    return list(connection.execute(_LEAVES, {"first": first, "end": end}).scalars())


def hashes_of(connection: Connection, level: int, first: int, count: int) -> list[bytes]:
    """Consecutive hashes of a tile level: leaves, or roots of the full tiles below."""
    if level == 0:
        return _leaves(connection, first, first + count)
    data = connection.execute(_TILES, {"level": level - 1, "first": first, "end": first + count}).scalars()
    return [root(split_tile(tile)) for tile in data]


def tile_reader(connection: Connection, edge: Edge) -> TileHashes:
    """Hashes of any tile of the edge's tree; the partial ones are the edge itself."""
    read: dict[tuple[int, int], list[bytes]] = {}

    def tile(level: int, index: int) -> list[bytes]:
        if index == edge.size // TILE_WIDTH ** (level + 1):
            return edge.partial[level]
        if (level, index) not in read:
            data = connection.execute(_TILES, {"level": level, "first": index, "end": index + 1}).scalar_one_or_none()
            if data is None:
                raise ArchiveBroken(f"Tile {level}/{index} is missing.")
            read[level, index] = split_tile(data)
        return read[level, index]

    return tile
