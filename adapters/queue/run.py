"""A run: every customer of a source decided for one day, in batches that survive being killed half-way."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Connection, Engine, text

from adapters.database.archive import Archive
from adapters.queue.batch import BatchOrder
from adapters.queue.children import Children
from adapters.queue.mass_hold import settle_suspensions
from archive.entry import NewEntry
from engine.errors import Conflict, MonitumError, NotFound
from engine.law.policy import Policy
from engine.ruleset import Ruleset

#: Customers of one batch: large enough for bulk statements, small enough to lose little and to stay in memory.
BATCH: Final = 1_000


@dataclass(frozen=True, slots=True)
class RunReport:
    """What a run did. `counts` as in adapters.queue.batch; `resumed`: batches that an earlier attempt had done.
    `held`: why its suspensions wait for two people, if they do."""

    run_id: int | None
    source: str
    as_of: date
    counts: Mapping[str, int]
    batches: int
    resumed: int
    held: str | None = None


Progress = Callable[[int, int], None]


def execute(
    engine: Engine,
    archive: Archive,
    children: Children,
    source: str,
    as_of: date,
    rulesets: Sequence[Ruleset],
    *,
    clock: Callable[[], datetime],
    progress: Progress | None = None,
) -> RunReport:
    """Decide a day for a source, or finish the unfinished run of that day. Raises NotFound for an unknown source,
    Conflict while another run of it is under way.

    An error in one batch stops the run: what was committed stays, the run is marked stopped with the reason, and the
    next call with the same day goes on from there.
    """  # fmt: skip
    with _alone(engine, source):
        return _execute(engine, archive, children, source, as_of, rulesets, clock=clock, progress=progress)


@contextmanager
def _alone(engine: Engine, source: str) -> Iterator[None]:
    """Keep other runs of the source out. The lock is the session's: a run that is killed lets go of it."""
    key = {"key": f"run:{source}"}
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if not connection.execute(text("select pg_try_advisory_lock(hashtextextended(:key, 0))"), key).scalar_one():
            raise Conflict(f"Another run of '{source}' is under way. Wait until it has ended, then try again.")
        try:
            yield
        finally:
            connection.execute(text("select pg_advisory_unlock(hashtextextended(:key, 0))"), key)


def _execute(
    engine: Engine, archive: Archive, children: Children, source: str, as_of: date, rulesets: Sequence[Ruleset], *,
    clock: Callable[[], datetime], progress: Progress | None,
) -> RunReport:  # fmt: skip
    run_id, known_at, resumed = _open(engine, archive, source, as_of, rulesets, children.policy, clock())
    orders = _orders(engine, run_id, source, as_of, known_at)
    total = Counter(_done_counts(engine, run_id))
    try:
        for number, counts in enumerate(children.batches(orders), resumed + 1):
            total.update(counts)
            if progress:
                progress(number, resumed + len(orders))
    except MonitumError as error:
        _close(engine, archive, run_id, source, "stopped", total, clock(), as_of=as_of, failure=str(error))
        raise
    held = _close(engine, archive, run_id, source, "done", total, clock(), as_of=as_of)
    archive.integrate()
    return RunReport(run_id, source, as_of, dict(sorted(total.items())), resumed + len(orders), resumed, held)


def rehearse(
    engine: Engine,
    children: Children,
    source: str,
    as_of: date,
    *,
    clock: Callable[[], datetime],
    progress: Progress | None = None,
) -> RunReport:
    """The same decisions, counted and not written: a dry run."""  # fmt: skip
    with engine.connect() as connection:
        _require(connection, source)
        ranges = _ranges(connection, source)
    known_at = clock()
    orders = [BatchOrder(0, source, first, last, as_of, known_at, dry=True) for first, last in ranges]
    total: Counter[str] = Counter()
    for number, counts in enumerate(children.batches(orders), 1):
        total.update(counts)
        if progress:
            progress(number, len(orders))
    return RunReport(None, source, as_of, dict(sorted(total.items())), len(orders), 0)


def _require(connection: Connection, source: str) -> None:
    if connection.execute(text("select 1 from source where key = :key"), {"key": source}).first() is None:
        raise NotFound("source", source)


def _ranges(connection: Connection, source: str) -> list[tuple[str, str]]:
    """First and last key of each batch of customers."""
    return [
        (row[0], row[1])
        for row in connection.execute(
            text("select min(key), max(key) from (select key, (row_number() over (order by key) - 1) / :size as batch "
                 "from customer where source = :source and recorded_to is null) k group by batch order by batch"),
            {"source": source, "size": BATCH},
        )
    ]  # fmt: skip


