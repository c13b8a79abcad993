"""Tiles and the right edge against trees computed at once."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.log.merkle import HASH_SIZE, inclusion_proof, leaf_hash, root, verify_inclusion
from archive.log.tiles import TILE_WIDTH, Edge, Tile, split_tile, subtree, tile_path

#: More than 256 * 256, so that there is a full tile of level 1.
LEAVES = [leaf_hash(number.to_bytes(4, "big")) for number in range(70_000)]


@pytest.fixture(scope="module")
def grown() -> tuple[Edge, dict[tuple[int, int], bytes]]:
    edge = Edge()
    tiles = {(tile.level, tile.index): tile.data for tile in edge.extend(LEAVES)}
    return edge, tiles


def test_paths_are_those_of_the_specification() -> None:
    assert tile_path(0, 1234067) == "tile/0/x001/x234/067"
    assert tile_path(0, 0) == "tile/0/000"
    assert tile_path(1, 999) == "tile/1/999"
    assert tile_path(1, 1000) == "tile/1/x001/000"
    assert tile_path(2, 0, 17) == "tile/2/000.p/17"
    assert tile_path("entries", 12, 3) == "tile/entries/012.p/3"


def test_70000_entries_have_the_tiles_of_the_specification(grown: tuple[Edge, dict[tuple[int, int], bytes]]) -> None:
    edge, tiles = grown
    assert sorted(tiles) == [(0, index) for index in range(273)] + [(1, 0)]
    assert {len(data) for data in tiles.values()} == {TILE_WIDTH * HASH_SIZE}
    assert [len(level) for level in edge.partial] == [112, 17, 1]


def test_every_hash_of_a_tile_is_the_root_it_stands_for(grown: tuple[Edge, dict[tuple[int, int], bytes]]) -> None:
    edge, tiles = grown
    for (level, index), data in tiles.items():
        for place, value in enumerate(split_tile(data)):
            width = TILE_WIDTH**level
            start = (index * TILE_WIDTH + place) * width
            assert value == root(LEAVES[start : start + width])
    assert edge.partial[2] == [root(LEAVES[: TILE_WIDTH**2])]
    assert edge.root() == root(LEAVES)


def test_an_edge_restored_from_tiles_is_the_edge_that_was_grown(
    grown: tuple[Edge, dict[tuple[int, int], bytes]],
) -> None:
    edge, tiles = grown

    def hashes(level: int, first: int, count: int) -> list[bytes]:
        if level == 0:
            return LEAVES[first : first + count]
        return [root(split_tile(tiles[level - 1, index])) for index in range(first, first + count)]

    assert Edge.restore(len(LEAVES), hashes) == edge
    assert Edge.restore(0, hashes) == Edge()
    small = Edge()
    small.extend(LEAVES[:256])
    assert Edge.restore(256, hashes) == small


def test_proofs_read_from_tiles_verify(grown: tuple[Edge, dict[tuple[int, int], bytes]]) -> None:
    edge, tiles = grown

    def tile(level: int, index: int) -> Sequence[bytes]:
        stored = tiles.get((level, index))
        return split_tile(stored) if stored else edge.partial[level]

    for index in (0, 1, 255, 256, 4_711, 65_535, 65_536, 69_887, 69_888, 69_999):
        proof = inclusion_proof(index, edge.size, lambda start, end: subtree(start, end, tile))
        verify_inclusion(LEAVES[index], index, edge.size, proof, edge.root())


@given(st.lists(st.integers(0, 400), max_size=6))
def test_growing_in_steps_is_growing_at_once(steps: list[int]) -> None:
    edge, tiles, size = Edge(), list[Tile](), 0
    for step in steps:
        before = edge.copy()
        tiles += edge.extend(LEAVES[size : size + step])
        size += step
        assert before.size == size - step
        assert edge.root() == root(LEAVES[:size])
    at_once = Edge()
    assert at_once.extend(LEAVES[:size]) == tiles
    assert at_once == edge
