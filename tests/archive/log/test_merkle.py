"""Hashing and proofs against the definition of RFC 6962, for every small tree."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.errors import ProofRejected
from archive.log.merkle import (
    EMPTY_ROOT,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    root,
    verify_consistency,
    verify_inclusion,
)
from tests.archive import naive

ENTRIES = [naive.leaf(number) for number in range(300)]
HASHES = [leaf_hash(entry) for entry in ENTRIES]


@cache
def subtree(start: int, end: int) -> bytes:
    return root(HASHES[start:end])


@cache
def naive_root(start: int, end: int) -> bytes:
    return naive.mth(ENTRIES[start:end])


def test_published_hashes_of_rfc_6962_implementations() -> None:
    # The first trees of the Certificate Transparency test data: empty, one empty leaf, that and a zero byte.
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert leaf_hash(b"").hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert (
        root([leaf_hash(b""), leaf_hash(b"\0")]).hex()
        == "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"
    )


def test_every_root_up_to_300_is_the_defined_one() -> None:
    for size in range(301):
        assert root(HASHES[:size]) == naive.mth(ENTRIES[:size])


def test_every_inclusion_proof_up_to_257_is_the_defined_one_and_verifies() -> None:
    for size in range(1, 258):
        tree = naive_root(0, size)
        for index in range(size):
            proof = inclusion_proof(index, size, subtree)
            verify_inclusion(HASHES[index], index, size, proof, tree)
            assert list(proof) == naive.path(index, 0, size, naive_root)


def test_every_consistency_proof_up_to_260_is_the_defined_one_and_verifies() -> None:
    for new in range(1, 261):
        for old in range(1, new + 1):
            proof = consistency_proof(old, new, subtree)
            verify_consistency(old, new, naive_root(0, old), naive_root(0, new), proof)
            assert list(proof) == naive.proof(old, new, naive_root)


@pytest.mark.parametrize("size", [1, 2, 3, 5, 8, 13, 33])
def test_every_altered_inclusion_proof_is_rejected(size: int) -> None:
    tree = subtree(0, size)
    for index in range(size):
        proof = inclusion_proof(index, size, subtree)
        wrong = [
            (HASHES[index + 1], index, size, proof),
            (HASHES[index], (index + 1) % size, size, proof) if size > 1 else (HASHES[50], index, size, proof),
            (HASHES[index], index, size, (*proof, HASHES[0])),
            (HASHES[index], size, size, proof),
            (HASHES[index], -1, size, proof),
        ]
        if proof:
            wrong.append((HASHES[index], index, size, proof[:-1]))
        for place in range(len(proof)):
            flipped = bytes([proof[place][0] ^ 1]) + proof[place][1:]
            wrong.append((HASHES[index], index, size, (*proof[:place], flipped, *proof[place + 1 :])))
        for leaf, at, of, path in wrong:
            with pytest.raises(ProofRejected):
                verify_inclusion(leaf, at, of, path, tree)


@pytest.mark.parametrize(("old", "new"), [(1, 2), (2, 3), (3, 7), (4, 7), (6, 8), (7, 8), (8, 9), (8, 33), (20, 33)])
def test_every_altered_consistency_proof_is_rejected(old: int, new: int) -> None:
    proof = consistency_proof(old, new, subtree)
    roots = subtree(0, old), subtree(0, new)
    wrong = [(roots, (*proof, HASHES[0])), (roots, proof[:-1]), ((roots[1], roots[0]), proof), (roots, ())]
    for place in range(len(proof)):
        flipped = bytes([proof[place][0] ^ 1]) + proof[place][1:]
        wrong.append((roots, (*proof[:place], flipped, *proof[place + 1 :])))
    for (old_root, new_root), path in wrong:
        with pytest.raises(ProofRejected):
            verify_consistency(old, new, old_root, new_root, path)


def test_nothing_can_be_proved_of_the_empty_tree() -> None:
    with pytest.raises(ProofRejected):
        consistency_proof(0, 5, subtree)
    with pytest.raises(ProofRejected):
        verify_consistency(0, 5, EMPTY_ROOT, subtree(0, 5), ())
    with pytest.raises(ProofRejected):
        inclusion_proof(0, 0, subtree)
    with pytest.raises(ProofRejected):
        verify_consistency(5, 5, subtree(0, 5), subtree(0, 4), ())


@given(st.data(), st.integers(2, 300))
def test_a_tree_with_another_history_is_never_consistent(data: st.DataObject, new: int) -> None:
    old = data.draw(st.integers(1, new - 1))
    changed = data.draw(st.integers(0, old - 1))
    forged = [*HASHES[:changed], leaf_hash(b"forged"), *HASHES[changed + 1 :]]
    proof = consistency_proof(old, new, lambda start, end: root(forged[start:end]))
    with pytest.raises(ProofRejected):
        verify_consistency(old, new, subtree(0, old), root(forged[:new]), proof)
