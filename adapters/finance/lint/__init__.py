"""Lints of a source: what its rows say but hardly mean. One module for each group; findings stop nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Protocol

from adapters.finance.contract import Origin, Value
from engine.execution.reports import SourceFinding


class Lint(Protocol):
    """Sees every row that could be read, once, and says at the end what it found."""

    def see(self, origin: Origin, row: Mapping[str, Value]) -> None:
        """One row, by the fields of its table."""
        ...

    def findings(self) -> Iterator[SourceFinding]:
        """What was found."""
        ...
