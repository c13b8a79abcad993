"""RFC 6962 section 2.1 written down as it is defined, recursively: what the archive's tree is held against."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import sha256

#: MTH(D[start:end]) of some entries.
Root = Callable[[int, int], bytes]


def leaf(number: int) -> bytes:
    return number.to_bytes(4, "big")


def split(size: int) -> int:
    power = 1
    while power * 2 < size:
        power *= 2
    return power


def mth(entries: Sequence[bytes]) -> bytes:
    if not entries:
        return sha256(b"").digest()
    if len(entries) == 1:
        return sha256(b"\0" + entries[0]).digest()
    k = split(len(entries))
    return sha256(b"\1" + mth(entries[:k]) + mth(entries[k:])).digest()


def path(index: int, start: int, end: int, root: Root) -> list[bytes]:
    """PATH(index, D[start:end]); `root` is mth over a range."""
    if end - start == 1:
        return []
    k = split(end - start)
    if index < k:
        return [*path(index, start, start + k, root), root(start + k, end)]
    return [*path(index - k, start + k, end, root), root(start, start + k)]


def proof(old: int, end: int, root: Root) -> list[bytes]:
    """PROOF(old, D[0:end])."""
    return _subproof(old, 0, end, root, whole=True)


def _subproof(old: int, start: int, end: int, root: Root, *, whole: bool) -> list[bytes]:
    if old == end - start:
        return [] if whole else [root(start, end)]
    k = split(end - start)
    if old <= k:
        return [*_subproof(old, start, start + k, root, whole=whole), root(start + k, end)]
    return [*_subproof(old - k, start + k, end, root, whole=False), root(start, start + k)]
