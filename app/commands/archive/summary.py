"""Entries of the archive as lines of a table."""

from __future__ import annotations

from collections.abc import Iterable

from adapters.database.archive.reading import ShownEntry
from app.commands.output import print_table


def entry_table(entries: Iterable[ShownEntry]) -> None:
    """Print entries, a line for each."""
    print_table(
        ("entry#", "leaf#", "time", "what", "by", "rules or outcome"),
        [(entry.id, entry.seq, f"{entry.at:%Y-%m-%d %H:%M:%S}", entry.label("en"), entry.actor, _gist(entry))
         for entry in entries],
    )  # fmt: skip


def _gist(entry: ShownEntry) -> str:
    """What an entry is about, in a line."""
    if entry.erased:
        return "erased"
    decisions = entry.public.get("decisions")
    if isinstance(decisions, list):
        return "; ".join(f"{made['kind']} {made['stage'] or ''} by {', '.join(made['rules'])}" for made in decisions)
    personal = entry.personal or {}
    outcome = personal.get("outcome", "")
    parts = (entry.public.get("stage"), personal.get("number"), outcome or entry.reason)
    return " ".join(str(part) for part in parts if part)
