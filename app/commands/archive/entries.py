"""Entries of the archive as JSON, or as lines of a table."""

from __future__ import annotations

from collections.abc import Sequence

from app.commands.output import print_json, print_table
from archive.entries.reading import ShownEntry


def print_entries(entries: Sequence[ShownEntry], *, json_output: bool) -> None:
    """Print entries, a line for each."""
    if json_output:
        print_json([entry.as_json() for entry in entries])
        return
    print_table(
        ("entry#", "leaf#", "time", "what", "by", "rules or outcome"),
        [
            (one.id, one.seq, f"{one.at:%Y-%m-%d %H:%M:%S}", one.label("en"), one.actor, one.summary())
            for one in entries
        ],
    )
