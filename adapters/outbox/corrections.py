"""Messages that were stuck for what the books said go on by themselves once the books say something else.

Only what has certainly not reached anybody: held before anything left, or refused by the mail server. It is prepared
anew from the facts as they are, guards included, so what is paid meanwhile is cancelled and leaves the list. What may
have arrived, and what workers died of, stays for a person.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import Connection, text

from adapters.database.archive.store import Archive
from archive.entries.entry import NewEntry

#: What the archive and the outbox say of it.
REASON: Final = "the books have changed since; tried again"
_SINCE: Final = "t.source = a.source and greatest(t.recorded_from, t.recorded_to) > a.updated_at"
_CHANGED: Final = " or ".join(
    f"exists (select from {table} t where {_SINCE} and t.{column} = a.customer_key)"
    for table, column in (
        ("customer", "key"),
        ("document", "customer_key"),
        ("open_item", "customer_key"),
        ("payment", "customer_key"),
        ("hold", "customer_key"),
        ("service", "customer_key"),
    )
)
_RELEASE: Final = text(f"""
update action a set state = 'ready', outcome = :reason, not_before = :now, attempts = 0, owner = null,
    lease_until = null, updated_at = :now
where a.source = :source and a.state in ('held', 'failed') and a.channel <> 'webhook' and a.deaths = 0
and (a.state = 'failed' or not a.offered) and ({_CHANGED} or exists (
    select from allocation t join open_item i on i.source = t.source and i.key = t.item_key
    where {_SINCE} and i.customer_key = a.customer_key))
returning a.id, a.key, a.customer_key, a.kind, a.channel, a.stage
""")


def release_corrected(connection: Connection, archive: Archive, source: str, now: datetime) -> int:
    """Make stuck messages of customers with new rows ready; how many. To be called after a sync, in a transaction."""
    rows = connection.execute(_RELEASE, {"source": source, "now": now, "reason": REASON}).all()
    archive.append(
        connection,
        [
            NewEntry(
                kind="action:retried",
                case=f"action:{row.id}",
                at=now,
                actor="monitum",
                role="worker",
                reason=REASON,
                action=row.key,
                subject=f"{source}:{row.customer_key}",
                public={"kind": row.kind, "stage": row.stage or "", "channel": row.channel},
            )
            for row in rows
        ],
    )
    return len(rows)