def _open(
    engine: Engine, archive: Archive, source: str, as_of: date, rulesets: Sequence[Ruleset], policy: Policy,
    now: datetime,
) -> tuple[int, datetime, int]:  # fmt: skip
    """Start a run, or find the unfinished one: its id, its moment of knowledge, batches already done.

    Raises Conflict when the company has changed its policies since the unfinished one began: one run, one policy.
    """
    with engine.begin() as connection:
        _require(connection, source)
        unfinished = connection.execute(
            text("update run set status = 'running', failure = null where source = :source and as_of = :as_of "
                 "and status <> 'done' returning id, known_at, policy"),
            {"source": source, "as_of": as_of},
        ).first()  # fmt: skip
        if unfinished:
            _require_same(unfinished.policy, policy, as_of)
            done = connection.execute(
                text("select count(*) from run_batch where run_id = :run and done_at is not null"),
                {"run": unfinished[0]},
            ).scalar_one()
            return unfinished[0], unfinished[1], done
        versions = {ruleset.id: ruleset.version for ruleset in rulesets}
        run_id: int = connection.execute(
            text("insert into run (source, as_of, known_at, status, versions, policy, started_at) values (:source, "
                 ":as_of, :now, 'running', cast(:versions as jsonb), cast(:policy as jsonb), :now) returning id"),
            {"source": source, "as_of": as_of, "now": now, "versions": json.dumps(versions),
             "policy": json.dumps(policy.used())},
        ).scalar_one()  # fmt: skip
        connection.execute(
            text("insert into run_batch (run_id, first_key, last_key) values (:run, :first, :last)"),
            [{"run": run_id, "first": first, "last": last} for first, last in _ranges(connection, source)]
            or [{"run": run_id, "first": "", "last": ""}],
        )
        started = _entry("run:started", run_id, source, now, as_of=as_of, versions=versions, policy=policy.used())
        archive.append(connection, [started])
    return run_id, now, 0


def _require_same(begun: Mapping[str, object], policy: Policy, as_of: date) -> None:
    present = policy.used()
    changed = sorted(name for name, value in begun.items() if present.get(name, value) != value)
    if changed:
        was = ", ".join(f"{name}: {begun[name]}" for name in changed)
        raise Conflict(
            f"The unfinished run of {as_of} began under other policies ({was}). Write them in company.yaml again until "
            "it has finished; what it decides has one policy."
        )


def _orders(engine: Engine, run_id: int, source: str, as_of: date, known_at: datetime) -> list[BatchOrder]:
    with engine.connect() as connection:
        rows = connection.execute(
            text(
                "select first_key, last_key from run_batch where run_id = :run and done_at is null order by first_key"
            ),
            {"run": run_id},
        ).all()
    return [BatchOrder(run_id, source, first, last, as_of, known_at) for first, last in rows]


def _done_counts(engine: Engine, run_id: int) -> Mapping[str, int]:
    total: Counter[str] = Counter()
    with engine.connect() as connection:
        for counts in connection.execute(
            text("select counts from run_batch where run_id = :run and done_at is not null"), {"run": run_id}
        ).scalars():
            total.update(counts)
    return total


def _close(
    engine: Engine, archive: Archive, run_id: int, source: str, status: str, counts: Mapping[str, int], now: datetime,
    *, as_of: date, failure: str | None = None,
) -> str | None:  # fmt: skip
    """Write how the run ended; returns why its suspensions wait, if they do."""
    kind = "run:finished" if status == "done" else "run:stopped"
    plain = dict(sorted(counts.items()))
    with engine.begin() as connection:
        connection.execute(
            text("update run set status = :status, counts = cast(:counts as jsonb), finished_at = :now, "
                 "failure = :failure where id = :run"),
            {"status": status, "counts": json.dumps(plain), "now": now, "failure": failure, "run": run_id},
        )  # fmt: skip
        entries = [_entry(kind, run_id, source, now, counts=plain, failure=failure)]
        held = settle_suspensions(connection, run_id, source, as_of, now) if status == "done" else None
        if held:
            entries.append(_entry("run:held", run_id, source, now, reason=held))
        archive.append(connection, entries)
    return held


def _entry(kind: str, run_id: int, source: str, at: datetime, **public: Any) -> NewEntry:
    plain = {name: value.isoformat() if isinstance(value, date) else value for name, value in public.items()}
    return NewEntry(kind=kind, case=f"run:{run_id}", at=at, actor="monitum", role="engine",
                    public={"source": source, "run": run_id, **plain})  # fmt: skip
