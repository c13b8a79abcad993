"""The witness and his signature: what he signs, what he refuses, and that both checkpoints are named when he does."""

from __future__ import annotations

import hashlib
import json
import random
import tempfile
from base64 import b64decode
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from archive.anchors.cosigner import Cosigner
from archive.errors import EntryInvalid, KeyUnusable, LogForked, LogRolledBack, NoteRejected
from archive.log.checkpoint import Checkpoint, sign_checkpoint
from archive.log.cosignature import WitnessSigner, WitnessVerifier, open_cosigned
from archive.log.merkle import consistency_proof, leaf_hash, root
from archive.log.note import Signer, open_note

AT = datetime(2026, 3, 2, 9, 0, 0, 999_999, tzinfo=UTC)
LOG = Signer("monitum/archive", bytes(range(32)))
OTHER = Signer("other/witness", bytes(range(1, 33)))


class Log:
    """A log in memory that can be set back and forked."""

    def __init__(self, size: int, signer: Signer = LOG) -> None:
        self.leaves = [leaf_hash(number.to_bytes(4, "big")) for number in range(size)]
        self.signer = signer
        self.asked = 0

    def grow(self, size: int, salt: bytes = b"") -> None:
        self.leaves += [leaf_hash(salt + number.to_bytes(4, "big")) for number in range(len(self.leaves), size)]

    def note(self) -> str:
        return sign_checkpoint(len(self.leaves), root(self.leaves), self.signer)

    def consistency(self, old: int, new: int) -> Sequence[bytes]:
        self.asked += 1
        return consistency_proof(old, new, lambda start, end: root(self.leaves[start:end]))


def witness(folder: Path, **changes: str) -> Cosigner:
    return Cosigner(folder / "w", **{"name": "w.example/1", **changes}, logs=[LOG.verifier])


def test_a_cosignature_is_the_one_that_the_specification_describes() -> None:
    signer = WitnessSigner("w.example/1", bytes(range(32)))
    text = Checkpoint("monitum/archive", 9, bytes(32)).text
    line = signer.cosign(text, AT)
    dash, name, encoded = line.rstrip("\n").split(" ")
    data = b64decode(encoded)
    public = signer.verifier.public
    assert (dash, name) == ("—", "w.example/1")
    assert data[:4] == hashlib.sha256(b"w.example/1\n\x04" + public).digest()[:4]
    assert int.from_bytes(data[4:12], "big") == 1772442000
    message = b"cosignature/v1\ntime 1772442000\n" + text.encode()
    Ed25519PublicKey.from_public_bytes(public).verify(data[12:], message)
    assert len(data) == 4 + 8 + 64
    assert b64decode(signer.verifier.vkey.split("+", 2)[2])[:1] == b"\x04"


def test_a_cosigned_checkpoint_opens_with_the_witnesss_key_and_says_when() -> None:
    signer = WitnessSigner("w.example/1", bytes(32))
    note = sign_checkpoint(9, bytes(32), LOG)
    cosigned = note + signer.cosign(Checkpoint(LOG.name, 9, bytes(32)).text, AT)
    verifier = WitnessVerifier.parse(signer.verifier.vkey)
    assert open_cosigned(cosigned, verifier) == (Checkpoint(LOG.name, 9, bytes(32)), AT.replace(microsecond=0))
    assert open_note(cosigned, [LOG.verifier, verifier])[1] == (LOG.verifier, verifier)
    assert WitnessSigner.parse(signer.secret) == signer
    with pytest.raises(NoteRejected):
        open_cosigned(note, verifier)
    with pytest.raises(NoteRejected, match="not over this text"):
        open_cosigned(cosigned.replace("\n9\n", "\n8\n"), verifier)
    with pytest.raises(EntryInvalid):
        signer.cosign("x\n", datetime(2026, 1, 1))  # noqa: DTZ001  the naive moment is the case
    for kind, key in ((WitnessVerifier, LOG.verifier.vkey), (type(LOG.verifier), signer.verifier.vkey)):
        with pytest.raises(KeyUnusable, match="kind"):
            kind.parse(key)


def test_another_moment_in_the_signature_is_not_accepted() -> None:
    signer = WitnessSigner("w", bytes(32))
    line = b64decode(signer.cosign("text\n", AT).split(" ")[2])
    verifier = signer.verifier
    assert verifier.accepts("text\n", line[4:])
    later = (int.from_bytes(line[4:12], "big") + 1).to_bytes(8, "big")
    assert not verifier.accepts("text\n", later + line[12:])
    assert not verifier.accepts("text\n", line[4:] + b"\0")
    assert not verifier.accepts("text\n", line[4:-1])
    assert not verifier.accepts("text\n", b"")


def test_a_log_that_grows_is_signed_and_asked_for_a_proof_each_time(tmp_path: Path) -> None:
    log, eyes = Log(5), witness(tmp_path)
    first = eyes.observe(log.note(), log.consistency, AT)
    assert first is not None
    assert (first.checkpoint.size, first.before, first.grew, log.asked) == (5, None, True, 0)
    again = eyes.observe(log.note(), log.consistency, AT + timedelta(hours=1))
    assert again is not None
    assert (again.grew, again.note, log.asked) == (False, first.note, 0)
    log.grow(300)
    grown = witness(tmp_path).observe(log.note(), log.consistency, AT)
    assert grown is not None
    assert (grown.before, grown.checkpoint.size, log.asked) == (first.checkpoint, 300, 1)
    verifier = WitnessVerifier.parse(eyes.signer.verifier.vkey)
    assert open_cosigned(grown.note, verifier)[0] == grown.checkpoint


