"""Actions that need a person: failed, held, or of unknown effect. Its verdict says what becomes of each, and why."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import Connection, Engine, Row, text

from adapters.database.archive.store import Archive
from adapters.outbox.services import confirm_services, withdraw_services
from archive.entries.entry import NewEntry
from engine.actions import KINDS
from engine.errors import Conflict

AttentionVerdict = Literal["retried", "done", "cancelled"]

_SETTLE = text("""
update action set state = :state, outcome = :reason, done_on = :done_on, not_before = :now, attempts = 0, deaths = 0,
    owner = null, lease_until = null, updated_at = :now
where id = any(:ids) and state in ('failed', 'held', 'unknown')
returning id, key, decision_key, source, customer_key, kind, channel, stage
""")


def settle(
    engine: Engine,
    archive: Archive,
    ids: Sequence[int],
    verdict: AttentionVerdict,
    *,
    by: str,
    reason: str,
    now: datetime,
    today: date,
) -> int:
    """Try again, count as done from today, or give up. Returns how many.

    Cancelled means that it did not happen: the CRM's services are no longer meant to be as it would have made them.
    An effect that is unknown and tried again may happen twice: only who looked can say that it did not happen. Raises
    Conflict when one of them does not need a person (any more); then nothing is changed.
    """
    with engine.begin() as connection:
        values = {
            "ids": list(ids),
            "state": "ready" if verdict == "retried" else verdict,
            "reason": reason,
            "now": now,
            "done_on": today if verdict == "done" else None,
        }
        rows = connection.execute(_SETTLE, values).all()
        missing = sorted(set(ids) - {row.id for row in rows})
        if missing:
            raise Conflict(
                f"Not failed, held or unknown (any more): {', '.join(map(str, missing))}. Nothing was changed."
            )
        _tell_services(connection, rows, verdict, today)
        archive.append(connection, [_entry(row, verdict, by, reason, now) for row in rows])
    return len(rows)


def _tell_services(connection: Connection, rows: Sequence[Row[Any]], verdict: AttentionVerdict, today: date) -> None:
    """What the CRM never took is not desired any more, so the next run decides anew; what it took is confirmed."""
    for row in rows:
        desired = KINDS[row.kind].desired
        if row.channel != "webhook" or desired is None:
            continue
        if verdict == "cancelled":
            withdraw_services(
                connection, row.source, row.customer_key, desired, by=row.decision_key, on=today, sure=True
            )
        elif verdict == "done":
            confirm_services(connection, row.source, row.customer_key, by=row.decision_key)


def _entry(row: Row[Any], verdict: AttentionVerdict, by: str, reason: str, now: datetime) -> NewEntry:
    return NewEntry(
        kind=f"action:{verdict}",
        case=f"action:{row.id}",
        at=now,
        actor=by,
        role="controller",
        reason=reason,
        action=row.key,
        subject=f"{row.source}:{row.customer_key}",
        public={"kind": row.kind, "stage": row.stage or "", "channel": row.channel},
    )
