"""Key files: the log's signing key and the key-encryption key, created on first use, readable by their owner only."""

from __future__ import annotations

import os
import secrets
import tempfile
from pathlib import Path
from typing import Final

from archive.errors import KeyUnusable
from archive.note import Signer, Verifier
from archive.subject_keys import KEY_SIZE, KeyEncryptionKey

DEFAULT_ORIGIN: Final = "monitum/archive"
LOG_KEY: Final = "log.key"
KEK: Final = "kek.key"


class ArchiveKeys:
    """What an archive signs, verifies and wraps with. `verifiers` are all keys whose checkpoints count.

    The files of a directory; what is missing is created with mode 0600. `origin` names a log key that is created; an
    existing one has its name inside. Raises KeyUnusable when a file is malformed or may be read by others.
    """

    def __init__(self, directory: Path, *, origin: str = DEFAULT_ORIGIN) -> None:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        secret = _read_or_create(directory / LOG_KEY, f"{Signer(origin, secrets.token_bytes(32)).secret}\n".encode())
        kek = _read_or_create(directory / KEK, secrets.token_bytes(KEY_SIZE))
        try:
            self.signer = Signer.parse(secret.decode("ascii"))
        except UnicodeDecodeError:
            raise KeyUnusable(f"{directory / LOG_KEY} does not hold a signing key.") from None
        self.verifiers: tuple[Verifier, ...] = (self.signer.verifier,)
        self.kek = KeyEncryptionKey.of(kek)


def _read_or_create(path: Path, fresh: bytes) -> bytes:
    if not path.exists():
        _create(path, fresh)
    mode = path.stat().st_mode
    if mode & 0o077:
        raise KeyUnusable(f"{path} may be read by others (mode {mode & 0o777:04o}); run: chmod 600 {path}")
    return path.read_bytes()


def _create(path: Path, data: bytes) -> None:
    """Write a file of mode 0600 at once and only if nobody else did: a half-written key would be lost for good."""
    descriptor, name = tempfile.mkstemp(dir=path.parent)  # mode 0600
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        path.hardlink_to(name)
    except FileExistsError:
        pass  # another process was first; its key is the key
    finally:
        Path(name).unlink()
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
