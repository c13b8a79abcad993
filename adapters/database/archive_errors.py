"""The archive's refusals in the words of the house."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from archive.errors import ArchiveError, EntryInvalid
from engine.errors import ArchiveBroken, InvalidInput


@contextmanager
def house_errors() -> Iterator[None]:
    """An entry that cannot be archived is InvalidInput with its field; everything else means the archive is broken."""
    try:
        yield
    except EntryInvalid as error:
        raise InvalidInput(str(error), field=error.field) from error
    except ArchiveError as error:
        raise ArchiveBroken(str(error)) from error
