"""What was signed and witnessed last, kept beside the keys: it is not set back when a database is."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from archive import files
from archive.errors import NoteRejected
from archive.log.checkpoint import Checkpoint, open_checkpoint
from archive.log.note import Verifier

SIGNED: Final = "signed.checkpoint"
WITNESSED: Final = "witnessed.checkpoint"


class Remembered:
    """The newest checkpoints of an installation, in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def newest(self, known: Sequence[Verifier]) -> dict[Path, Checkpoint]:
        """The newest signed and the newest witnessed checkpoint, by file; as many of them as there are.

        Raises NoteRejected naming the file when it does not hold a checkpoint of the log.
        """
        found: dict[Path, Checkpoint] = {}
        for name in (SIGNED, WITNESSED):
            note = self._read(name)
            if note is not None:
                try:
                    found[self._folder / name] = open_checkpoint(note, known)
                except NoteRejected as error:
                    raise NoteRejected(f"{self._folder / name}: {error}") from None
        return found

    @property
    def witnessed_size(self) -> int:
        """Size of the largest tree a witness saw; 0: none did."""
        note = self._read(WITNESSED)
        return 0 if note is None else _size(note)

    def signed(self, note: str) -> None:
        """Remember a checkpoint that was signed and stored, unless a larger one is."""
        self._keep(SIGNED, note)

    def witnessed(self, note: str) -> None:
        """Remember a checkpoint that a witness saw, unless a larger one is."""
        self._keep(WITNESSED, note)

    def set_aside(self) -> list[Path]:
        """Forget what is remembered, for a log that goes on without it; the files it lies in from now on."""
        kept: list[Path] = []
        for name in (SIGNED, WITNESSED):
            note = self._read(name)
            if note is not None:
                kept.append(self._folder / f"lost-{_size(note)}-{name}")
                (self._folder / name).rename(kept[-1])
        return kept

    def _keep(self, name: str, note: str) -> None:
        with files.exclusive(self._folder / f"{name}.lock"):
            before = self._read(name)
            if before is None or _size(before) < _size(note):
                # Written for every checkpoint. A power cut may bring back an older one, which only knows less.
                files.replace(self._folder / name, note.encode(), lasting=False)

    def _read(self, name: str) -> str | None:
        try:
            return (self._folder / name).read_text("utf-8") or None  # empty: cut off by a power cut
        except FileNotFoundError:
            return None


def _size(note: str) -> int:
    return Checkpoint.parse(note.rpartition("\n\n")[0] + "\n").size
