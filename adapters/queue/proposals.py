"""Proposals: actions that wait for a person to approve or drop them. A decision is approved with all its actions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row, text

from adapters.database.archive import Archive
from adapters.queue.planning import DESIRED
from adapters.queue.services import set_services
from archive.entry import NewEntry
from engine.errors import Conflict

_WAITING = text("""
select min(a.id) as id, a.source, a.customer_key as customer, c.name, a.kind, a.stage,
       max((select count(*) from action_item i where i.action_id = a.id)) as items, a.as_of
from action a join customer c on c.source = a.source and c.key = a.customer_key and c.recorded_to is null
where a.state = 'proposed' and (:source = '' or a.source = :source)
group by a.decision_key, a.source, a.customer_key, c.name, a.kind, a.stage, a.as_of
order by min(a.id)
""")

_TAKE = text("""
update action set state = :state, approved_by = :by, outcome = :reason, updated_at = :now
where state = 'proposed' and decision_key in (select decision_key from action where id = any(:ids))
returning decision_key, source, customer_key, kind, as_of, params
""")


def waiting(connection: Connection, source: str) -> list[dict[str, Any]]:
    """Proposals, oldest first: id, source, customer, name, kind, stage, number of items, day."""
    return [dict(row) for row in connection.execute(_WAITING, {"source": source}).mappings()]


def approve(engine: Engine, archive: Archive, ids: Sequence[int], *, by: str, now: datetime) -> int:
    """Make proposals ready. Returns the number of decisions. Raises Conflict when one is not waiting any more."""
    return _settle(engine, archive, ids, "ready", "proposal:approved", by=by, reason=None, now=now)


def drop(engine: Engine, archive: Archive, ids: Sequence[int], *, by: str, reason: str, now: datetime) -> int:
    """Cancel proposals with a reason. Returns the number of decisions. Raises Conflict."""
    return _settle(engine, archive, ids, "cancelled", "proposal:dropped", by=by, reason=reason, now=now)


def _settle(
    engine: Engine, archive: Archive, ids: Sequence[int], state: str, kind: str, *, by: str, reason: str | None,
    now: datetime,
) -> int:  # fmt: skip
    with engine.begin() as connection:
        values = {"ids": list(ids), "state": state, "by": by, "reason": reason, "now": now}
        rows = connection.execute(_TAKE, values).all()
        known = connection.execute(
            text("select id from action where id = any(:ids) and decision_key = any(:keys)"),
            {"ids": list(ids), "keys": [row.decision_key for row in rows]},
        ).scalars()
        missing = sorted(set(ids) - set(known))
        if missing:
            raise Conflict(f"Not waiting for approval (any more): {', '.join(map(str, missing))}. Nothing was changed.")
        decisions: Mapping[str, Row[Any]] = {row.decision_key: row for row in rows}
        for row in decisions.values():
            if state == "ready" and row.kind in DESIRED:
                services = row.params.get("services", "all")
                set_services(
                    connection, row.source, row.customer_key, DESIRED[row.kind],
                    services if isinstance(services, list) else [services], by=row.decision_key, on=row.as_of,
                )  # fmt: skip
        archive.append(
            connection,
            [
                NewEntry(kind=kind, case=None, at=now, actor=by, role="controller", reason=reason or "", action=key,
                         subject=f"{row.source}:{row.customer_key}")
                for key, row in sorted(decisions.items())
            ],
        )  # fmt: skip
    return len(decisions)
