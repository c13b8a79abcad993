"""Key files and wrapped data keys."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from archive.errors import KeyUnusable
from archive.keys.archive_keys import ArchiveKeys
from archive.keys.subject_keys import KeyEncryptionKey, SubjectKey
from archive.log.note import Signer, Verifier


def test_keys_are_created_once_and_readable_by_their_owner_only(tmp_path: Path) -> None:
    first = ArchiveKeys(tmp_path / "keys")
    assert {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "keys").iterdir()} == {
        "log.key": 0o600,
        "kek.key": 0o600,
    }
    assert (tmp_path / "keys").stat().st_mode & 0o077 == 0
    assert len((tmp_path / "keys" / "kek.key").read_bytes()) == 32
    again = ArchiveKeys(tmp_path / "keys", origin="another/name")
    assert again.signer == first.signer
    assert first.signer.name == "monitum/archive"
    assert Verifier.parse(first.signer.verifier.vkey) == first.verifiers[0]
    subject = SubjectKey.new()
    assert again.kek.unwrap(subject.ref, "pl:1", first.kek.wrap(subject, "pl:1")).key == subject.key


def test_processes_that_start_together_share_the_key_of_the_first(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as pool:
        keys = list(pool.map(lambda _: ArchiveKeys(tmp_path / "keys").signer, range(32)))
    assert len(set(keys)) == 1
    assert sorted(path.name for path in (tmp_path / "keys").iterdir()) == ["kek.key", "log.key"]


@pytest.mark.parametrize("name", ["log.key", "kek.key"])
def test_a_key_file_that_others_may_read_is_refused(tmp_path: Path, name: str) -> None:
    ArchiveKeys(tmp_path)
    (tmp_path / name).chmod(0o640)
    with pytest.raises(KeyUnusable, match=r"mode 0640.*chmod 600"):
        ArchiveKeys(tmp_path)


@pytest.mark.parametrize(
    ("name", "data"),
    [("kek.key", b"short"), ("log.key", b"\xff\xfe"), ("log.key", b""), ("log.key", b"PRIVATE+KEY+a+00000000+AAAA")],
)
def test_a_damaged_key_file_is_refused(tmp_path: Path, name: str, data: bytes) -> None:
    ArchiveKeys(tmp_path)
    (tmp_path / name).write_bytes(data)
    with pytest.raises(KeyUnusable):
        ArchiveKeys(tmp_path)


def test_the_signing_key_is_in_the_text_form_other_tools_read(tmp_path: Path) -> None:
    signer = ArchiveKeys(tmp_path, origin="example.com/log").signer
    assert Signer.parse((tmp_path / "log.key").read_text()) == signer


def test_a_wrapped_key_opens_for_its_reference_and_owner_only() -> None:
    kek, key = KeyEncryptionKey.of(bytes(32)), SubjectKey.new()
    wrapped = kek.wrap(key, "pl:1")
    assert key.key not in wrapped
    assert kek.unwrap(key.ref, "pl:1", wrapped) == key
    damaged = bytes([wrapped[0] ^ 1]) + wrapped[1:]
    for other, ref, owner, data in (
        (KeyEncryptionKey.of(b"\1" * 32), key.ref, "pl:1", wrapped),
        (kek, SubjectKey.new().ref, "pl:1", wrapped),
        (kek, key.ref, "pl:2", wrapped),
        (kek, key.ref, "pl:1", damaged),
        (kek, key.ref, "pl:1", b""),
    ):
        with pytest.raises(KeyUnusable):
            other.unwrap(ref, owner, data)


def test_sealing_twice_never_gives_the_same_bytes() -> None:
    key = SubjectKey.new()
    sealed = {key.seal(b"text") for _ in range(1000)}
    assert len(sealed) == 1000
    assert {key.open(one) for one in sealed} == {b"text"}
    with pytest.raises(KeyUnusable):
        SubjectKey.new().open(key.seal(b"text"))


def test_secrets_are_not_printed_with_the_objects_that_hold_them(tmp_path: Path) -> None:
    keys, subject = ArchiveKeys(tmp_path), SubjectKey.new()
    printed = f"{keys.signer!r} {keys.kek!r} {subject!r}"
    assert repr(keys.signer.seed) not in printed
    assert repr(subject.key) not in printed
