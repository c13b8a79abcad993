"""RFC 6962 section 2.1 written down as it is defined, recursively: what the archive's tree is held against."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256


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


def path(index: int, entries: Sequence[bytes]) -> list[bytes]:
    if len(entries) == 1:
        return []
    k = split(len(entries))
    if index < k:
        return [*path(index, entries[:k]), mth(entries[k:])]
    return [*path(index - k, entries[k:]), mth(entries[:k])]


def proof(old: int, entries: Sequence[bytes]) -> list[bytes]:
    return _subproof(old, entries, whole=True)


def _subproof(old: int, entries: Sequence[bytes], *, whole: bool) -> list[bytes]:
    if old == len(entries):
        return [] if whole else [mth(entries)]
    k = split(len(entries))
    if old <= k:
        return [*_subproof(old, entries[:k], whole=whole), mth(entries[k:])]
    return [*_subproof(old - k, entries[k:], whole=False), mth(entries[:k])]
