"""The beginning of a run: its customers, in which batches, as known when; and going on with one that was stopped."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Connection, text

from adapters.database.archive.store import Archive
from adapters.runs.run_inputs import RunInputs
from adapters.runs.scope import ALL_CUSTOMERS, Scope, find_scope, goes_on_as_begun, rates_used
from archive.entries.entry import NewEntry
from engine.errors import Conflict, NotFound
from engine.law.policy import Policy
from engine.ruleset.model import Ruleset

#: Customers of one batch: large enough for bulk statements, small enough to lose little and to stay in memory.
BATCH: Final = 1_000
_RANGES: Final = text("""
select min(key) as first, max(key) as last from (
    select key, (row_number() over (order by key) - 1) / :size as batch
    from customer where source = :source and recorded_to is null
) k group by batch order by batch
""")


@dataclass(frozen=True, slots=True)
class Opening:
    """A run under way: its moment of knowledge, the run it adds to, and how many batches are done already."""

    id: int
    known_at: datetime
    base: int | None
    resumed: int = 0


def resume(
    connection: Connection, source: str, as_of: date, policy: Policy, run_inputs: RunInputs | None
) -> Opening | None:
    """The unfinished run of the day, if there is one, going on.

    Raises Conflict when the company has changed its policies since it began: one run, one policy. Where something else
    changed by which every customer is decided, the run decides all customers, and no run adds to it.
    """
    found = connection.execute(
        text(
            "update run set status = 'running', failure = null where source = :source and as_of = :as_of "
            "and status <> 'done' returning id, known_at, policy, versions, premises, base_id"
        ),
        {"source": source, "as_of": as_of},
    ).first()
    if found is None:
        return None
    _require_same(found.policy, policy, as_of)
    base = found.base_id
    if not goes_on_as_begun(connection, found, source, as_of, run_inputs):
        connection.execute(text("update run set premises = null, base_id = null where id = :run"), {"run": found.id})
        if base is not None:
            _batch(connection, found.id, source, ALL_CUSTOMERS)
        base = None
    done = connection.execute(
        text("select count(*) from run_batch where run_id = :run and done_at is not null"), {"run": found.id}
    ).scalar_one()
    return Opening(found.id, found.known_at, base, done)


def begin(
    connection: Connection,
    archive: Archive,
    source: str,
    as_of: date,
    rulesets: Sequence[Ruleset],
    policy: Policy,
    now: datetime,
    run_inputs: RunInputs | None,
    *,
    full: bool,
) -> Opening:
    """A new run of a day, as adapters.runs.scope says, with its entry in the archive."""
    versions = {ruleset.id: ruleset.version for ruleset in rulesets}
    scope = ALL_CUSTOMERS if run_inputs is None else find_scope(connection, source, as_of, now, run_inputs, full=full)
    run_id: int = connection.execute(
        text(
            "insert into run (source, as_of, known_at, status, versions, policy, started_at, seen, premises, base_id) "
            "values (:source, :as_of, :now, 'running', cast(:versions as jsonb), cast(:policy as jsonb), :now, :seen, "
            "cast(:premises as jsonb), :base) returning id"
        ),
        {
            "source": source,
            "as_of": as_of,
            "now": now,
            "versions": json.dumps(versions),
            "seen": scope.seen,
            "policy": json.dumps(policy.used()),
            "base": scope.base,
            "premises": None if scope.run_inputs is None else json.dumps(scope.run_inputs),
        },
    ).scalar_one()
    _batch(connection, run_id, source, scope)
    started = run_entry(
        "run:started", run_id, source, now, as_of=as_of, versions=versions, policy=policy.used(), **scope.told
    )
    archive.append(connection, [started])
    return Opening(run_id, now, scope.base)


def _batch(connection: Connection, run_id: int, source: str, scope: Scope) -> None:
    """Keep the batches of a run; one of all customers takes the place of one that begins with the same customer."""
    named = scope.keys
    batches: list[tuple[str, str, list[str] | None]]
    if named is None:
        batches = [(first, last, None) for first, last in ranges(connection, source)] or [("", "", None)]
    else:
        parts = [list(named[at : at + BATCH]) for at in range(0, len(named), BATCH)]
        batches = [(part[0], part[-1], part) for part in parts]
    if not batches:
        return
    connection.execute(
        text(
            "insert into run_batch (run_id, first_key, last_key, keys) values (:run, :first, :last, :keys) "
            "on conflict (run_id, first_key) do update set last_key = excluded.last_key, keys = excluded.keys, "
            "done_at = null, counts = null"
        ),
        [{"run": run_id, "first": first, "last": last, "keys": keys} for first, last, keys in batches],
    )


def _require_same(begun: Mapping[str, object], policy: Policy, as_of: date) -> None:
    present = policy.used()
    changed = sorted(name for name, value in begun.items() if present.get(name, value) != value)
    if changed:
        was = ", ".join(f"{name}: {begun[name]}" for name in changed)
        raise Conflict(
            f"The unfinished run of {as_of} began under other policies ({was}). Write them in company.yaml again until "
            "it has finished; what it decides has one policy."
        )


def keep_rates(connection: Connection, run_id: int) -> None:
    """Keep with the inputs of a run what it converted by; without one answer, no run may add to it."""
    found = connection.execute(
        text(
            "select premises, array(select rates from run_batch where run_id = :run and rates is not null) as rates "
            "from run where id = :run"
        ),
        {"run": run_id},
    ).one()
    if found.premises is None:
        return
    used = rates_used(found.premises, found.rates)
    run_inputs = None if used is None else json.dumps({**found.premises, "rates": used})
    connection.execute(
        text("update run set premises = cast(:premises as jsonb) where id = :run"),
        {"run": run_id, "premises": run_inputs},
    )


def ranges(connection: Connection, source: str) -> list[tuple[str, str]]:
    """First and last key of each batch of the customers of a source."""
    rows = connection.execute(_RANGES, {"source": source, "size": BATCH})
    return [(row.first, row.last) for row in rows]


def require_source(connection: Connection, source: str) -> None:
    """Raises NotFound for an unknown source."""
    if connection.execute(text("select 1 from source where key = :key"), {"key": source}).first() is None:
        raise NotFound("source", source)


def run_entry(kind: str, run_id: int, source: str, at: datetime, **public: Any) -> NewEntry:
    """An entry of the archive about a run."""
    plain = {name: value.isoformat() if isinstance(value, date) else value for name, value in public.items()}
    return NewEntry(
        kind=kind,
        case=f"run:{run_id}",
        at=at,
        actor="monitum",
        role="engine",
        public={"source": source, "run": run_id, **plain},
    )
