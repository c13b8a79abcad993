"""One batch of a run, from rows to committed decisions, inside one child process and one transaction."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Engine, text

from adapters.companies.company import Company
from adapters.database.archive.store import Archive
from adapters.database.bulk import copy_rows, take_ids
from adapters.database.facts.rows import BatchRows
from adapters.database.facts.snapshot_rows import read_named, read_rows
from adapters.database.facts.snapshots import CaseContext, build_cases
from adapters.database.tables import action, action_item, decision
from adapters.outbox.archive_log import new_entry
from adapters.outbox.services import set_services
from engine.actions import KINDS
from engine.actions.services import ALL
from engine.decisions.evaluator_cache import EvaluatorCache
from engine.decisions.model import Decision
from engine.execution.decision_entries import decision_entries
from engine.execution.entries import ExecutionEntry
from engine.execution.planning import PlannedAction, action_row, plan
from engine.facts.case import CustomerCase
from engine.ruleset.model import Ruleset


@dataclass(frozen=True, slots=True)
class BatchOrder:
    """What one batch has to do. `dry`: decide and count, write nothing."""

    run_id: int
    source: str
    first: str
    last: str
    as_of: date
    known_at: datetime
    dry: bool = False
    #: The customers by name; None: all from `first` to `last`.
    keys: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class DecidedCase:
    """One customer's case with what was decided for it."""

    case: CustomerCase
    ruleset: Ruleset
    decisions: tuple[Decision, ...]


def decide_batch(
    connection: Connection, order: BatchOrder, context: CaseContext, evaluators: EvaluatorCache
) -> tuple[list[DecidedCase], Counter[str]]:
    """Read, snapshot and evaluate a batch. Counts: customers, items, without_ruleset, and `rule:<id>` per rule."""
    rows = _rows(connection, order)
    counts: Counter[str] = Counter(customers=len(rows.customers), without_ruleset=len(rows.customers))
    decided = []
    for case, ruleset in build_cases(rows, context, evaluators.choose):
        evaluation = evaluators.of(ruleset).evaluate(case)
        counts["without_ruleset"] -= 1
        counts["items"] += len(case.items)
        if not case.customer.facts["rate_known"]:
            counts["rate_missing"] += 1
        if evaluation.decisions:
            decided.append(DecidedCase(case, ruleset, evaluation.decisions))
            for made in evaluation.decisions:
                counts.update(f"rule:{rule}" for rule in made.rules)
                counts[f"kind:{made.kind}"] += 1
    return decided, counts


def _rows(connection: Connection, order: BatchOrder) -> BatchRows:
    if order.keys is None:
        return read_rows(connection, order.source, order.first, order.last, order.as_of, order.known_at)
    return read_named(connection, order.source, order.keys, order.as_of, order.known_at)


def run_batch(
    engine: Engine,
    archive: Archive,
    order: BatchOrder,
    context: CaseContext,
    evaluators: EvaluatorCache,
    company: Company,
    *,
    clock: Callable[[], datetime],
) -> Mapping[str, int]:
    """Decide a batch and write decisions, archive entries and actions in one transaction.

    A decision whose key exists already was made before and is not written again. The batch is marked done in the same
    transaction, so that a killed run resumes behind it. Returns the counts; those of the first time for a batch that
    another process has done meanwhile.
    """
    with engine.begin() as connection:
        if not order.dry and (done := _done_counts(connection, order)) is not None:
            return done
        decided, counts = decide_batch(connection, order, context, evaluators)
        if not order.dry:
            decided = _unmade(connection, decided)
            counts["decisions"] = sum(len(one.decisions) for one in decided)
            counts["actions"] = _write(connection, archive, order, decided, evaluators, company, clock())
            connection.execute(
                text(
                    "update run_batch set done_at = :at, counts = cast(:counts as jsonb), "
                    "rates = cast(:rates as jsonb) where run_id = :run and first_key = :first"
                ),
                {
                    "at": clock(),
                    "counts": _json(counts),
                    "rates": json.dumps(context.used_rates()),
                    "run": order.run_id,
                    "first": order.first,
                },
            )
    return counts


def _done_counts(connection: Connection, order: BatchOrder) -> Mapping[str, int] | None:
    """Keep the batch for this transaction; its counts when it is done already.

    A child of a killed run may be at the same batch: whoever comes second waits here for what the first one does.
    """
    found = connection.execute(
        text("select done_at, counts from run_batch where run_id = :run and first_key = :first for update"),
        {"run": order.run_id, "first": order.first},
    ).one()
    return None if found.done_at is None else dict(found.counts)


def _unmade(connection: Connection, decided: Sequence[DecidedCase]) -> list[DecidedCase]:
    """The cases with the decisions that were not made before."""
    keys = [made.key for one in decided for made in one.decisions]
    known = set(connection.execute(text("select key from decision where key = any(:keys)"), {"keys": keys}).scalars())
    left = (
        DecidedCase(one.case, one.ruleset, tuple(made for made in one.decisions if made.key not in known))
        for one in decided
    )
    return [one for one in left if one.decisions]


def _write(
    connection: Connection,
    archive: Archive,
    order: BatchOrder,
    decided: Sequence[DecidedCase],
    evaluators: EvaluatorCache,
    company: Company,
    at: datetime,
) -> int:
    if not decided:
        return 0
    entries: list[ExecutionEntry] = []
    first_entry: list[int] = []
    for one in decided:
        first_entry.append(len(entries))
        reads = evaluators.of(one.ruleset).reads
        entries += decision_entries(
            one.case, one.ruleset, one.decisions, reads, source=order.source, run=order.run_id, at=at
        )
    entry_ids = archive.append(connection, [new_entry(entry) for entry in entries])
    rows: list[dict[str, Any]] = []
    planned: list[PlannedAction] = []
    for one, index in zip(decided, first_entry, strict=True):
        for made in one.decisions:
            rows.append(_decision_row(made, order, entry_ids[index]))
            planned += plan(made, one.case, company)
            kind = KINDS[made.kind]
            if kind.desired and kind.first_state == "ready" and company.mode(kind.name) == "automatic":
                set_services(
                    connection, order.source, made.customer, kind.desired, _services(made), by=made.key, on=made.as_of
                )
    copy_rows(connection, decision, rows)
    _write_actions(connection, order.source, planned, at)
    return len(planned)


def _services(made: Decision) -> str | Sequence[str]:
    services = made.action.params.get("services", ALL)
    return services if isinstance(services, tuple) else str(services)


def _decision_row(made: Decision, order: BatchOrder, entry_id: int) -> dict[str, Any]:
    return {
        "key": made.key,
        "run_id": order.run_id,
        "source": order.source,
        "customer_key": made.customer,
        "kind": made.kind,
        "stage": made.action.stage,
        "rules": list(made.rules),
        "ruleset": made.ruleset,
        "version": made.version,
        "as_of": made.as_of,
        "entry_id": entry_id,
    }


def _write_actions(connection: Connection, source: str, planned: Sequence[PlannedAction], at: datetime) -> None:
    ids = take_ids(connection, action, len(planned))
    copy_rows(connection, action, [action_row(one, id_, source, at) for one, id_ in zip(planned, ids, strict=True)])
    copy_rows(
        connection,
        action_item,
        [
            {"action_id": id_, "item_key": key, "source": source, "currency": currency, "open_minor": minor}
            for one, id_ in zip(planned, ids, strict=True)
            for key, currency, minor in one.items
        ],
    )


def _json(counts: Mapping[str, int]) -> str:
    return json.dumps(dict(sorted(counts.items())))
