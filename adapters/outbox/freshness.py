"""The freshness gate: no adverse action is carried out on books that are too old."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, text

from adapters.companies.company import Company
from engine.actions import KINDS
from engine.execution.action import ClaimedAction
from engine.execution.preparation import Later
from engine.facts.freshness import Freshness, WorkingDay

#: How often an action that waits for a sync, or for a company.yaml that can be read, looks again.
LOOK_AGAIN: Final = timedelta(minutes=15)


def too_old(
    connection: Connection, action: ClaimedAction, company: Company, now: datetime, working_day: WorkingDay
) -> Later | None:
    """Put an adverse action off while the books of its source are older than the company allows."""
    if not KINDS[action.kind].adverse:
        return None
    row = connection.execute(
        text("select synced_at, books_at from source where key = :source"), {"source": action.source}
    ).one_or_none()
    synced, books = (row.synced_at, row.books_at) if row else (None, None)
    return off_until(action.kind, synced, books, company.terms.freshness, now, working_day)


def off_until(
    kind: str,
    synced: datetime | None,
    books: datetime | None,
    freshness: Freshness,
    now: datetime,
    working_day: WorkingDay,
) -> Later | None:
    """Until when an action of a kind is put off, whose source was last read completely at `synced` (None: never), and
    whose books were from `books` then (None: from that very moment)."""
    if not KINDS[kind].adverse:
        return None
    age = freshness.age(synced, books, now, working_day)
    if age is not None and not freshness.stale(age):
        return None
    if age is not None and age < 0:
        reason = "the books are of a moment that is yet to come: set the clocks right"
    else:
        at = min((moment for moment in (synced, books) if moment), default=None)
        last = f"{at:%Y-%m-%d %H:%M} UTC" if at else "never read"
        reason = f"the books are of {last}; more than {freshness.hours} hours are too old"
    return Later(now + LOOK_AGAIN, reason)
