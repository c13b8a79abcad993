"""A run: every customer of a source decided for one day, in batches that survive being killed half-way."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Final, Protocol

from sqlalchemy import Engine, text

from adapters.database.archive.store import Archive
from adapters.database.locks import run_of
from adapters.runs.batch import BatchOrder
from adapters.runs.mass_hold import settle_suspensions
from adapters.runs.opening import begin, keep_rates, ranges, require_source, resume, run_entry
from adapters.runs.run_inputs import RunInputs
from engine.errors import Conflict, MonitumError
from engine.execution.reports import RunReport
from engine.law.policy import Policy
from engine.ruleset.model import Ruleset


class BatchWorkers(Protocol):
    """What evaluates batches: adapters.runs.children.Children, or one process by itself."""

    @property
    def policy(self) -> Policy:
        """The policies of the company that is evaluated."""
        ...

    def batches(self, orders: Sequence[BatchOrder]) -> Iterator[Mapping[str, int]]:
        """Work off the orders, yielding counts as they are finished, in any order. Raises EngineCrashed, and what a
        batch itself raises (Disagreement)."""
        ...


Progress = Callable[[int, int], None]
#: What a run counts that has no customer to decide.
_NOTHING: Final = {"actions": 0, "customers": 0, "decisions": 0, "without_ruleset": 0}


def execute(
    engine: Engine,
    archive: Archive,
    workers: BatchWorkers,
    source: str,
    as_of: date,
    rulesets: Sequence[Ruleset],
    *,
    clock: Callable[[], datetime],
    progress: Progress | None = None,
    run_inputs: RunInputs | None = None,
    full: bool = False,
) -> RunReport:
    """Decide a day for a source, or finish the unfinished run of that day. Raises NotFound for an unknown source,
    Conflict while another run of it is under way.

    After a finished run of the day under the same inputs, only customers with rows written since are decided
    (adapters.runs.scope), unless `full`. Without `run_inputs` all are.

    An error in one batch stops the run: what was committed stays, the run is marked stopped with the reason, and the
    next call with the same day goes on from there.
    """
    with run_of(source).tried(engine) as alone:
        if not alone:
            raise Conflict(f"Another run of '{source}' is under way. Wait until it has ended, then try again.")
        return _execute(
            engine,
            archive,
            workers,
            source,
            as_of,
            rulesets,
            clock=clock,
            progress=progress,
            run_inputs=run_inputs,
            full=full,
        )


def _execute(
    engine: Engine,
    archive: Archive,
    workers: BatchWorkers,
    source: str,
    as_of: date,
    rulesets: Sequence[Ruleset],
    *,
    clock: Callable[[], datetime],
    progress: Progress | None,
    run_inputs: RunInputs | None,
    full: bool,
) -> RunReport:
    with engine.begin() as connection:
        require_source(connection, source)
        begun = resume(connection, source, as_of, workers.policy, run_inputs) or begin(
            connection, archive, source, as_of, rulesets, workers.policy, clock(), run_inputs, full=full
        )
    run_id, resumed = begun.id, begun.resumed
    orders = _orders(engine, run_id, source, as_of, begun.known_at)
    total: Counter[str] = Counter(_NOTHING)
    total.update(_done_counts(engine, run_id))
    try:
        for number, counts in enumerate(workers.batches(orders), resumed + 1):
            total.update(counts)
            if progress:
                progress(number, resumed + len(orders))
    except MonitumError as error:
        _close(engine, archive, run_id, source, "stopped", total, clock(), as_of=as_of, failure=str(error))
        raise
    held = _close(engine, archive, run_id, source, "done", total, clock(), as_of=as_of)
    archive.integrate()
    counts = dict(sorted(total.items()))
    return RunReport(run_id, source, as_of, counts, resumed + len(orders), resumed, held, begun.base)


def rehearse(
    engine: Engine,
    workers: BatchWorkers,
    source: str,
    as_of: date,
    *,
    clock: Callable[[], datetime],
    progress: Progress | None = None,
) -> RunReport:
    """The same decisions, counted and not written: a dry run."""
    with engine.connect() as connection:
        require_source(connection, source)
        batches = ranges(connection, source)
    known_at = clock()
    orders = [BatchOrder(0, source, first, last, as_of, known_at, dry=True) for first, last in batches]
    total: Counter[str] = Counter()
    for number, counts in enumerate(workers.batches(orders), 1):
        total.update(counts)
        if progress:
            progress(number, len(orders))
    return RunReport(None, source, as_of, dict(sorted(total.items())), len(orders), 0)


def _orders(engine: Engine, run_id: int, source: str, as_of: date, known_at: datetime) -> list[BatchOrder]:
    with engine.connect() as connection:
        rows = connection.execute(
            text(
                "select first_key, last_key, keys from run_batch where run_id = :run and done_at is null "
                "order by first_key"
            ),
            {"run": run_id},
        ).all()
    return [
        BatchOrder(
            run_id,
            source,
            row.first_key,
            row.last_key,
            as_of,
            known_at,
            keys=None if row.keys is None else tuple(row.keys),
        )
        for row in rows
    ]


def _done_counts(engine: Engine, run_id: int) -> Mapping[str, int]:
    total: Counter[str] = Counter()
    with engine.connect() as connection:
        for counts in connection.execute(
            text("select counts from run_batch where run_id = :run and done_at is not null"), {"run": run_id}
        ).scalars():
            total.update(counts)
    return total


def _close(
    engine: Engine,
    archive: Archive,
    run_id: int,
    source: str,
    status: str,
    counts: Mapping[str, int],
    now: datetime,
    *,
    as_of: date,
    failure: str | None = None,
) -> str | None:
    """Write how the run ended; returns why its suspensions wait, if they do."""
    kind = "run:finished" if status == "done" else "run:stopped"
    plain = dict(sorted(counts.items()))
    with engine.begin() as connection:
        if status == "done":
            keep_rates(connection, run_id)
        connection.execute(
            text(
                "update run set status = :status, counts = cast(:counts as jsonb), finished_at = :now, "
                "failure = :failure where id = :run"
            ),
            {"status": status, "counts": json.dumps(plain), "now": now, "failure": failure, "run": run_id},
        )
        entries = [run_entry(kind, run_id, source, now, counts=plain, failure=failure)]
        held = settle_suspensions(connection, run_id, source, as_of, now) if status == "done" else None
        if held:
            entries.append(run_entry("run:held", run_id, source, now, reason=held))
        archive.append(connection, entries)
    return held
