"""A company's folder as it would be read, before anything is imported."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from engine.errors import InvalidInput
from engine.execution.reports import SourceCheck


class Previews(Protocol):
    """Reads the books of a folder without keeping them."""

    def preview(self, folder: Path, first: int) -> SourceCheck:
        """The first rows of each table, counts, problems and findings. Raises AdapterError, InvalidInput."""
        ...


def check_source(previews: Previews, folder: Path, *, first: int = 5) -> SourceCheck:
    """Look at a folder. Raises InvalidInput (field 'folder') where it is none, and what reading it raises."""
    if not folder.is_dir():
        raise InvalidInput(f"{folder} is not a folder.", field="folder")
    return previews.preview(folder, first)
