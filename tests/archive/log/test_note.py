"""Signed notes: the published examples, key rotation, and everything that must be rejected."""

from __future__ import annotations

from base64 import b64decode, b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.errors import KeyUnusable, NoteRejected
from archive.log.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from archive.log.merkle import EMPTY_ROOT
from archive.log.note import Signer, Verifier, open_note, sign_note

# The worked example of C2SP signed-note.
EXAMPLE_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
EXAMPLE_NOTE = (
    "This is an example message.\n"
    "\n"
    "— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
)
# The example of the Go checksum database's note package, whose private key is published too.
GO_SECRET = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
GO_TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
GO_LINE = (
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)

LOG = Signer("monitum/archive", bytes(range(32)))
WITNESS = Signer("witness.example/w1", bytes(range(1, 33)))


def test_the_published_note_opens_with_the_published_key() -> None:
    verifier = Verifier.parse(EXAMPLE_KEY)
    assert verifier.key_id.hex() == "530d903a"
    assert verifier.vkey == EXAMPLE_KEY
    assert open_note(EXAMPLE_NOTE, [verifier]) == ("This is an example message.\n", (verifier,))


def test_the_published_private_key_makes_the_published_signature() -> None:
    signer = Signer.parse(GO_SECRET)
    assert signer.secret == GO_SECRET
    assert sign_note(GO_TEXT, [signer]) == f"{GO_TEXT}\n{GO_LINE}"


def test_a_changed_text_is_rejected() -> None:
    with pytest.raises(NoteRejected, match="is not over this text"):
        open_note(EXAMPLE_NOTE.replace("example message", "exemple message"), [Verifier.parse(EXAMPLE_KEY)])


def test_signatures_of_unknown_keys_are_ignored() -> None:
    note = sign_note("text\n", [WITNESS, LOG])
    assert open_note(note, [LOG.verifier])[1] == (LOG.verifier,)
    assert open_note(note, [LOG.verifier, WITNESS.verifier])[1] == (WITNESS.verifier, LOG.verifier)


def test_a_key_that_shares_only_the_name_is_unknown() -> None:
    rotated = Signer(LOG.name, bytes(32))
    note = sign_note("text\n", [rotated, LOG])
    assert open_note(note, [LOG.verifier])[1] == (LOG.verifier,)
    with pytest.raises(NoteRejected, match="No known key"):
        open_note(sign_note("text\n", [rotated]), [LOG.verifier])


def test_a_bad_signature_of_a_known_key_rejects_the_note_in_spite_of_a_good_one() -> None:
    forged = LOG.verifier.key_id + bytes(64)
    note = sign_note("text\n", [WITNESS]) + f"— {LOG.name} {b64encode(forged).decode()}\n"
    assert open_note(note, [WITNESS.verifier])[1] == (WITNESS.verifier,)
    with pytest.raises(NoteRejected):
        open_note(note, [WITNESS.verifier, LOG.verifier])


def test_a_text_may_have_empty_lines_and_16_signatures() -> None:
    text = "Ogni riga\n\ned una vuota\n"
    signers = [Signer(f"s{number}", bytes([number]) * 32) for number in range(16)]
    note = sign_note(text, signers)
    assert open_note(note, [signers[15].verifier]) == (text, (signers[15].verifier,))


@pytest.mark.parametrize(
    "note",
    [
        "",
        "text\n",
        "text\n\n",
        "text\n\nno signature line\n",
        EXAMPLE_NOTE.replace("—", "-"),
        EXAMPLE_NOTE.rstrip("\n"),
        EXAMPLE_NOTE.replace("\n\n", "\n \n"),
        EXAMPLE_NOTE.replace("This", "Th\tis"),
        EXAMPLE_NOTE.replace("Uw2QOkn8", "Uw2QOk=8"),
        EXAMPLE_NOTE + "\n",
        EXAMPLE_NOTE + "— other AAAA\n",
        EXAMPLE_NOTE + "— other AAAAAAAA\n" * 100,
    ],
)
def test_what_is_no_signed_note_is_rejected(note: str) -> None:
    with pytest.raises(NoteRejected):
        open_note(note, [Verifier.parse(EXAMPLE_KEY)])


@pytest.mark.parametrize(
    "vkey",
    [
        EXAMPLE_KEY.replace("530d903a", "530d903b"),
        EXAMPLE_KEY.replace("530d903a", "530D903A"),
        EXAMPLE_KEY.replace("foo", "bar"),
        "example.com/foo+530d903a",
        "+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/foo+530d903a+" + b64encode(b"\x02" + b64decode(EXAMPLE_KEY.rpartition("+")[2])[1:]).decode(),
        "example.com/foo+530d903a+AekyeRrm56hApGFkyQ==",
    ],
)
def test_a_key_that_does_not_fit_its_name_and_id_is_refused(vkey: str) -> None:
    with pytest.raises(KeyUnusable):
        Verifier.parse(vkey)


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"])), st.binary(min_size=32, max_size=32))
def test_what_is_signed_opens_and_nothing_else_does(line: str, seed: bytes) -> None:
    signer = Signer("k", seed)
    note = sign_note(f"{line}\n", [signer])
    assert open_note(note, [signer.verifier])[0] == f"{line}\n"
    with pytest.raises(NoteRejected):
        open_note("x" + note, [signer.verifier])


def test_a_checkpoint_is_origin_size_and_root() -> None:
    note = sign_checkpoint(20852163, EMPTY_ROOT, LOG)
    lines = note.split("\n")
    assert lines[:4] == ["monitum/archive", "20852163", b64encode(EMPTY_ROOT).decode(), ""]
    assert open_checkpoint(note, [LOG.verifier]) == Checkpoint("monitum/archive", 20852163, EMPTY_ROOT)


@pytest.mark.parametrize(
    "text",
    [
        "o\n1\n",
        "o\n01\nAA==\n",
        "o\n-1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
        "o\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFV=\n",
        "o\n1\nAAAA\n",
        "o\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFé=\n",
        "\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
        "o\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\nx\n",
    ],
)
def test_what_is_no_checkpoint_is_rejected(text: str) -> None:
    with pytest.raises(NoteRejected):
        open_checkpoint(sign_note(text, [Signer("o", bytes(32))]), [Signer("o", bytes(32)).verifier])


def test_a_checkpoint_with_extension_lines_still_opens() -> None:
    text = Checkpoint("monitum/archive", 3, EMPTY_ROOT).text + "extension\n"
    assert open_checkpoint(sign_note(text, [LOG]), [LOG.verifier]).size == 3


def test_the_signature_of_a_witness_alone_makes_no_checkpoint() -> None:
    note = sign_note(Checkpoint("monitum/archive", 3, EMPTY_ROOT).text, [WITNESS])
    with pytest.raises(NoteRejected, match="not signed by that log"):
        open_checkpoint(note, [LOG.verifier, WITNESS.verifier])
