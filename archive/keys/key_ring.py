"""The keys of a log over the years: which signed from which size of the tree, until which, and which sign now.

The file `log.ring` has a line for each key, oldest first: first size, last size or '-', vkey. Without it there is one
key for every size. A key that still signs has its secret beside the ring, in `log.<id>.key` or, the first, `log.key`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from archive import files
from archive.errors import KeyUnusable
from archive.log.note import Signer, Verifier

LOG_KEY: Final = "log.key"
RING: Final = "log.ring"


@dataclass(frozen=True, slots=True)
class KeyRing:
    """Every key the log ever had, oldest first; `signers` are those that sign now, the newest last."""

    verifiers: tuple[Verifier, ...]
    signers: tuple[Signer, ...]

    @classmethod
    def read(cls, folder: Path) -> KeyRing:
        """The ring of a folder. Raises KeyUnusable when a file is missing, malformed or may be read by others."""
        path = folder / RING
        if not path.exists():
            signer = _signer(folder / LOG_KEY)
            return cls((signer.verifier,), (signer,))
        verifiers = tuple(_line(path, line) for line in path.read_text("utf-8").splitlines())
        signers = tuple(_secret(folder, verifier) for verifier in verifiers if verifier.last is None)
        if not signers:
            raise KeyUnusable(f"{path} names no key that signs now.")
        return cls(verifiers, signers)

    def rotated(self, size: int, signer: Signer) -> KeyRing:
        """With another key of the log's name, which signs beside the others every tree larger than `size`.

        Raises KeyUnusable while an earlier rotation is not finished.
        """
        if len(self.signers) > 1:
            raise KeyUnusable("Two keys sign already. End that overlap first: monitum archive keys retire")
        return self._with(replace(signer.verifier, first=size + 1), (*self.signers, signer))

    def retired(self, size: int) -> KeyRing:
        """Only the newest key signs trees larger than `size`. Raises KeyUnusable when it is alone already."""
        if len(self.signers) == 1:
            raise KeyUnusable("Only one key signs; first: monitum archive keys rotate")
        return KeyRing(self._ended(size, {signer.verifier.key_id for signer in self.signers[:-1]}), self.signers[-1:])

    def restarted(self, size: int, signer: Signer) -> KeyRing:
        """With a log of another name that goes on after `size`, because what the old one signed beyond is lost."""
        ended = KeyRing(self._ended(size, {signer.verifier.key_id for signer in self.signers}), ())
        return ended._with(replace(signer.verifier, first=size + 1), (signer,))

    def write(self, folder: Path) -> None:
        """Store the ring: secrets first, so that every key it names can sign; those of ended keys are removed last."""
        for signer in self.signers:
            if not any(path.exists() and _signer(path) == signer for path in _places(folder, signer.verifier)):
                files.create(_places(folder, signer.verifier)[0], f"{signer.secret}\n".encode())
        lines = (f"{key.first} {'-' if key.last is None else key.last} {key.vkey}\n" for key in self.verifiers)
        files.replace(folder / RING, "".join(lines).encode())
        for verifier in self.verifiers:
            if verifier.last is not None:
                files.remove(_places(folder, verifier)[0])
        first = folder / LOG_KEY
        if first.exists() and _signer(first) not in self.signers:
            files.remove(first)

    def _with(self, verifier: Verifier, signers: tuple[Signer, ...]) -> KeyRing:
        return KeyRing((*self.verifiers, verifier), signers)

    def _ended(self, size: int, ids: set[bytes]) -> tuple[Verifier, ...]:
        return tuple(replace(key, last=size) if key.key_id in ids else key for key in self.verifiers)


def _places(folder: Path, verifier: Verifier) -> tuple[Path, Path]:
    return folder / f"log.{verifier.key_id.hex()}.key", folder / LOG_KEY


def _secret(folder: Path, verifier: Verifier) -> Signer:
    for path in _places(folder, verifier):
        if path.exists() and (signer := _signer(path)).verifier.vkey == verifier.vkey:
            return signer
    raise KeyUnusable(f"{_places(folder, verifier)[0]} is missing; bring it back from its backup.")


def _signer(path: Path) -> Signer:
    try:
        return Signer.parse(files.read_secret(path).decode("ascii"))
    except UnicodeDecodeError:
        raise KeyUnusable(f"{path} does not hold a signing key.") from None


def _line(path: Path, line: str) -> Verifier:
    words = line.split(" ")
    if len(words) != 3 or not words[0].isdecimal() or not (words[1] == "-" or words[1].isdecimal()):
        raise KeyUnusable(f"{path}: '{line}' does not name first size, last size and key.")
    return replace(Verifier.parse(words[2]), first=int(words[0]), last=None if words[1] == "-" else int(words[1]))
