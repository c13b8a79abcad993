"""What an archive signs, verifies and wraps with: key files of a folder, readable by their owner only.

Files: `log.key` and its ring (archive/key_ring), `kek.key` and, until a rotation is finished, `kek.old.key`,
`witnesses` with the public keys whose cosignatures count, and what was signed last (archive/remembered).
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from archive import files
from archive.errors import KeyUnusable
from archive.keys.key_ring import LOG_KEY, RING, KeyRing
from archive.keys.subject_keys import KEY_SIZE, KeyEncryptionKey
from archive.log.cosignature import WitnessVerifier
from archive.log.note import Signer, Verifier
from archive.log.remembered import Remembered

DEFAULT_ORIGIN: Final = "monitum/archive"
KEK: Final = "kek.key"
OLD_KEK: Final = "kek.old.key"
WITNESSES: Final = "witnesses"
_LOCK: Final = "keys.lock"


@dataclass(frozen=True, slots=True)
class _Loaded:
    stamp: tuple[object, ...]
    ring: KeyRing
    kek: KeyEncryptionKey
    witnesses: tuple[WitnessVerifier, ...]


class ArchiveKeys:
    """The keys of a folder. What another process rotates is seen at the next use. May be shared by threads.

    What is missing is created with mode 0600. `origin` names a log key that is created; an existing one has its name
    inside. Raises KeyUnusable when a file is malformed or may be read by others.
    """

    def __init__(self, directory: Path, *, origin: str = DEFAULT_ORIGIN) -> None:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.folder = directory
        self.remembered = Remembered(directory)
        if not (directory / RING).exists() and not (directory / LOG_KEY).exists():
            files.create(directory / LOG_KEY, f"{Signer(origin, secrets.token_bytes(32)).secret}\n".encode())
        if not (directory / KEK).exists():
            files.create(directory / KEK, secrets.token_bytes(KEY_SIZE))
        self._loaded = self._load()

    @property
    def ring(self) -> KeyRing:
        """Every key of the log."""
        return self._current().ring

    @property
    def signer(self) -> Signer:
        """The newest key of the log."""
        return self.ring.signers[-1]

    @property
    def verifiers(self) -> tuple[Verifier, ...]:
        """All keys whose checkpoints count, each on its sizes of the tree."""
        return self.ring.verifiers

    @property
    def witnesses(self) -> tuple[WitnessVerifier, ...]:
        """The witnesses whose cosignatures count."""
        return self._current().witnesses

    @property
    def kek(self) -> KeyEncryptionKey:
        """The key-encryption key; while it is rotated, it opens what the old one wrapped too."""
        return self._current().kek

    def trust(self, witness: WitnessVerifier) -> None:
        """Count a witness's cosignatures. Raises KeyUnusable when another key of that name is known."""
        with files.exclusive(self.folder / _LOCK):
            known = {one.name: one for one in self.witnesses}
            if known.setdefault(witness.name, witness) != witness:
                raise KeyUnusable(f"A witness named '{witness.name}' with another key is known already.")
            files.replace(self.folder / WITNESSES, "".join(f"{one.vkey}\n" for one in known.values()).encode())

    def rotate(self, size: int) -> Verifier:
        """A new key of the log, which signs trees larger than `size` beside the old one. Raises KeyUnusable."""
        return self._store(self.ring.rotated(size, Signer(self.signer.name, secrets.token_bytes(32))))

    def retire(self, size: int) -> Verifier:
        """The old key of the log ends after `size`, its secret is removed. Raises KeyUnusable when there is none."""
        return self._store(self.ring.retired(size))

    def restart(self, size: int) -> Verifier:
        """A new log, of a new name, goes on after `size`; what was signed beyond is set aside."""
        base, _, number = self.signer.name.rpartition("/")
        name = f"{base}/{int(number) + 1}" if number.isdecimal() else f"{self.signer.name}/2"
        verifier = self._store(self.ring.restarted(size, Signer(name, secrets.token_bytes(32))))
        self.remembered.set_aside()
        return verifier

    def rotate_kek(self) -> None:
        """A new key-encryption key wraps from now on; the old one opens what it wrapped until `retire_kek`.

        Raises KeyUnusable while an earlier rotation is not finished.
        """
        with files.exclusive(self.folder / _LOCK):
            if (self.folder / OLD_KEK).exists():
                raise KeyUnusable("Two key-encryption keys are in use. End that first: monitum archive keys retire")
            files.create(self.folder / OLD_KEK, files.read_secret(self.folder / KEK))
            files.replace(self.folder / KEK, secrets.token_bytes(KEY_SIZE))

    def retire_kek(self) -> None:
        """Forget the old key-encryption key, once nothing is wrapped with it any more."""
        files.remove(self.folder / OLD_KEK)

    def _store(self, ring: KeyRing) -> Verifier:
        with files.exclusive(self.folder / _LOCK):
            ring.write(self.folder)
        return ring.verifiers[-1]

    def _current(self) -> _Loaded:
        if self._loaded.stamp != self._stamp():
            self._loaded = self._load()
        return self._loaded

    def _stamp(self) -> tuple[object, ...]:
        """Changes with every file: they are replaced as a whole, which gives them another inode."""
        stamps: list[object] = []
        for name in (RING, LOG_KEY, KEK, OLD_KEK, WITNESSES):
            try:
                found = (self.folder / name).stat()
                stamps.append((found.st_ino, found.st_mtime_ns))
            except FileNotFoundError:
                stamps.append(None)
        return tuple(stamps)

    def _load(self) -> _Loaded:
        stamp = self._stamp()
        old = self.folder / OLD_KEK
        kek = KeyEncryptionKey.of(
            files.read_secret(self.folder / KEK), *([files.read_secret(old)] if old.exists() else [])
        )
        witnesses = self.folder / WITNESSES
        lines = witnesses.read_text("utf-8").split() if witnesses.exists() else []
        return _Loaded(stamp, KeyRing.read(self.folder), kek, tuple(map(WitnessVerifier.parse, lines)))
