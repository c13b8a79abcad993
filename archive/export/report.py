"""What an export came to."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class ExportReport:
    """What was exported. `content`: 'log' or 'case'; `size`: entries of the log at its checkpoint; `manifest`: SHA-256
    of the manifest, by which the export is recognized later."""

    folder: str
    content: str
    size: int
    root: str
    entries: int
    documents: int
    manifest: str

    def as_json(self) -> dict[str, Any]:
        """Plain JSON data."""
        return asdict(self)
