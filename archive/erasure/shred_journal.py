"""Erased customers, in a file beside the keys: a restored database knows them again, this file does not forget.

One JSON object a line, written and synced before the database commits the erasure. A torn last line was never
committed.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, Literal, cast

from archive import files
from archive.errors import ArchiveError

JOURNAL: Final = "shredded.jsonl"
_LOCK: Final = "shredded.lock"


@dataclass(frozen=True, slots=True)
class Shredded:
    """`what`: the owner ('source:customer') was erased, or is taken in again; `at`: the moment of the entry."""

    what: Literal["erased", "readmitted"]
    owner: str
    at: datetime


class ShredJournal:
    """The journal of one installation."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder / JOURNAL

    def read(self) -> list[Shredded]:
        """Every line that is whole, oldest first. Raises ArchiveError naming a line that is none of the journal."""
        if not self._path.exists():
            return []
        lines = self._path.read_bytes().split(b"\n")[:-1]
        return [self._line(number, line) for number, line in enumerate(lines, 1)]

    def write(self, lines: Iterable[Shredded]) -> None:
        """Add lines; on the disk when this returns."""
        data = b"".join(json.dumps(asdict(line), default=datetime.isoformat).encode() + b"\n" for line in lines)
        with files.exclusive(self._folder / _LOCK):
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
            with os.fdopen(descriptor, "r+b") as file:
                file.seek(file.read().rfind(b"\n") + 1)  # over what was torn
                file.truncate()
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            files.settle(self._folder)

    def _line(self, number: int, line: bytes) -> Shredded:
        try:
            value = json.loads(line)
            what, owner, at = value["what"], value["owner"], datetime.fromisoformat(value["at"])
        except (ValueError, KeyError, TypeError):
            raise ArchiveError(f"{self._path}, line {number} is not of the journal of erasures.") from None
        if what not in {"erased", "readmitted"} or at.tzinfo is None:
            raise ArchiveError(f"{self._path}, line {number} is not of the journal of erasures.")
        return Shredded(cast('Literal["erased", "readmitted"]', what), str(owner), at)
