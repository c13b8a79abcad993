"""Reading the archive as an auditor: proofs over growing trees, tiles, search, and the note that reading leaves."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from adapters.database.archive.audit import Audit
from adapters.database.archive.store import Archive
from archive.entries.reading import Reader, Search
from archive.errors import ProofRejected
from archive.keys.archive_keys import ArchiveKeys
from archive.log.checkpoint import open_checkpoint
from archive.log.merkle import leaf_hash, root, verify_consistency, verify_inclusion
from archive.log.tiles import split_tile
from engine.errors import InvalidInput, NotFound
from tests.adapters.database.archive.archive_samples import AT, append, sample

RITA = Reader("Rita Rewident", "auditor")


@pytest.fixture
def keys(tmp_path: Path) -> ArchiveKeys:
    return ArchiveKeys(tmp_path / "keys")


@pytest.fixture
def archive(database: Engine, keys: ArchiveKeys) -> Archive:
    return Archive(database, keys)


@pytest.fixture
def audit(database: Engine, archive: Archive, keys: ArchiveKeys) -> Audit:
    return Audit(database, archive, keys, lambda: AT)


def test_before_the_first_checkpoint_there_is_nothing_to_prove(audit: Audit) -> None:
    for ask in (audit.checkpoint, lambda: audit.proof(1), lambda: audit.consistency(1, 1), lambda: audit.tile(0, 0, 1)):
        with pytest.raises(NotFound):
            ask()


def test_proofs_tiles_and_consistency_hold_for_every_size_the_log_had(
    database: Engine, archive: Archive, keys: ArchiveKeys, audit: Audit
) -> None:
    roots: dict[int, bytes] = {}
    for count in (1, 2, 252, 1, 1, 250, 300):
        append(database, archive, [sample(number, "C1") for number in range(count)])
        archive.integrate()
        head = open_checkpoint(audit.checkpoint(), keys.verifiers)
        roots[head.size] = head.root
    assert list(roots) == [1, 3, 255, 256, 257, 507, 807]
    for old, old_root in roots.items():
        for new, new_root in roots.items():
            if old <= new:
                verify_consistency(old, new, old_root, new_root, audit.consistency(old, new))
    with pytest.raises(ProofRejected):
        verify_consistency(255, 807, roots[256], roots[807], audit.consistency(255, 807))
    leaves = [leaf for index in range(4) for leaf in split_tile(audit.tile(0, index, 256 if index < 3 else 39))]
    assert root(leaves) == roots[807]
    assert split_tile(audit.tile(1, 0, 3)) == [root(leaves[256 * index :][:256]) for index in range(3)]
    entries = audit.tile(None, 3, 39)
    first = int.from_bytes(entries[:2], "big")
    assert leaf_hash(entries[2 : 2 + first]) == leaves[768]
    for entry in audit.show("pl:C1", RITA)[::100]:
        proof = audit.proof(entry.id)
        head = open_checkpoint(proof.checkpoint, keys.verifiers)
        assert head.size == 808  # reading it was noted
        verify_inclusion(leaf_hash(proof.body), proof.seq, head.size, proof.hashes, head.root)


def test_proofs_of_every_kind_of_place_verify_against_the_signed_root(
    database: Engine, archive: Archive, keys: ArchiveKeys, audit: Audit
) -> None:
    ids = append(database, archive, [sample(number) for number in range(1300)])
    archive.integrate()
    for reader in (audit, Audit(database, archive, keys, lambda: AT)):
        for seq in (0, 255, 256, 1023, 1024, 1279, 1299):
            proof = reader.proof(ids[seq])
            head = open_checkpoint(proof.checkpoint, keys.verifiers)
            verify_inclusion(leaf_hash(proof.body), proof.seq, head.size, proof.hashes, head.root)
            assert proof.seq == seq
    for nowhere in (ids[-1] + 1, -1):
        with pytest.raises(NotFound):
            audit.proof(nowhere)


@pytest.mark.parametrize("place", [(0, 0, 4), (0, 1, 1), (1, 0, 1), (None, 0, 4), (7, 0, 1)])
def test_a_tile_beyond_the_tree_is_not_there(
    database: Engine, archive: Archive, audit: Audit, place: tuple[int | None, int, int]
) -> None:
    append(database, archive, [sample(number) for number in range(3)])
    archive.integrate()
    with pytest.raises(NotFound):
        audit.tile(*place)


def test_consistency_names_the_side_that_is_wrong(database: Engine, archive: Archive, audit: Audit) -> None:
    append(database, archive, [sample(number) for number in range(3)])
    archive.integrate()
    for old, new, field in ((0, 3, "from"), (3, 2, "from"), (1, 4, "to"), (-1, 2, "from"), (1, 0, "to")):
        with pytest.raises(InvalidInput) as refused:
            audit.consistency(old, new)
        assert refused.value.field == field


def test_a_search_finds_by_every_filter_and_their_combination(database: Engine, archive: Archive, audit: Audit) -> None:
    invoice = sample(7, "C2", kind="document:issued", actor="Anna", personal={"number": "FV/7/2026", "buyer": ["ŁÓDŹ"]})
    later = sample(8, "C2", at=AT + timedelta(days=2), reason="Spór o fakturę")
    first, second, third, fourth = append(database, archive, [sample(1, "C1"), invoice, later, sample(9)])

    def found(**filters: object) -> list[int]:
        return [entry.id for entry in audit.search(Search(**filters), RITA)]  # type: ignore[arg-type]  # as given

    assert found(kind="document:issued") == [second]
    assert found(owner="pl:C2") == [third, second]
    assert found(owner="other:C2") == []
    assert found(actor="Anna") == [second]
    assert found(number="FV/7/2026") == [second]
    assert found(number="FV/7") == []
    assert found(number="9") == [fourth]
    assert found(words="łódź") == [second]
    assert found(words="spór o") == [third]
    assert found(words="zażółć c1") == [first]
    assert found(first=AT + timedelta(days=1), kind="decision:made") == [third]
    assert found(end=AT + timedelta(days=1), owner="pl:C2", words="fv/7") == [second]
    assert found(kind="decision:made", limit=1) == [fourth]
    assert found(kind="decision:made", before=fourth, limit=1) == [third]
    for wrong in ({"limit": 0}, {"limit": 1001}, {"kind": "no:such"}):
        with pytest.raises(InvalidInput):
            found(**wrong)


def test_a_search_goes_on_over_many_batches(database: Engine, archive: Archive, audit: Audit) -> None:
    append(database, archive, [sample(number, f"C{number % 7}") for number in range(2_500)])
    (entry,) = audit.search(Search(number="3", kind="decision:made"), RITA)
    assert entry.public == {"number": 3}


def test_reading_about_people_leaves_one_entry_that_names_nobody(
    database: Engine, archive: Archive, audit: Audit
) -> None:
    ids = append(database, archive, [sample(number, f"C{number}") for number in range(3)])
    audit.search(Search(words="zażółć"), RITA)
    (noted,) = audit.search(Search(kind="archive:read"), RITA)
    assert (noted.actor, noted.role, noted.case) == ("Rita Rewident", "auditor", None)
    assert noted.public == {"what": "search", "filters": ["words"], "count": 3, "entries": ids[::-1]}
    assert audit.search(Search(kind="archive:read"), RITA) == [noted]  # reading what names nobody leaves nothing


def test_who_read_about_a_customer_stands_among_his_own_entries(
    database: Engine, archive: Archive, audit: Audit
) -> None:
    append(database, archive, [sample(1, "C1"), sample(2, "C2")])
    audit.show("pl:C1", RITA)
    assert [entry.kind for entry in audit.show("pl:C1", RITA)] == ["decision:made", "archive:read"]
    assert [entry.kind for entry in audit.show("pl:C2", RITA)] == ["decision:made"]
    assert archive.verify().ok
