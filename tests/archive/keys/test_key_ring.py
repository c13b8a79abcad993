"""Rotation of the log's key and of the key-encryption key: what each key counts for, and what lies in which file."""

from __future__ import annotations

from pathlib import Path

import pytest

from archive.errors import KeyUnusable, NoteRejected
from archive.keys.archive_keys import ArchiveKeys
from archive.keys.subject_keys import SubjectKey
from archive.log.checkpoint import open_checkpoint, open_stored, sign_checkpoint
from archive.log.cosignature import WitnessSigner, WitnessVerifier
from archive.log.merkle import EMPTY_ROOT
from archive.log.note import Signer


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir() if path.suffix != ".lock"}


def witness(number: int) -> WitnessVerifier:
    return WitnessVerifier.parse(WitnessSigner("w", bytes([number]) * 32).verifier.vkey)


def test_a_new_key_signs_beside_the_old_one_until_that_retires(tmp_path: Path) -> None:
    keys = ArchiveKeys(tmp_path)
    first = keys.signer
    keys.rotate(10)
    second = keys.signer
    assert [*keys.ring.signers] == [first, second]
    assert [(key.first, key.last) for key in keys.verifiers] == [(0, None), (11, None)]
    assert {path.stat().st_mode & 0o777 for path in tmp_path.glob("log*")} == {0o600}
    with pytest.raises(KeyUnusable, match="retire"):
        keys.rotate(11)
    keys.retire(20)
    assert [*keys.ring.signers] == [second]
    assert [(key.first, key.last) for key in keys.verifiers] == [(0, 20), (11, None)]
    assert names(tmp_path) == {"kek.key", "log.ring", f"log.{second.verifier.key_id.hex()}.key"}
    with pytest.raises(KeyUnusable, match="rotate"):
        keys.retire(21)
    keys.rotate(30)
    keys.retire(31)
    assert [(key.first, key.last) for key in keys.verifiers] == [(0, 20), (11, 31), (31, None)]
    assert len(names(tmp_path)) == 3
    assert ArchiveKeys(tmp_path).ring == keys.ring


def test_another_process_sees_a_rotation_at_its_next_use(tmp_path: Path) -> None:
    here, there = ArchiveKeys(tmp_path), ArchiveKeys(tmp_path)
    subject = SubjectKey.new()
    wrapped = here.kek.wrap(subject, "pl:1")
    here.rotate(3)
    here.rotate_kek()
    here.trust(witness(1))
    assert there.ring == here.ring
    assert there.witnesses == here.witnesses
    assert there.kek.unwrap(subject.ref, "pl:1", wrapped) == subject
    assert there.kek.unwrap(subject.ref, "pl:1", here.kek.wrap(subject, "pl:1")) == subject


def test_each_key_counts_on_the_sizes_it_was_valid_for(tmp_path: Path) -> None:
    keys = ArchiveKeys(tmp_path)
    old = keys.signer
    keys.rotate(10)
    new = keys.signer
    keys.retire(20)
    counts = [
        (5, (old,), True),
        (10, (old,), True),
        (11, (old,), True),
        (20, (old,), True),
        (21, (old,), False),
        (10, (new,), False),
        (11, (new,), True),
        (20, (new,), True),
        (21, (new,), True),
        (99, (old, new), True),
    ]
    for size, signers, opens in counts:
        note = sign_checkpoint(size, EMPTY_ROOT, *signers)
        if opens:
            assert open_checkpoint(note, keys.verifiers).size == size
        else:
            with pytest.raises(NoteRejected, match="No known key"):
                open_checkpoint(note, keys.verifiers)


def test_what_the_log_stores_has_exactly_the_signatures_of_its_size(tmp_path: Path) -> None:
    keys = ArchiveKeys(tmp_path)
    old = keys.signer
    keys.rotate(10)
    new = keys.signer
    keys.retire(20)
    stranger = Signer(old.name, bytes(32))
    right = {5: (old,), 15: (old, new), 25: (new,)}
    for size, signers in right.items():
        assert open_stored(sign_checkpoint(size, EMPTY_ROOT, *signers), keys.verifiers).size == size
        for wrong in ((old,), (new,), (old, new), (new, old), (old, new, new), (stranger, *signers), (*signers, old)):
            if wrong != signers:
                with pytest.raises(NoteRejected):
                    open_stored(sign_checkpoint(size, EMPTY_ROOT, *wrong), keys.verifiers)


