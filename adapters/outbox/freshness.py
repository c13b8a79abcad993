"""The freshness gate: no adverse action is carried out on books that were read too long ago."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, text

from adapters.companies.company import Company
from engine.actions import KINDS
from engine.execution.action import ClaimedAction
from engine.execution.preparation import Later

#: How often an action that waits for a sync, or for a company.yaml that can be read, looks again.
LOOK_AGAIN: Final = timedelta(minutes=15)


def too_old(connection: Connection, action: ClaimedAction, company: Company, now: datetime) -> Later | None:
    """Put an adverse action off while the last complete sync of its source is older than the company allows."""
    if not KINDS[action.kind].adverse:
        return None
    synced: datetime | None = connection.execute(
        text("select synced_at from source where key = :source"), {"source": action.source}
    ).scalar()
    return off_until(action.kind, synced, company.fresh_hours, now)


def off_until(kind: str, synced: datetime | None, fresh_hours: int, now: datetime) -> Later | None:
    """Until when an action of a kind is put off, whose source was last read completely at `synced` (None: never)."""
    if not KINDS[kind].adverse or (synced is not None and now - synced <= timedelta(hours=fresh_hours)):
        return None
    last = f"{synced:%Y-%m-%d %H:%M} UTC" if synced else "never"
    return Later(now + LOOK_AGAIN, f"the last complete sync was {last}; more than {fresh_hours} hours are too old")
