"""Exporting the archive, or what it says of a customer, into a folder that verifies itself."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from app.usecases.customers import Directory, owner_of
from app.usecases.progress import Progress
from archive.entries.reading import Reader
from archive.export.report import ExportReport


class Exports(Protocol):
    """What writes exports; each is noted in the archive."""

    def export(self, target: Path, reader: Reader, *, owner: str | None, progress: Progress) -> ExportReport:
        """Write the whole log, or what it says of 'source:customer', into a new folder."""
        ...


def export_archive(
    exports: Exports,
    directory: Directory,
    folder: Path,
    reader: Reader,
    *,
    customer: str | None = None,
    source: str | None = None,
    progress: Progress,
) -> ExportReport:
    """Write the log, or one customer's entries with the key that opens them, into a new folder.

    Raises InvalidInput naming the field, NotFound, AmbiguousCustomer, ArchiveBroken.
    """
    return exports.export(folder, reader, owner=owner_of(directory, customer, source), progress=progress)
