"""C2SP tlog-cosignature, version 1: a witness's signature over a checkpoint and the moment at which it saw it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import ClassVar, Final

from archive.errors import EntryInvalid, NoteRejected
from archive.log.checkpoint import Checkpoint
from archive.log.note import Signer, Verifier, open_note, signatures_of

_MOMENT: Final = 8


@dataclass(frozen=True)
class WitnessVerifier(Verifier):
    """A witness's public key: the signature is a POSIX time of 8 bytes and Ed25519 over it and the checkpoint."""

    KIND: ClassVar[bytes] = b"\x04"

    def accepts(self, text: str, signature: bytes) -> bool:
        """Whether the signature is this witness's over the text of the checkpoint, at the moment it names."""
        seconds = int.from_bytes(signature[:_MOMENT], "big")
        return len(signature) == _MOMENT + 64 and self._verifies(signature[_MOMENT:], _message(text, seconds))


@dataclass(frozen=True)
class WitnessSigner(Signer):
    """A witness's key."""

    VERIFIER: ClassVar[type[Verifier]] = WitnessVerifier

    def cosign(self, text: str, at: datetime) -> str:
        """The signature line over a checkpoint seen at a moment (whole seconds). Raises EntryInvalid without a
        timezone."""
        if at.tzinfo is None:
            raise EntryInvalid("the moment has no timezone.", field="at")
        seconds = int(at.timestamp())
        return self._line(seconds.to_bytes(_MOMENT, "big") + self._key.sign(_message(text, seconds)))


def _message(text: str, seconds: int) -> bytes:
    return f"cosignature/v1\ntime {seconds}\n{text}".encode()


def open_cosigned(note: str, witness: WitnessVerifier) -> tuple[Checkpoint, datetime]:
    """The checkpoint that a witness signed and when. Raises NoteRejected when it did not."""
    text, _ = open_note(note, [witness])
    [signature] = [data for name, data in signatures_of(note) if (name, data[:4]) == (witness.name, witness.key_id)][:1]
    try:
        at = datetime.fromtimestamp(int.from_bytes(signature[4 : 4 + _MOMENT], "big"), UTC)
    except (OverflowError, ValueError):
        raise NoteRejected(f"The cosignature of '{witness.name}' names no moment.") from None
    return Checkpoint.parse(text), at
