"""Entries of the archive as lines of a table."""

from __future__ import annotations

from collections.abc import Iterable

from app.commands.output import print_table
from archive.entries.reading import ShownEntry


def entry_table(entries: Iterable[ShownEntry]) -> None:
    """Print entries, a line for each."""
    print_table(
        ("entry#", "leaf#", "time", "what", "by", "rules or outcome"),
        [(entry.id, entry.seq, f"{entry.at:%Y-%m-%d %H:%M:%S}", entry.label("en"), entry.actor, entry.summary())
         for entry in entries],
    )  # fmt: skip
