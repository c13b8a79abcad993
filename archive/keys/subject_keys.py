"""Keys of the people the archive speaks about: destroying one erases the person and breaks no proof.

A data key of 256 bits encrypts with AES-256-GCM; it is stored wrapped by the key-encryption key, bound to its
reference and owner, so that a swapped or relabelled key does not open.
"""

from __future__ import annotations

import hmac
import os
import secrets
from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from archive.errors import KeyUnusable

KEY_SIZE: Final = 32
_NONCE: Final = 12


def _encrypt(cipher: AESGCM, plain: bytes, bound: bytes) -> bytes:
    # A random nonce is safe for 2**32 messages under one key (NIST SP 800-38D section 8.3).
    nonce = os.urandom(_NONCE)
    return nonce + cipher.encrypt(nonce, plain, bound)


def _decrypt(cipher: AESGCM, sealed: bytes, bound: bytes) -> bytes:
    try:
        return cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], bound)
    except (InvalidTag, ValueError):  # ValueError: shorter than a nonce and a tag
        raise KeyUnusable("The ciphertext does not open with this key.") from None


@dataclass(frozen=True, slots=True)
class SubjectKey:
    """The data key of one subject. `ref` is random and says nothing about the subject."""

    ref: str
    key: bytes = field(repr=False)
    _cipher: AESGCM = field(repr=False, compare=False)

    @classmethod
    def of(cls, ref: str, key: bytes) -> SubjectKey:
        """A key of 32 bytes under its reference."""
        return cls(ref, key, AESGCM(key))

    @classmethod
    def new(cls) -> SubjectKey:
        """A fresh key under a fresh reference of 128 random bits."""
        return cls.of(secrets.token_hex(16), secrets.token_bytes(KEY_SIZE))

    def seal(self, plain: bytes) -> str:
        """Base64 of nonce, ciphertext and tag, bound to the reference."""
        return b64encode(_encrypt(self._cipher, plain, self.ref.encode())).decode()

    def open(self, sealed: str) -> bytes:
        """The plain bytes. Raises KeyUnusable when this key did not seal them."""
        try:
            data = b64decode(sealed, validate=True)
        except ValueError:  # not base64, or not ASCII
            raise KeyUnusable("The ciphertext is not base64.") from None
        return _decrypt(self._cipher, data, self.ref.encode())

    def mac(self, text: str) -> str:
        """HMAC-SHA256 of a text that itself would tell who it is about; equal texts stay recognizable."""
        return hmac.digest(self.key, text.encode(), "sha256").hex()


@dataclass(frozen=True, slots=True)
class KeyEncryptionKey:
    """The key that wraps data keys, and older ones that open what they wrapped."""

    _ciphers: tuple[AESGCM, ...] = field(repr=False)

    @classmethod
    def of(cls, key: bytes, *older: bytes) -> KeyEncryptionKey:
        """From 32 bytes each. Raises KeyUnusable for another length."""
        for one in (key, *older):
            if len(one) != KEY_SIZE:
                raise KeyUnusable(f"A key-encryption key has {KEY_SIZE} bytes, not {len(one)}.")
        return cls(tuple(map(AESGCM, (key, *older))))

    @property
    def alone(self) -> KeyEncryptionKey:
        """The same key without older ones."""
        return KeyEncryptionKey(self._ciphers[:1])

    def wrap(self, subject: SubjectKey, owner: str) -> bytes:
        """The data key, encrypted and bound to its reference and owner."""
        return _encrypt(self._ciphers[0], subject.key, _bound(subject.ref, owner))

    def unwrap(self, ref: str, owner: str, wrapped: bytes) -> SubjectKey:
        """The data key of a reference. Raises KeyUnusable when it was wrapped by another key or for another owner."""
        for cipher in self._ciphers:
            try:
                return SubjectKey.of(ref, _decrypt(cipher, wrapped, _bound(ref, owner)))
            except KeyUnusable:
                continue
        raise KeyUnusable(
            f"The data key '{ref}' does not open with this key-encryption key, or was given to another owner."
        )


def _bound(ref: str, owner: str) -> bytes:
    return f"{ref}\n{owner}".encode()
