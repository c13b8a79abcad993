"""Merkle tree hashing and proofs of RFC 6962 section 2.1, with the verification of RFC 9162 section 2.1."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from typing import Final

from archive.errors import ProofRejected

HASH_SIZE: Final = 32
EMPTY_ROOT: Final = sha256(b"").digest()

#: Root of the leaves [start, end) of a log.
Subtree = Callable[[int, int], bytes]


def leaf_hash(data: bytes) -> bytes:
    """SHA-256 of 0x00 and the entry."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256 of 0x01 and the two children."""
    return sha256(b"\x01" + left + right).digest()


def root(hashes: Sequence[bytes]) -> bytes:
    """Root over hashes of one level, level by level; an odd last one moves up unchanged."""
    if not hashes:
        return EMPTY_ROOT
    level = list(hashes)
    while len(level) > 1:
        above = [node_hash(level[index], level[index + 1]) for index in range(0, len(level) - 1, 2)]
        if len(level) % 2:
            above.append(level[-1])
        level = above
    return level[0]


def _split(size: int) -> int:
    """The largest power of two below `size` (at least 2)."""
    return 1 << ((size - 1).bit_length() - 1)


def inclusion_proof(index: int, size: int, subtree: Subtree) -> tuple[bytes, ...]:
    """PATH(index, D[size]): the siblings from leaf to root. Raises ProofRejected when the leaf is not in the tree."""
    if not 0 <= index < size:
        raise ProofRejected(f"A tree of {size} leaves has no leaf {index}.")
    path: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(subtree(middle, end))
            end = middle
        else:
            path.append(subtree(start, middle))
            start = middle
    return tuple(reversed(path))


def consistency_proof(old: int, new: int, subtree: Subtree) -> tuple[bytes, ...]:
    """PROOF(old, D[new]). Raises ProofRejected unless 0 < old <= new: of the empty tree nothing can be proved."""
    if not 0 < old <= new:
        raise ProofRejected(f"There is no consistency proof from {old} to {new} leaves.")
    path: list[bytes] = []
    start, end = 0, new
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            path.append(subtree(middle, end))
            end = middle
        else:
            path.append(subtree(start, middle))
            start = middle
    if start:
        path.append(subtree(start, end))
    return tuple(reversed(path))


def _climb(place: int, last: int, proof: Sequence[bytes]) -> Iterator[tuple[bool, bytes]]:
    """The siblings on the way from a node to the root, each with whether it is on the left (RFC 9162 section 2.1.3.2,
    fn and sn are `place` and `last`). Raises ProofRejected when the proof has another length than the way."""
    for sibling in proof:
        if last == 0:
            raise ProofRejected("The proof is too long.")
        left = place % 2 == 1 or place == last
        yield left, sibling
        while left and place and place % 2 == 0:
            place, last = place >> 1, last >> 1
        place, last = place >> 1, last >> 1
    if last:
        raise ProofRejected("The proof is too short.")


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], tree_root: bytes) -> None:
    """Raises ProofRejected unless the leaf hash is leaf `index` of the tree of `size` leaves with this root."""
    if not 0 <= index < size:
        raise ProofRejected(f"A tree of {size} leaves has no leaf {index}.")
    value = leaf
    for left, sibling in _climb(index, size - 1, proof):
        value = node_hash(sibling, value) if left else node_hash(value, sibling)
    if value != tree_root:
        raise ProofRejected("The inclusion proof does not lead to the root.")


def verify_consistency(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> None:
    """Raises ProofRejected unless the tree of `new` leaves extends that of `old` (RFC 9162 section 2.1.4.2)."""
    if not 0 < old <= new:
        raise ProofRejected(f"There is no consistency proof from {old} to {new} leaves.")
    if old == new:
        if proof or old_root != new_root:
            raise ProofRejected("Trees of one size must have one root and an empty proof.")
        return
    # The largest complete subtree that ends the old tree; when it is the whole old tree, its root is not repeated.
    height = (old & -old).bit_length() - 1
    path = (old_root, *proof) if old == 1 << height else tuple(proof)
    if not path:
        raise ProofRejected("The proof is too short.")
    old_value = new_value = path[0]
    for left, sibling in _climb((old - 1) >> height, (new - 1) >> height, path[1:]):
        old_value = node_hash(sibling, old_value) if left else old_value
        new_value = node_hash(sibling, new_value) if left else node_hash(new_value, sibling)
    if old_value != old_root or new_value != new_root:
        raise ProofRejected("The consistency proof does not lead to both roots.")
