"""PDF files of invoices below the folder of a source: read where they are named, and never anything else."""

from __future__ import annotations

import os
import stat
from pathlib import Path, PurePosixPath
from typing import Final, Literal

_HEADER: Final = b"%PDF-"
#: No name leads out of the folder, and no link is followed, wherever in the path it stands.
_FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
#: A pipe or a device is opened without waiting, and then refused.
_FILE: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC

Problem = Literal["outside", "missing", "unreadable", "no_file", "too_large", "not_pdf"]


class PdfRefused(Exception):
    """A file that is not attached, and why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem: Problem = problem


def read_pdf(folder: Path, name: str, largest: int) -> bytes:
    """The bytes of a PDF file of at most `largest` bytes, by its path below a folder; backslashes separate too.

    Raises PdfRefused for a path that leads elsewhere, for what is no plain file, and for what does not begin as a PDF.
    """
    parts = _parts(name)
    try:
        place = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            for part in parts[:-1]:
                inner = os.open(part, _FOLDER, dir_fd=place)
                os.close(place)
                place = inner
            file = os.open(parts[-1], _FILE, dir_fd=place)
        finally:
            os.close(place)
    except (FileNotFoundError, NotADirectoryError, ValueError) as error:
        raise PdfRefused("missing" if not _is_link(folder, parts) else "outside") from error
    except OSError as error:
        raise PdfRefused("outside" if _is_link(folder, parts) else "unreadable") from error
    try:
        return _read(file, largest)
    finally:
        os.close(file)


def _parts(name: str) -> tuple[str, ...]:
    path = PurePosixPath(name.strip().replace("\\", "/"))
    if path.is_absolute() or not path.parts or any(part == ".." or ":" in part or "\0" in part for part in path.parts):
        raise PdfRefused("outside")
    return path.parts


def _is_link(folder: Path, parts: tuple[str, ...]) -> bool:
    """Whether a link stands in the path, which is told apart from a missing file for whoever has to mend it."""
    return any(folder.joinpath(*parts[: place + 1]).is_symlink() for place in range(len(parts)))


def _read(file: int, largest: int) -> bytes:
    found = os.fstat(file)
    if not stat.S_ISREG(found.st_mode):
        raise PdfRefused("no_file")
    if found.st_size > largest:
        raise PdfRefused("too_large")
    data = bytearray()
    while chunk := os.read(file, 1 << 20):
        data += chunk
        if len(data) > largest:
            raise PdfRefused("too_large")
    if not data.startswith(_HEADER):
        raise PdfRefused("not_pdf")
    return bytes(data)
