"""The outbox: claiming due actions and moving them through their states, fenced by owner and epoch.

ready -> claimed -> sending -> done | failed | unknown | cancelled | held; proposed -> ready | cancelled.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Row, text

#: How long a claim is good for; a worker that dies is taken over after it.
LEASE: Final = timedelta(seconds=30)
#: The same while an effect happens: longer than a mail server or an endpoint may take to answer.
SENDING_LEASE: Final = timedelta(minutes=2)
#: Tries before an action is put on hold for a person to look at.
MAX_ATTEMPTS: Final = 8
_FIRST_RETRY: Final = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Claimed:
    """An action this worker may carry out, until its lease ends or somebody else's epoch is higher."""

    id: int
    key: str
    decision_key: str
    source: str
    customer: str
    kind: str
    channel: str
    stage: str | None
    as_of: date
    params: Mapping[str, Any]
    attempts: int
    owner: str
    epoch: int


_CLAIM = text("""
update action set state = 'claimed', owner = :owner, epoch = epoch + 1, lease_until = :until, updated_at = :now
where id in (
    select id from action
    where state = 'ready' and as_of <= :day and (not_before is null or not_before <= :now)
      and (:source = '' or source = :source)
    order by lane, id limit :limit for update skip locked
)
returning id, key, decision_key, source, customer_key, kind, channel, stage, as_of, params, attempts, owner, epoch, lane
""")

_REAP = text("""
update action set state = case when state = 'claimed' or channel = 'webhook' then 'ready' else 'unknown' end,
    outcome = case when state = 'claimed' or channel = 'webhook' then outcome else 'the worker died while sending' end,
    attempts = attempts + (state = 'sending' and channel = 'webhook')::int,
    owner = null, lease_until = null, updated_at = :now
where state in ('claimed', 'sending') and lease_until < :now
returning id, key, decision_key, source, customer_key, kind, channel, stage, as_of, params, attempts, epoch, state
""")


def claim(
    connection: Connection, owner: str, now: datetime, day: date, *, limit: int = 20, source: str = ""
) -> list[Claimed]:
    """Take up to `limit` due actions, reinstatements first; rows another worker holds are skipped.

    `day`: the business day. What was decided for a later one waits for it.
    """
    values = {"owner": owner, "now": now, "until": now + LEASE, "day": day, "limit": limit, "source": source}
    rows = connection.execute(_CLAIM, values).all()
    return [Claimed(*row[:-1]) for row in sorted(rows, key=lambda row: (row.lane, row.id))]


def reap(connection: Connection, now: datetime) -> list[Claimed]:
    """Take back what dead workers held; returns the actions whose effect nobody knows.

    A claimed action is ready again. One that was being sent by mail becomes 'unknown', since nobody knows whether it
    left; a webhook carries its id and may safely be sent again.
    """
    rows = connection.execute(_REAP, {"now": now}).all()
    return [_nobodys(row) for row in rows if row.state == "unknown"]


def _nobodys(row: Row[Any]) -> Claimed:
    """A reaped action, which no worker holds any more."""
    values: list[Any] = list(row)
    return Claimed(*[*values[:11], "", values[11]])


def move(
    connection: Connection,
    action: Claimed,
    state: str,
    now: datetime,
    *,
    outcome: str | None = None,
    done_on: date | None = None,
    message_hash: str | None = None,
    not_before: datetime | None = None,
    failed_attempt: bool = False,
) -> bool:
    """Move a claimed action to a state. False when a newer claim exists: nothing was written."""
    changed = connection.execute(
        text(
            "update action set state = :state, outcome = coalesce(:outcome, outcome), "
            "done_on = coalesce(:done_on, done_on), message_hash = coalesce(:hash, message_hash), "
            "not_before = :not_before, attempts = attempts + :failed, updated_at = :now, "
            "lease_until = case when :state in ('claimed', 'sending') then cast(:until as timestamptz) end "
            "where id = :id and owner = :owner and epoch = :epoch and state in ('claimed', 'sending')"
        ),
        {
            "state": state, "outcome": outcome, "done_on": done_on, "hash": message_hash, "not_before": not_before,
            "failed": int(failed_attempt), "now": now, "until": now + (SENDING_LEASE if state == "sending" else LEASE),
            "id": action.id, "owner": action.owner, "epoch": action.epoch,
        },
    )  # fmt: skip
    return changed.rowcount == 1


def narrow(connection: Connection, action: Claimed, items: Sequence[str]) -> None:
    """Let an action be about these of its items alone: the others are not in the message, so they were not sent."""
    values = {"id": action.id, "items": list(items)}
    connection.execute(text("delete from action_item where action_id = :id and item_key <> all(:items)"), values)
    connection.execute(
        text(
            "update action set params = jsonb_set(params, '{items}', to_jsonb(cast(:items as text[]))) where id = :id"
        ),
        values,
    )


def retry_at(action: Claimed, now: datetime, spread: float) -> datetime | None:
    """When to try again: exponential with full jitter (`spread` in 0..1); None when it was tried often enough."""
    if action.attempts + 1 >= MAX_ATTEMPTS:
        return None
    longest: timedelta = _FIRST_RETRY * int(2**action.attempts)
    return now + longest * spread + timedelta(seconds=1)


def status(connection: Connection) -> list[Mapping[str, Any]]:
    """Actions by source, kind, channel and state, with the age of the oldest due one."""
    return [
        dict(row)
        for row in connection.execute(
            text("select source, kind, channel, state, count(*) as count, min(created_at) as oldest from action "
                 "group by source, kind, channel, state order by source, kind, channel, state")
        ).mappings()
    ]  # fmt: skip