def test_a_log_that_was_set_back_is_named_with_both_checkpoints(tmp_path: Path) -> None:
    log, eyes = Log(20), witness(tmp_path)
    seen = eyes.observe(log.note(), log.consistency, AT)
    log.leaves = log.leaves[:12]
    assert seen is not None
    for _ in range(2):
        with pytest.raises(LogRolledBack, match="had 20 entries and now has 12 entries") as raised:
            eyes.observe(log.note(), log.consistency, AT)
        assert (raised.value.seen, raised.value.offered) == (seen.note, log.note())
    with pytest.raises(LogRolledBack, match="no checkpoint at all"):
        eyes.observe(None, log.consistency, AT)
    log.grow(20)
    assert eyes.observe(log.note(), log.consistency, AT) is not None


def test_a_log_that_went_on_otherwise_after_a_loss_is_a_fork_with_both_checkpoints(tmp_path: Path) -> None:
    log, eyes = Log(20), witness(tmp_path)
    seen = eyes.observe(log.note(), log.consistency, AT)
    assert seen is not None
    for size in (20, 21, 200):
        log.leaves = log.leaves[:12]
        log.grow(size, b"other")
        with pytest.raises(LogForked, match="does not begin with the 20 entries") as raised:
            eyes.observe(log.note(), log.consistency, AT)
        assert (raised.value.seen, raised.value.offered) == (seen.note, log.note())
    lines = [json.loads(line) for line in (tmp_path / "w" / "seen.jsonl").read_text().splitlines()]
    assert [line["verdict"] for line in lines] == ["first", "LogForked", "LogForked", "LogForked"]
    assert all(line["note"] for line in lines)


def test_an_empty_log_is_nothing_to_sign(tmp_path: Path) -> None:
    assert witness(tmp_path).observe(None, Log(0).consistency, AT) is None


def test_what_no_trusted_log_signed_is_not_signed(tmp_path: Path) -> None:
    eyes = witness(tmp_path)
    with pytest.raises(NoteRejected, match="No known key"):
        eyes.observe(Log(3, Signer(LOG.name, bytes(32))).note(), Log(3).consistency, AT)
    assert not list((tmp_path / "w").glob("newest-*"))


def test_lines_of_others_are_not_passed_on(tmp_path: Path) -> None:
    log = Log(3)
    note = log.note() + OTHER.line(log.note().rpartition("\n\n")[0] + "\n")
    observed = witness(tmp_path).observe(note, log.consistency, AT)
    assert observed is not None
    assert OTHER.name not in observed.note
    assert observed.note.count("— ") == 2


def test_a_log_of_a_new_name_is_looked_at_only_when_its_key_is_given(tmp_path: Path) -> None:
    log, renamed = Log(9), Log(4, Signer("monitum/archive/2", bytes(32)))
    witness(tmp_path).observe(log.note(), log.consistency, AT)
    with pytest.raises(NoteRejected):
        witness(tmp_path).observe(renamed.note(), renamed.consistency, AT)
    Cosigner(tmp_path / "w", name="x", logs=[renamed.signer.verifier])
    eyes = witness(tmp_path)
    assert eyes.observe(renamed.note(), renamed.consistency, AT) is not None
    assert eyes.observe(log.note(), log.consistency, AT) is not None


def test_a_witness_without_a_log_or_with_an_open_key_file_does_not_start(tmp_path: Path) -> None:
    with pytest.raises(KeyUnusable, match="keys list"):
        Cosigner(tmp_path / "w", name="w")
    witness(tmp_path)
    assert (tmp_path / "w" / "witness.key").stat().st_mode & 0o777 == 0o600
    assert Cosigner(tmp_path / "w", name="another").signer.name == "w"
    (tmp_path / "w" / "witness.key").chmod(0o644)
    with pytest.raises(KeyUnusable, match="chmod 600"):
        witness(tmp_path)


@given(st.integers(1, 140), st.integers(1, 140), st.integers(0, 2**32))
def test_no_two_histories_are_ever_both_signed(seen: int, offered: int, seed: int) -> None:
    """Whatever is shown after a checkpoint was signed: it is signed exactly when it begins with what was seen."""
    chance = random.Random(seed)  # noqa: S311  repeatable histories, no secrets
    log = Log(seen)
    with tempfile.TemporaryDirectory() as folder:
        eyes = witness(Path(folder))
        eyes.observe(log.note(), log.consistency, AT)
        before = list(log.leaves)
        log.leaves = log.leaves[: chance.randrange(seen + 1)]
        log.grow(offered, chance.choice([b"", b"other"]))
        if log.leaves[:seen] == before:
            assert eyes.observe(log.note(), log.consistency, AT) is not None
        elif offered < seen:
            with pytest.raises(LogRolledBack):
                eyes.observe(log.note(), log.consistency, AT)
        else:
            with pytest.raises(LogForked):
                eyes.observe(log.note(), log.consistency, AT)
