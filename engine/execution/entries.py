"""What execution asks the archive to keep, and the entry about an action: that it was intended, what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from engine.execution.action import ClaimedAction


@dataclass(frozen=True, slots=True)
class ExecutionEntry:
    """One entry. `case`: what it belongs to, such as 'run:17' or 'action:123'. `at`: timezone-aware. `action`: key of
    the action. `subject`: 'source:customer'. `public` and `personal`: plain JSON data without floats; only the
    customer's key opens what is personal. `documents`: SHA-256 (hex) -> media type of stored contents.
    """

    kind: str
    case: str | None
    at: datetime
    actor: str
    role: str
    action: str | None = None
    subject: str | None = None
    public: Mapping[str, object] = field(default_factory=dict)
    personal: Mapping[str, object] | None = None
    ruleset: str | None = None
    version: str | None = None
    documents: Mapping[str, str] = field(default_factory=dict)


def action_entry(
    kind: str,
    action: ClaimedAction,
    at: datetime,
    outcome: str | None = None,
    documents: Mapping[str, str] | None = None,
) -> ExecutionEntry:
    """An entry about an action, written by a worker. `documents`: hash and media type of the bytes that leave."""
    return ExecutionEntry(
        kind=kind,
        case=f"action:{action.id}",
        at=at,
        actor="monitum",
        role="worker",
        action=action.key,
        subject=f"{action.source}:{action.customer}",
        public={"kind": action.kind, "stage": action.stage or "", "channel": action.channel},
        # What a mail server says may hold an address, so only the customer's key opens it.
        personal={"outcome": outcome} if outcome else None,
        documents=documents or {},
    )
