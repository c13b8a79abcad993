"""C2SP tlog-tiles: the tree as tiles of 256 hashes, and the right edge that grows it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from archive.log.merkle import EMPTY_ROOT, HASH_SIZE, node_hash, root

TILE_HEIGHT: Final = 8
TILE_WIDTH: Final = 1 << TILE_HEIGHT

#: The hashes of tile (level, index), as many as the tree has of it.
TileHashes = Callable[[int, int], Sequence[bytes]]


@dataclass(frozen=True, slots=True)
class Tile:
    """A full tile: 256 hashes, 8192 bytes."""

    level: int
    index: int
    data: bytes


def tile_path(level: int | str, index: int, width: int = TILE_WIDTH) -> str:
    """Where a tile is served: 'tile/0/x001/x234/067', with '.p/W' when it is partial; level 'entries' for bundles."""
    digits = f"{index:0{3 * -(-len(str(index)) // 3)}d}"
    parts = [digits[place : place + 3] for place in range(0, len(digits), 3)]
    path = "/".join([f"x{part}" for part in parts[:-1]] + parts[-1:])
    return f"tile/{level}/{path}" + ("" if width == TILE_WIDTH else f".p/{width}")


def split_tile(data: bytes) -> list[bytes]:
    """The hashes of a tile."""
    return [data[place : place + HASH_SIZE] for place in range(0, len(data), HASH_SIZE)]


def subtree(start: int, end: int, tile: TileHashes) -> bytes:
    """Root of the leaves [start, end), read from tiles. `start` must be a multiple of the range's full width, as every
    range of an RFC 6962 proof is."""
    parts: list[bytes] = []
    while start < end:
        height = (end - start).bit_length() - 1
        level, inner = divmod(height, TILE_HEIGHT)
        index, offset = divmod(start >> (TILE_HEIGHT * level), TILE_WIDTH)
        parts.append(root(tile(level, index)[offset : offset + (1 << inner)]))
        start += 1 << height
    return _fold(parts)


def _fold(parts: Sequence[bytes]) -> bytes:
    """Root over complete subtrees of falling size."""
    if not parts:
        return EMPTY_ROOT
    value = parts[-1]
    for part in reversed(parts[:-1]):
        value = node_hash(part, value)
    return value


@dataclass(slots=True)
class Edge:
    """The right edge of a tree: what is needed to grow it and to know its root.

    `stack`: roots of its complete subtrees, from the largest. `partial[level]`: hashes of that tile level which no
    full tile holds yet.
    """

    size: int = 0
    stack: list[bytes] = field(default_factory=list)
    partial: list[list[bytes]] = field(default_factory=lambda: [[]])

    @classmethod
    def restore(cls, size: int, hashes: Callable[[int, int, int], list[bytes]]) -> Edge:
        """The edge of a stored tree. `hashes(level, first, count)` reads consecutive hashes of a tile level."""
        edge = cls(size, [], [])
        while size or not edge.partial:
            count = size % TILE_WIDTH
            edge.partial.append(hashes(len(edge.partial), size - count, count) if count else [])
            size //= TILE_WIDTH
        for level in reversed(edge.partial):
            done = 0
            for bit in reversed(range(TILE_HEIGHT)):
                if len(level) >> bit & 1:
                    edge.stack.append(root(level[done : done + (1 << bit)]))
                    done += 1 << bit
        return edge

    def copy(self) -> Edge:
        """An edge that grows apart from this one."""
        return Edge(self.size, list(self.stack), [list(level) for level in self.partial])

    def root(self) -> bytes:
        """The root of the tree."""
        return _fold(self.stack)

    def extend(self, leaves: Iterable[bytes]) -> list[Tile]:
        """Append leaf hashes; the tiles they completed, in order of completion."""
        tiles: list[Tile] = []
        stack = self.stack
        for leaf in leaves:
            self._place(0, leaf, tiles)
            node, height = leaf, 0
            while self.size >> height & 1:
                node = node_hash(stack.pop(), node)
                height += 1
                if height % TILE_HEIGHT == 0:
                    self._place(height // TILE_HEIGHT, node, tiles)
            stack.append(node)
            self.size += 1
        return tiles

    def _place(self, level: int, value: bytes, tiles: list[Tile]) -> None:
        if level == len(self.partial):
            self.partial.append([])
        hashes = self.partial[level]
        hashes.append(value)
        if len(hashes) == TILE_WIDTH:
            index = self.size >> (TILE_HEIGHT * (level + 1))
            tiles.append(Tile(level, index, b"".join(hashes)))
            hashes.clear()
