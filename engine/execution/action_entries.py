"""What the archive keeps of an action: that it was intended, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from archive.entries.entry import NewEntry
from engine.execution.ports import Claimed


def action_entry(
    kind: str, action: Claimed, at: datetime, outcome: str | None = None, documents: Mapping[str, str] | None = None
) -> NewEntry:
    """An entry about an action, written by a worker. `documents`: hash and media type of the bytes that leave."""
    return NewEntry(
        kind=kind, case=f"action:{action.id}", at=at, actor="monitum", role="worker", action=action.key,
        subject=f"{action.source}:{action.customer}", documents=documents or {},
        # What a mail server says may hold an address, so only the customer's key opens it.
        personal={"outcome": outcome} if outcome else None,
        public={"kind": action.kind, "stage": action.stage or "", "channel": action.channel},
    )  # fmt: skip
