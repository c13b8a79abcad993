"""The two stores of actions, made alike, so that one set of tests can hold both to the same rules."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Engine, text

from adapters.outbox.store import PostgresOutbox
from engine.execution.action import ClaimedAction
from engine.execution.memory import MemoryOutbox, Row

DAY = date(2026, 3, 12)
NOW = datetime(2026, 3, 12, 11, tzinfo=UTC)
BLANK = ClaimedAction(
    id=0,
    key="",
    decision_key="D",
    source="books",
    customer="A",
    kind="remind",
    channel="email",
    stage="reminder",
    as_of=DAY,
    params={"items": ["I1", "I2"]},
    attempts=0,
    deaths=0,
    owner="",
    epoch=0,
)


@dataclass(frozen=True, slots=True)
class Store:
    """A store of actions under test: `unit` begins a unit of work, `add` puts an action in, `row` shows one."""

    unit: Callable[[], AbstractContextManager[Any]]
    outbox: Any
    add: Callable[..., int]
    row: Callable[[int], dict[str, Any]]


SHOWN = (
    "state",
    "owner",
    "epoch",
    "attempts",
    "deaths",
    "lease_until",
    "not_before",
    "outcome",
    "done_on",
    "message_hash",
    "offered",
    "params",
)


def memory_store() -> Store:
    """Actions in memory."""
    outbox = MemoryOutbox(lambda: NOW)

    def add(*, lane: int = 1, state: str = "ready", not_before: datetime | None = None, **changes: Any) -> int:
        id_ = len(outbox.rows) + 1
        action = replace(BLANK, id=id_, key=f"K{id_}", **changes)
        outbox.add(Row(action, state=state, lane=lane, not_before=not_before))
        return id_

    def row(id_: int) -> dict[str, Any]:
        kept = outbox.rows[id_]
        return {name: getattr(kept, name, getattr(kept.action, name, None)) for name in SHOWN}

    return Store(outbox.unit, outbox, add, row)


def postgres_store(engine: Engine) -> Store:
    """Actions in PostgreSQL."""

    def add(*, lane: int = 1, state: str = "ready", not_before: datetime | None = None, **changes: Any) -> int:
        one = replace(BLANK, **changes)
        values = {
            "decision_key": one.decision_key,
            "source": one.source,
            "customer_key": one.customer,
            "kind": one.kind,
            "channel": one.channel,
            "stage": one.stage,
            "as_of": one.as_of,
            "params": json.dumps(dict(one.params)),
            "attempts": one.attempts,
            "deaths": one.deaths,
            "state": state,
            "lane": lane,
            "not_before": not_before,
            "now": NOW,
        }
        with engine.begin() as connection:
            id_: int = connection.execute(
                text(
                    "insert into action (key, decision_key, source, customer_key, kind, channel, stage, as_of, "
                    "params, attempts, deaths, state, lane, not_before, created_at, updated_at) values "
                    "(gen_random_uuid()::text, :decision_key, :source, :customer_key, :kind, :channel, :stage, "
                    ":as_of, cast(:params as jsonb), :attempts, :deaths, :state, :lane, :not_before, :now, :now) "
                    "returning id"
                ),
                values,
            ).scalar_one()
            return id_

    def row(id_: int) -> dict[str, Any]:
        with engine.connect() as connection:
            found = connection.execute(text("select * from action where id = :id"), {"id": id_}).mappings().one()
        return {name: found[name] for name in SHOWN} | {"owner": found["owner"] or ""}

    return Store(engine.begin, PostgresOutbox(), add, row)
