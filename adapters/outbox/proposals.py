"""Proposals: actions that wait for a person to approve or drop them. A decision is approved with all its actions.

Suspensions of a run that would suspend unusually many (adapters.runs.mass_hold) need two different people.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row, text

from adapters.database.archive.store import Archive
from adapters.outbox.services import set_services
from archive.entries.entry import NewEntry
from engine.actions import KINDS, PLANNED
from engine.actions.services import ALL
from engine.errors import Conflict, FourEyes

_WAITING = text("""
select min(a.id) as id, a.source, a.customer_key as customer, c.name, a.kind, a.stage,
       max((select count(*) from action_item i where i.action_id = a.id)) as items, a.as_of,
       max(a.outcome) as why, max(a.approved_by) as approved_by
from action a join customer c on c.source = a.source and c.key = a.customer_key and c.recorded_to is null
where a.state = 'proposed' and (:source = '' or a.source = :source)
group by a.decision_key, a.source, a.customer_key, c.name, a.kind, a.stage, a.as_of
order by min(a.id)
""")
_NAMED = text("""
select a.id, a.decision_key, a.source, a.customer_key, a.kind, a.as_of, a.params, a.approved_by, r.status as run,
       a.kind = any(:planned) and m.run_id is not null as two_people
from action a join decision d on d.key = a.decision_key join run r on r.id = d.run_id
left join mass_hold m on m.run_id = d.run_id
where a.state = 'proposed' and a.decision_key in (select decision_key from action where id = any(:ids))
order by a.id for update of a
""")
_TAKE = text("""
update action set state = :state, approved_by = coalesce(approved_by, :by),
    seconded_by = case when approved_by <> :by then :by end, outcome = :reason, not_before = :now, updated_at = :now
where state = 'proposed' and decision_key = any(:keys)
""")
_FIRST_OF_TWO = text(
    "update action set approved_by = :by, updated_at = :now where state = 'proposed' and decision_key = any(:keys)"
)


def waiting(connection: Connection, source: str) -> list[dict[str, Any]]:
    """Proposals, oldest first: id, source, customer, name, kind, stage, number of items, day, why it waits if not for
    its kind, and who approved it where a second person is needed."""
    return [dict(row) for row in connection.execute(_WAITING, {"source": source}).mappings()]


def approve(engine: Engine, archive: Archive, ids: Sequence[int], *, by: str, now: datetime) -> int:
    """Make proposals ready. Returns the number of decisions that are now; others wait for a second person.

    Raises Conflict when one is not waiting any more or its run is not finished, FourEyes when the second person is the
    first; then nothing is changed.
    """
    with engine.begin() as connection:
        decisions = _named(connection, ids)
        first, ready = approvals(decisions, by)
        connection.execute(_FIRST_OF_TWO, {"keys": list(first), "by": by, "now": now})
        connection.execute(_TAKE, {"keys": list(ready), "state": "ready", "by": by, "reason": None, "now": now})
        for row in ready.values():
            if desired := KINDS[row.kind].desired:
                set_services(
                    connection,
                    row.source,
                    row.customer_key,
                    desired,
                    row.params.get("services", ALL),
                    by=row.decision_key,
                    on=row.as_of,
                )
        _record(connection, archive, first, "proposal:approved", by, "the first of two people", now)
        _record(connection, archive, ready, "proposal:approved", by, "", now)
    return len(ready)


def approvals(decisions: Mapping[str, Any], by: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """What a person's approval makes of decisions by key: those that wait for a second person, and those that are
    ready. Each has `id`, `run` (status of its run), `two_people` (whether it takes two) and `approved_by`.

    Raises Conflict when the run of one is not finished, FourEyes when the second person is the first.
    """
    same = sorted(row.id for row in decisions.values() if row.two_people and row.approved_by == by)
    if same:
        raise FourEyes(
            f"'{by}' has approved already, and a second person must: {', '.join(map(str, same))}. Nothing was changed."
        )
    running = sorted(row.id for row in decisions.values() if row.run != "done")
    if running:
        raise Conflict(
            f"Their run is not finished: {', '.join(map(str, running))}. Finish it: monitum run. Nothing was changed."
        )
    first = {key: row for key, row in decisions.items() if row.two_people and row.approved_by is None}
    return first, {key: row for key, row in decisions.items() if key not in first}


def drop(engine: Engine, archive: Archive, ids: Sequence[int], *, by: str, reason: str, now: datetime) -> int:
    """Cancel proposals with a reason. Returns the number of decisions. Raises Conflict."""
    with engine.begin() as connection:
        decisions = _named(connection, ids)
        values = {"keys": list(decisions), "state": "cancelled", "by": by, "reason": reason, "now": now}
        connection.execute(_TAKE, values)
        _record(connection, archive, decisions, "proposal:dropped", by, reason, now)
    return len(decisions)


def _named(connection: Connection, ids: Sequence[int]) -> Mapping[str, Row[Any]]:
    """The waiting decisions that the numbers name, by key. Raises Conflict when one does not wait."""
    rows = connection.execute(_NAMED, {"ids": list(ids), "planned": list(PLANNED)}).all()
    missing = sorted(set(ids) - {row.id for row in rows})
    if missing:
        raise Conflict(f"Not waiting for approval (any more): {', '.join(map(str, missing))}. Nothing was changed.")
    return {row.decision_key: row for row in reversed(rows)}


def _record(
    connection: Connection,
    archive: Archive,
    decisions: Mapping[str, Row[Any]],
    kind: str,
    by: str,
    reason: str,
    now: datetime,
) -> None:
    archive.append(
        connection,
        [
            NewEntry(
                kind=kind,
                case=None,
                at=now,
                actor=by,
                role="controller",
                reason=reason,
                action=key,
                subject=f"{row.source}:{row.customer_key}",
            )
            for key, row in sorted(decisions.items())
        ],
    )
