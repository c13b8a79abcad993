"""C2SP signed notes: text signed by Ed25519 keys that are known by name and id."""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import ClassVar, Final, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from archive.errors import KeyUnusable, NoteRejected

#: The specification asks for at least 16; more than this is not a note but an attack.
MAX_SIGNATURES: Final = 100
_SIGNATURE: Final = re.compile(r"— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})\n")
_CONTROL: Final = re.compile(r"[\x00-\x09\x0b-\x1f]")
_VKEY: Final = re.compile(r"([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})")
_SECRET: Final = re.compile(r"PRIVATE\+KEY\+" + _VKEY.pattern)


def _key_parts(pattern: re.Pattern[str], text: str, kind: bytes) -> tuple[str, bytes, bytes]:
    """Name, id and 32 key bytes of a key of a kind written as text."""
    match = pattern.fullmatch(text.strip())
    if not match:
        raise KeyUnusable("This is not a key of the form name+id+base64.")
    name, key_id, encoded = match.groups()
    data = _decode(encoded)
    if data is None or len(data) != 33 or not data.startswith(kind):
        raise KeyUnusable(f"The key of '{name}' is not an Ed25519 key of kind {kind[0]}.")
    return name, bytes.fromhex(key_id), data[1:]


def _decode(encoded: str) -> bytes | None:
    """The bytes; None unless this is how they are written: other text with the same bytes was tampered with."""
    try:
        data = b64decode(encoded, validate=True)
    except ValueError:  # not base64, or not ASCII
        return None
    return data if b64encode(data).decode() == encoded else None


@dataclass(frozen=True)
class Verifier:
    """A known public key. Raises KeyUnusable when the name is not one (empty, with spaces or '+').

    `first` and `last`: sizes of the trees it may sign as a key of a log; None: no end.
    """

    #: Byte before the key, by which the algorithm is known: 1 is Ed25519 over the text.
    KIND: ClassVar[bytes] = b"\x01"

    name: str
    public: bytes
    first: int = 0
    last: int | None = None

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[^\s+]+", self.name):
            raise KeyUnusable(f"'{self.name}' cannot name a key: it is empty or has a space or a plus sign.")

    @classmethod
    def parse(cls, vkey: str) -> Self:
        """Read a vkey. Raises KeyUnusable when it is malformed or its id does not belong to the key."""
        name, key_id, public = _key_parts(_VKEY, vkey, cls.KIND)
        verifier = cls(name, public)
        if verifier.key_id != key_id:
            raise KeyUnusable(f"The id in the key of '{name}' does not belong to it.")
        return verifier

    @cached_property
    def key_id(self) -> bytes:
        """First four bytes of SHA-256(name, newline, kind, public key)."""
        return sha256(self.name.encode() + b"\n" + self.KIND + self.public).digest()[:4]

    @property
    def vkey(self) -> str:
        """The public key as text: name+id+base64."""
        return f"{self.name}+{self.key_id.hex()}+{b64encode(self.KIND + self.public).decode()}"

    def may_sign(self, size: int) -> bool:
        """Whether its signature counts on a tree of this size."""
        return self.first <= size and (self.last is None or size <= self.last)

    @cached_property
    def _key(self) -> Ed25519PublicKey:
        return Ed25519PublicKey.from_public_bytes(self.public)

    def accepts(self, text: str, signature: bytes) -> bool:
        """Whether the signature is this key's over the text."""
        return self._verifies(signature, text.encode())

    def _verifies(self, signature: bytes, message: bytes) -> bool:
        try:
            self._key.verify(signature, message)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True)
class Signer:
    """A key that signs: a name and an Ed25519 seed of 32 bytes."""

    VERIFIER: ClassVar[type[Verifier]] = Verifier

    name: str
    seed: bytes = field(repr=False)

    @classmethod
    def parse(cls, secret: str) -> Self:
        """Read the text form 'PRIVATE+KEY+name+id+base64'. Raises KeyUnusable."""
        name, key_id, seed = _key_parts(_SECRET, secret, cls.VERIFIER.KIND)
        signer = cls(name, seed)
        if signer.verifier.key_id != key_id:
            raise KeyUnusable(f"The id in the private key of '{name}' does not belong to it.")
        return signer

    @property
    def secret(self) -> str:
        """The private key as text; reading it is enough to sign."""
        data = b64encode(self.VERIFIER.KIND + self.seed).decode()
        return f"PRIVATE+KEY+{self.name}+{self.verifier.key_id.hex()}+{data}"

    @cached_property
    def _key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)

    @cached_property
    def verifier(self) -> Verifier:
        """The public half."""
        return self.VERIFIER(self.name, self._key.public_key().public_bytes_raw())

    def line(self, text: str) -> str:
        """The signature line over a text."""
        return self._line(self._key.sign(text.encode()))

    def _line(self, signature: bytes) -> str:
        return f"— {self.name} {b64encode(self.verifier.key_id + signature).decode()}\n"


def sign_note(text: str, signers: Iterable[Signer]) -> str:
    """The text as a note signed by every signer. Raises NoteRejected when the text cannot be one."""
    if not text.endswith("\n") or _CONTROL.search(text):
        raise NoteRejected("The text of a note ends with a newline and has no other control characters.")
    return text + "\n" + "".join(signer.line(text) for signer in signers)


def open_note(note: str, known: Sequence[Verifier]) -> tuple[str, tuple[Verifier, ...]]:
    """The text and the known keys that signed it.

    Signatures of unknown keys are ignored: so keys are rotated and witnesses add theirs. Raises NoteRejected for a
    malformed note, a bad signature of a known key, or when no known key signed.
    """
    text = text_of(note)
    signed: list[Verifier] = []
    for name, signature in signatures_of(note):
        for verifier in known:
            if (verifier.name, verifier.key_id) == (name, signature[:4]):
                if not verifier.accepts(text, signature[4:]):
                    raise NoteRejected(f"The signature of '{verifier.name}' is not over this text.")
                signed.append(verifier)
    if not signed:
        raise NoteRejected("No known key signed the note.")
    return text, tuple(signed)


def text_of(note: str) -> str:
    """The text of a note, no matter which keys signed it. Raises NoteRejected for what is no signed note."""
    head, separator, _ = note.rpartition("\n\n")
    if not separator or _CONTROL.search(note):
        raise NoteRejected("This is not a signed note.")
    return head + "\n"


def signatures_of(note: str) -> list[tuple[str, bytes]]:
    """The signatures below a note, in order: the key's name; its id of four bytes and the signature. Nothing is
    verified. Raises NoteRejected for a malformed line."""
    lines = note.rpartition("\n\n")[2].splitlines(keepends=True)
    if not 0 < len(lines) <= MAX_SIGNATURES:
        raise NoteRejected(f"A note has 1 to {MAX_SIGNATURES} signatures.")
    found: list[tuple[str, bytes]] = []
    for line in lines:
        match = _SIGNATURE.fullmatch(line)
        data = _decode(match[2]) if match else None
        if match is None or data is None or len(data) < 5:
            raise NoteRejected("A signature line of the note is malformed.")
        found.append((match[1], data))
    return found
