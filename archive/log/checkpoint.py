"""C2SP tlog-checkpoint: origin, tree size and root as a signed note."""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from archive.errors import NoteRejected
from archive.log.merkle import HASH_SIZE
from archive.log.note import Signer, Verifier, open_note, sign_note, signatures_of, text_of

_SIZE: Final = re.compile(r"0|[1-9][0-9]{0,18}")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A tree head: the log's name, its number of entries and their Merkle root."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """What is signed. No extension lines: what is not in a leaf cannot be audited."""
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"

    @classmethod
    def parse(cls, text: str) -> Checkpoint:
        """Read the text of a checkpoint; extension lines are left aside. Raises NoteRejected."""
        lines = text.split("\n")
        if len(lines) < 4 or lines[-1] or not all(lines[:-1]) or not _SIZE.fullmatch(lines[1]):
            raise NoteRejected("This note is not a checkpoint.")
        try:
            root = b64decode(lines[2], validate=True)
        except ValueError:  # not base64, or not ASCII
            root = b""
        if len(root) != HASH_SIZE or b64encode(root).decode() != lines[2]:
            raise NoteRejected("The root of the checkpoint is not a SHA-256 hash in base64.")
        return cls(lines[0], int(lines[1]), root)


def sign_checkpoint(size: int, root: bytes, *signers: Signer) -> str:
    """The checkpoint of the log that the last signer names, signed by all: older keys stand before newer ones."""
    return sign_note(Checkpoint(signers[-1].name, size, root).text, signers)


def open_checkpoint(note: str, known: Sequence[Verifier]) -> Checkpoint:
    """The checkpoint of a note that its own log signed.

    Raises NoteRejected as `open_note` does, and when no key named like the origin is among the known signers: a
    witness's signature alone does not make a checkpoint. A key that may not sign a tree of this size is unknown.
    """
    checkpoint = Checkpoint.parse(text_of(note))
    _, signed = open_note(note, [verifier for verifier in known if verifier.may_sign(checkpoint.size)])
    if not any(verifier.name == checkpoint.origin for verifier in signed):
        raise NoteRejected(f"The checkpoint of '{checkpoint.origin}' is not signed by that log.")
    return checkpoint


def open_stored(note: str, known: Sequence[Verifier]) -> Checkpoint:
    """The checkpoint of a note as the log itself stores it: signed by every key of that size, in order, and by no
    other. Raises NoteRejected: a line that was added, dropped or moved is an edit, even where the rest still opens."""
    checkpoint = open_checkpoint(note, known)
    expected = [(key.name, key.key_id) for key in known if key.may_sign(checkpoint.size)]
    if [(name, signature[:4]) for name, signature in signatures_of(note)] != expected:
        raise NoteRejected("The checkpoint is not signed by the keys of the log at that size, in their order.")
    return checkpoint
