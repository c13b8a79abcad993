"""Where a customer stands: what was sent, what rests, which services run, what is decided and not finished."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from sqlalchemy import Connection, text

from adapters.database.facts.contacts import contacts_of
from adapters.database.facts.doubts import current_doubts
from adapters.database.facts.rows import BatchRows, HoldRow
from engine.actions import KINDS

_SERVICES = text("""
select s.key, s.name, coalesce(t.desired, 'active') as desired, coalesce(t.version, 0) as version,
       coalesce(t.confirmed_version, 0) as confirmed, t.decided_on
from service s
left join service_state t on t.source = s.source and t.customer_key = s.customer_key and t.service_key = s.key
where s.source = :source and s.customer_key = :customer and s.recorded_from <= :known_at
  and (s.recorded_to is null or s.recorded_to > :known_at)
order by s.key
""")

_ACTIONS = text("""
select a.key, a.kind, a.channel, a.stage, a.state, a.as_of, a.done_on, d.rules, d.ruleset, d.version
from action a join decision d on d.key = a.decision_key
where a.source = :source and a.customer_key = :customer and a.as_of <= :as_of
order by a.id desc limit 50
""")


def customer_state(
    connection: Connection, source: str, rows: BatchRows, as_of: date, known_at: datetime
) -> Mapping[str, object]:
    """Plain JSON data: name, stage of each open item, holds, doubts, services, recent actions, last contact."""
    customer = rows.customers[0]
    values = {"source": source, "customer": customer.key, "as_of": as_of, "known_at": known_at}
    actions = connection.execute(_ACTIONS, values).all()
    contacts = [contact.day for contact in contacts_of(rows.actions, rows.letters)]
    return {
        "source": source, "customer": customer.key, "name": customer.name, "kind": customer.kind,
        "as_of": as_of.isoformat(),
        "dunning_allowed": customer.dunning_allowed,
        "holds": _holds(rows.holds, as_of),
        "doubts": [one.as_json() for one in current_doubts(connection, [source], customer.key)],
        "services": [
            {"key": row.key, "name": row.name, "desired": row.desired, "version": row.version,
             "confirmed": row.confirmed >= row.version,
             "since": row.decided_on.isoformat() if row.decided_on else None}
            for row in connection.execute(_SERVICES, values)
        ],
        "stages": _stages(rows),
        "actions": [
            {"key": row.key, "kind": row.kind, "channel": row.channel, "stage": row.stage, "state": row.state,
             "as_of": row.as_of.isoformat(), "done_on": row.done_on.isoformat() if row.done_on else None,
             "rules": list(row.rules), "ruleset": row.ruleset, "version": row.version}
            for row in actions
        ],
        "last_contact": max(contacts).isoformat() if contacts else None,
    }  # fmt: skip


def _holds(rows: Iterable[HoldRow], as_of: date) -> list[dict[str, object]]:
    return [
        {"item": row.item, "reason": row.reason, "expires_on": row.expires_on.isoformat() if row.expires_on else None}
        for row in rows
        if row.expires_on is None or row.expires_on >= as_of
    ]


def _stages(rows: BatchRows) -> list[dict[str, object]]:
    """The last stage sent for each item that is still open."""
    last: dict[str, tuple[str | None, date]] = {}
    for row in rows.actions:
        if (
            KINDS[row.kind].history == "stage"
            and row.state == "done"
            and row.item is not None
            and row.done_on is not None
        ):
            step = row.stage, row.done_on
            last[row.item] = max(last.get(row.item, step), step, key=lambda step: step[1])
    return [
        {"item": item.key, "document": item.document, "stage": stage, "sent_on": sent_on.isoformat()}
        for item in rows.items
        if item.key in last
        for stage, sent_on in (last[item.key],)
    ]