def test_a_bad_signature_of_one_of_two_keys_rejects_the_checkpoint(tmp_path: Path) -> None:
    keys = ArchiveKeys(tmp_path)
    keys.rotate(0)
    note = sign_checkpoint(7, EMPTY_ROOT, *keys.ring.signers)
    other = sign_checkpoint(8, EMPTY_ROOT, *keys.ring.signers)
    mixed = note[: note.rindex("— ")] + other[other.rindex("— ") :]
    with pytest.raises(NoteRejected, match="not over this text"):
        open_checkpoint(mixed, keys.verifiers)


def test_a_log_that_lost_entries_goes_on_under_another_name(tmp_path: Path) -> None:
    keys = ArchiveKeys(tmp_path, origin="example.com/log")
    lost = sign_checkpoint(50, EMPTY_ROOT, keys.signer)
    keys.remembered.signed(lost)
    old = keys.signer
    assert keys.restart(30).name == "example.com/log/2"
    assert keys.restart(40).name == "example.com/log/3"
    assert [(key.name, key.first, key.last) for key in keys.verifiers] == [
        ("example.com/log", 0, 30),
        ("example.com/log/2", 31, 40),
        ("example.com/log/3", 41, None),
    ]
    with pytest.raises(NoteRejected):
        open_checkpoint(sign_checkpoint(31, EMPTY_ROOT, old), keys.verifiers)
    assert keys.remembered.newest(keys.verifiers) == {}
    assert (tmp_path / "lost-50-signed.checkpoint").read_text() == lost


def test_only_the_largest_checkpoint_is_remembered_and_only_if_it_is_the_logs(tmp_path: Path) -> None:
    keys = ArchiveKeys(tmp_path)
    for size in (3, 9, 5):
        keys.remembered.signed(sign_checkpoint(size, EMPTY_ROOT, keys.signer))
    keys.remembered.witnessed(sign_checkpoint(4, EMPTY_ROOT, keys.signer))
    assert [one.size for one in keys.remembered.newest(keys.verifiers).values()] == [9, 4]
    assert keys.remembered.witnessed_size == 4
    (tmp_path / "signed.checkpoint").write_text(sign_checkpoint(9, EMPTY_ROOT, Signer("monitum/archive", bytes(32))))
    with pytest.raises(NoteRejected, match=r"signed\.checkpoint"):
        keys.remembered.newest(keys.verifiers)


def test_a_key_encryption_key_is_replaced_and_the_old_one_opens_until_it_is_retired(tmp_path: Path) -> None:
    keys, subject = ArchiveKeys(tmp_path), SubjectKey.new()
    old = keys.kek.wrap(subject, "pl:1")
    keys.rotate_kek()
    new = keys.kek.wrap(subject, "pl:1")
    assert keys.kek.unwrap(subject.ref, "pl:1", old) == keys.kek.unwrap(subject.ref, "pl:1", new) == subject
    assert keys.kek.alone.unwrap(subject.ref, "pl:1", new) == subject
    with pytest.raises(KeyUnusable):
        keys.kek.alone.unwrap(subject.ref, "pl:1", old)
    with pytest.raises(KeyUnusable, match="retire"):
        keys.rotate_kek()
    keys.retire_kek()
    with pytest.raises(KeyUnusable):
        keys.kek.unwrap(subject.ref, "pl:1", old)


@pytest.mark.parametrize(
    "line", ["", "0 -", "x - {vkey}", "0 y {vkey}", "0 - {vkey} z", "0 - monitum/archive+00000000+AAAA", "0 5 {vkey}"]
)
def test_a_damaged_ring_is_refused(tmp_path: Path, line: str) -> None:
    keys = ArchiveKeys(tmp_path)
    (tmp_path / "log.ring").write_text(line.format(vkey=keys.signer.verifier.vkey) + "\n")
    with pytest.raises(KeyUnusable):
        ArchiveKeys(tmp_path)


def test_a_key_that_should_sign_and_is_missing_is_named(tmp_path: Path) -> None:
    keys = ArchiveKeys(tmp_path)
    keys.rotate(1)
    path = tmp_path / f"log.{keys.signer.verifier.key_id.hex()}.key"
    path.unlink()
    with pytest.raises(KeyUnusable, match=path.name):
        ArchiveKeys(tmp_path)


def test_two_witnesses_of_one_name_are_not_both_trusted(tmp_path: Path) -> None:
    keys = ArchiveKeys(tmp_path)
    keys.trust(witness(1))
    keys.trust(witness(1))
    with pytest.raises(KeyUnusable, match="another key"):
        keys.trust(witness(2))
    assert keys.witnesses == (witness(1),)
