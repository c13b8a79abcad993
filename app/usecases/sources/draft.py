"""A mapping proposed from files, for a person to finish."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from engine.errors import InvalidInput
from engine.execution.reports import SourceDraft


class Drafts(Protocol):
    """Looks at files and proposes how to read them."""

    def draft(self, paths: Sequence[Path]) -> SourceDraft:
        """A mapping. Raises InvalidInput for a file that cannot be read as a table."""
        ...


def draft_source(drafts: Drafts, paths: Sequence[Path], output: Path | None = None) -> SourceDraft:
    """Propose a mapping, and write it where it is wanted and nothing stands yet.

    Raises InvalidInput (field 'output') where something does, or the file cannot be written.
    """
    if output is not None and output.exists():
        raise InvalidInput(f"{output} exists; a draft replaces nothing.", field="output")
    found = drafts.draft(paths)
    if output is not None:
        try:
            output.write_text(found.mapping, "utf-8")
        except OSError as error:
            raise InvalidInput(f"{output}: {error.strerror}.", field="output") from error
    return found
