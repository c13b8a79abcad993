"""The archive's refusals in the words of the house."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from archive.errors import ArchiveError, EntryInvalid
from engine.errors import ArchiveBroken, InvalidInput


class ArchiveRolledBack(ArchiveBroken):
    """The database holds less than was signed: an older state was restored. Nothing is signed."""

    code = "archive_rolled_back"

    def __init__(self, *, signed: int, stored: int, known_from: str) -> None:
        super().__init__(
            f"The log had {signed} entries ({known_from}) and now has {stored}: an older state was restored, and "
            "nothing is signed. Bring back the newest backup. Only when the entries are lost for good: "
            "monitum archive keys restart"
        )
        self.signed = signed
        self.stored = stored


class ArchiveForked(ArchiveBroken):
    """The database does not hold the entries that were signed. Nothing is signed."""

    code = "archive_forked"

    def __init__(self, *, size: int, known_from: str) -> None:
        super().__init__(
            f"The first {size} entries of the log are not those that were signed ({known_from}): another database, or "
            "one that was restored and went on without them. Nothing is signed. Find out which, with: "
            "monitum archive verify"
        )
        self.size = size


@contextmanager
def house_errors() -> Iterator[None]:
    """An entry that cannot be archived is InvalidInput with its field; everything else means the archive is broken."""
    try:
        yield
    except EntryInvalid as error:
        raise InvalidInput(str(error), field=error.field) from error
    except ArchiveError as error:
        raise ArchiveBroken(str(error)) from error
