"""The outbox in PostgreSQL: one row for each action, claimed with SKIP LOCKED and fenced by owner and epoch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, text

from engine.errors import NotFound
from engine.execution.action import ClaimedAction, Reaped
from engine.execution.states import LEASE, SUSPECT, after_death, lease_end, rest_until

_COLUMNS: Final = (
    "id, key, decision_key, source, customer_key as customer, kind, channel, stage, as_of, params, attempts, deaths, "
    "coalesce(owner, '') as owner, epoch"
)
_FIELDS: Final = tuple(field.name for field in fields(ClaimedAction))
#: As engine.execution.action.target_of.
_TARGET: Final = "case channel when 'webhook' then 'webhook:' || source else 'mail' end"
_DUE: Final = f"""
state = 'ready' and as_of <= :day and (not_before is null or not_before <= :now) and (:source = '' or source = :source)
and {_TARGET} not in (select target from target_rest where rests_until > :now)
"""
# The first due action decides: one that workers died of goes alone, any other goes with more of its kind.
_CLAIM = text(f"""
with head as (
    select deaths >= :suspect as alone from action where {_DUE} order by lane, id limit 1 for update skip locked
)
update action set state = 'claimed', owner = :owner, epoch = epoch + 1, lease_until = :until, updated_at = :now
where id in (
    select id from action where {_DUE} and (deaths < :suspect or (select alone from head))
    order by lane, id limit case when (select alone from head) then 1 else :limit end for update skip locked
)
returning {_COLUMNS}, lane
""")

_DEAD = text(f"""
select {_COLUMNS}, state from action where state in ('claimed', 'sending') and lease_until < :now
order by id for update skip locked
""")
_ONE = text(f"select {_COLUMNS}, state from action where id = :id")
_TAKE_BACK = text("""
update action set state = :state, outcome = :outcome, attempts = :attempts, deaths = :deaths, owner = null,
    lease_until = null, updated_at = :now where id = :id
""")
_MOVE = text("""
update action set state = :state, outcome = coalesce(:outcome, outcome), done_on = coalesce(:done_on, done_on),
    message_hash = coalesce(:hash, message_hash), not_before = coalesce(:not_before, not_before),
    attempts = attempts + :failed, offered = offered or :state = 'sending', updated_at = :now, lease_until = :until
where id = :id and owner = :owner and epoch = :epoch and state in ('claimed', 'sending')
    and (:state not in ('claimed', 'sending') or lease_until >= :now)
""")
_RENEW = text("""
update action a set lease_until = :until from unnest(cast(:ids as bigint[]), cast(:epochs as int[])) as mine (id, epoch)
where a.id = mine.id and a.epoch = mine.epoch and a.owner = :owner and a.state = 'claimed'
    and a.lease_until >= :now
""")
_FAILED = text("""
insert into target_rest as t (target, failures, reason, since) values (:target, 1, :reason, :now)
on conflict (target) do update set failures = t.failures + 1, reason = excluded.reason,
    since = case when t.failures = 0 then excluded.since else t.since end
returning failures
""")


class PostgresOutbox:
    """The port engine.execution.ports.Outbox over a connection in a transaction."""

    def now(self, connection: Connection) -> datetime:
        """The present by the database's clock."""
        present: datetime = connection.execute(text("select clock_timestamp()")).scalar_one()
        return present

    def at_hand(self, connection: Connection, action_id: int) -> tuple[ClaimedAction, str]:
        """An action as it stands and its state, whoever holds it. Raises NotFound."""
        row = connection.execute(_ONE, {"id": action_id}).one_or_none()
        if row is None:
            raise NotFound("action", str(action_id))
        return _claimed(row), row.state

    def reap(self, connection: Connection, now: datetime) -> list[Reaped]:
        """Take back what dead workers held, as engine.execution.states.after_death says."""
        reaped = []
        for row in connection.execute(_DEAD, {"now": now}).all():
            after = after_death(row.state, row.channel, row.attempts, row.deaths)
            connection.execute(_TAKE_BACK, {"id": row.id, "now": now, **after._asdict()})
            reaped.append(Reaped(_claimed(row), after.state, after.outcome))
        return reaped

    def claim(
        self, connection: Connection, owner: str, now: datetime, day: date, *, limit: int = 20, source: str = ""
    ) -> list[ClaimedAction]:
        """Take up to `limit` due actions, reinstatements first; rows another worker holds are skipped.

        `day`: the business day. What was decided for a later one waits for it.
        """
        values = {
            "owner": owner,
            "now": now,
            "until": now + LEASE,
            "day": day,
            "limit": limit,
            "source": source,
            "suspect": SUSPECT,
        }
        rows = connection.execute(_CLAIM, values).all()
        return [_claimed(row) for row in sorted(rows, key=lambda row: (row.lane, row.id))]

    def move(
        self,
        connection: Connection,
        action: ClaimedAction,
        state: str,
        now: datetime,
        *,
        outcome: str | None = None,
        done_on: date | None = None,
        message_hash: str | None = None,
        not_before: datetime | None = None,
        failed_attempt: bool = False,
    ) -> bool:
        """Move a claimed action to a state. False when a newer claim exists, or to go on with it when its lease has
        ended: nothing was written."""
        changed = connection.execute(
            _MOVE,
            {
                "state": state,
                "outcome": outcome,
                "done_on": done_on,
                "hash": message_hash,
                "not_before": not_before,
                "failed": int(failed_attempt),
                "now": now,
                "until": lease_end(state, now),
                "id": action.id,
                "owner": action.owner,
                "epoch": action.epoch,
            },
        )
        return changed.rowcount == 1

    def renew(self, connection: Connection, actions: Sequence[ClaimedAction], now: datetime) -> None:
        """Let claims last longer, those that are still this worker's."""
        if actions:
            connection.execute(
                _RENEW,
                {
                    "ids": [action.id for action in actions],
                    "epochs": [action.epoch for action in actions],
                    "owner": actions[0].owner,
                    "now": now,
                    "until": now + LEASE,
                },
            )

    def narrow(self, connection: Connection, action: ClaimedAction, items: Sequence[str]) -> None:
        """Let an action be about these of its items alone: the others are not in the message, so they were not sent."""
        values = {"id": action.id, "items": list(items)}
        connection.execute(text("delete from action_item where action_id = :id and item_key <> all(:items)"), values)
        connection.execute(
            text(
                "update action set params = jsonb_set(params, '{items}', to_jsonb(cast(:items as text[]))) "
                "where id = :id"
            ),
            values,
        )

    def target_failed(self, connection: Connection, target: str, now: datetime, reason: str) -> datetime | None:
        """Count a failure of a target; until when it rests, None when others may still be tried."""
        failures = connection.execute(_FAILED, {"target": target, "now": now, "reason": reason}).scalar_one()
        until = rest_until(failures, now)
        if until:
            connection.execute(
                text("update target_rest set rests_until = :until where target = :target"),
                {"target": target, "until": until},
            )
        return until

    def target_worked(self, connection: Connection, target: str) -> None:
        """Forget the failures of a target."""
        connection.execute(
            text("update target_rest set failures = 0, rests_until = null where target = :target and failures > 0"),
            {"target": target},
        )


def _claimed(row: Row[Any]) -> ClaimedAction:
    values = row._mapping  # noqa: SLF001  SQLAlchemy's public name for the row as a mapping
    return ClaimedAction(**{name: values[name] for name in _FIELDS})
