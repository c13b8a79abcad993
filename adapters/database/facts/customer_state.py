"""Where a customer stands: what was sent, what rests, which services run, what is decided and not finished."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, text

from adapters.database.facts.contacts import contacts_of
from adapters.database.facts.snapshot_rows import BatchRows
from engine.actions import KINDS

_SERVICES = text("""
select s.key, s.name, coalesce(t.desired, 'active'), coalesce(t.version, 0), coalesce(t.confirmed_version, 0),
       t.decided_on
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
    """Plain JSON data: name, stage of each open item, holds, services, recent actions, last contact."""
    customer = rows.customers[0]
    values = {"source": source, "customer": customer[0], "as_of": as_of, "known_at": known_at}
    actions = connection.execute(_ACTIONS, values).all()
    contacts = [contact.day for contact in contacts_of(rows.actions, rows.letters)]
    return {
        "source": source, "customer": customer[0], "name": customer[10], "kind": customer[1],
        "as_of": as_of.isoformat(),
        "dunning_allowed": customer[4],
        "holds": _holds(rows.holds, as_of),
        "services": [
            {"key": key, "name": name, "desired": desired, "version": version,
             "confirmed": confirmed >= version, "since": since.isoformat() if since else None}
            for key, name, desired, version, confirmed, since in connection.execute(_SERVICES, values)
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


def _holds(rows: Sequence[Sequence[Any]], as_of: date) -> list[dict[str, object]]:
    return [
        {"item": item, "reason": reason, "expires_on": expires.isoformat() if expires else None}
        for _customer, item, reason, expires in rows
        if expires is None or expires >= as_of
    ]


def _stages(rows: BatchRows) -> list[dict[str, object]]:
    """The last stage sent for each item that is still open."""
    last: dict[str, tuple[str, date]] = {}
    for _customer, kind, stage, state, done_on, _rules, item, *_ in rows.actions:
        if KINDS[kind].history == "stage" and state == "done" and item is not None:
            last[item] = max(last.get(item, (stage, done_on)), (stage, done_on), key=lambda step: step[1])
    return [
        {"item": row[1], "document": row[10], "stage": last[row[1]][0], "sent_on": last[row[1]][1].isoformat()}
        for row in rows.items
        if row[1] in last
    ]
