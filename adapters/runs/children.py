"""Child processes that evaluate batches: a crash of the C code costs a retry, never a decision, never the service."""

from __future__ import annotations

import gc
import json
import multiprocessing
import os
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from multiprocessing.connection import wait
from multiprocessing.context import BaseContext
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Engine

from adapters.companies.company import Company
from adapters.database.archive.store import Archive, open_keys
from adapters.database.connection import connect
from adapters.database.facts.fact_store import PostgresFacts
from adapters.database.facts.snapshots import CaseContext
from adapters.runs.batch import BatchOrder, run_batch
from adapters.runs.run_inputs import RunInputs
from engine.decisions.evaluator_cache import EvaluatorCache
from engine.errors import Disagreement, EngineCrashed
from engine.law.law import Law
from engine.law.policy import Policy
from engine.ports import RateTable
from engine.ruleset.model import Ruleset

#: Batches after which a child is replaced: compiled durable sets are never freed.
_BATCHES_PER_CHILD: Final = 200
#: Objects kept before Python looks for cycles: about those of a batch.
_COLLECT_AFTER: Final = 500_000


@dataclass(frozen=True, slots=True)
class Equipment:
    """What a child needs to work alone; all of it can be pickled."""

    database_url: str
    keys: Path
    rulesets: tuple[Ruleset, ...]
    company: Company
    rates: RateTable
    working_day: Callable[[date, str], bool]
    now: Callable[[], datetime]
    #: Where the snapshot of a disagreement is kept.
    evidence: Path
    #: The law of a jurisdiction; None where none is known.
    law: Callable[[str], Law | None]


@dataclass(slots=True)
class _Child:
    """One child's open connections and compiled rulesets."""

    equipment: Equipment
    engine: Engine
    archive: Archive
    evaluators: EvaluatorCache
    facts: PostgresFacts
    contexts: dict[tuple[Any, ...], CaseContext] = field(default_factory=dict)

    def context(self, order: BatchOrder) -> CaseContext:
        """What is the same for all batches of a run; looked up once."""
        key = (order.source, order.as_of, order.known_at)
        if key not in self.contexts:
            with self.engine.connect() as connection:
                self.contexts[key] = self.facts.context(connection, order.source, order.as_of, order.known_at)
        return self.contexts[key]


_child: _Child | None = None


def _equip(equipment: Equipment) -> None:
    global _child  # noqa: PLW0603  one child, one set of connections
    threading.Thread(target=_end_with_parent, name="end-with-parent", daemon=True).start()
    # A batch makes millions of objects and no cycles to speak of: the collector would look through them all, in vain.
    gc.set_threshold(_COLLECT_AFTER)
    engine = connect(equipment.database_url)
    archive = Archive(engine, open_keys(equipment.keys))
    terms = equipment.company.terms
    facts = PostgresFacts(
        engine, equipment.rates, equipment.working_day, equipment.now, law=equipment.law, terms=lambda _source: terms
    )
    _child = _Child(equipment, engine, archive, EvaluatorCache(equipment.rulesets), facts)


def _end_with_parent() -> None:
    """End at once when the run is killed: its pool cannot tell the children, and they would wait for ever.

    What a child has not committed is lost with its connection and left to the next call.
    """
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def _work(order: BatchOrder) -> Mapping[str, int]:
    if _child is None:
        raise EngineCrashed("The child process was not equipped.")
    equipment = _child.equipment
    try:
        return run_batch(
            _child.engine,
            _child.archive,
            order,
            _child.context(order),
            _child.evaluators,
            equipment.company,
            clock=equipment.now,
        )
    except Disagreement as error:
        _keep_evidence(equipment.evidence, order, error)
        raise


def _keep_evidence(folder: Path, order: BatchOrder, error: Disagreement) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    kept = {
        "source": order.source,
        "as_of": order.as_of.isoformat(),
        "run": order.run_id,
        "subject": error.subject,
        "only_session": error.only_session,
        "only_evaluator": error.only_evaluator,
        "facts": dict(error.facts) if error.facts else None,
    }
    name = f"disagreement-{order.source}-{order.as_of}-{order.run_id}.json"
    (folder / name).write_text(json.dumps(kept, ensure_ascii=False, indent=2, sort_keys=True), "utf-8")


def _processes() -> BaseContext:
    """Children are forked from a process that has imported this module and done nothing else: a fresh interpreter, as a
    spawned one, without the second it takes to import everything."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    return context


class Children:
    """A pool of children. `processes` work side by side; a batch whose child dies is given to a new pool once."""

    def __init__(self, equipment: Equipment, processes: int) -> None:
        self._equipment = equipment
        self._processes = processes

    @property
    def run_inputs(self) -> RunInputs:
        """What they decide by besides the customers' own facts."""
        given = self._equipment
        return RunInputs.of(given.rulesets, given.rates, given.law, given.company.terms, given.working_day, given.now)

    @property
    def policy(self) -> Policy:
        """The policies of the company that is evaluated."""
        return self._equipment.company.terms.policy

    def batches(self, orders: Sequence[BatchOrder]) -> Iterator[Mapping[str, int]]:
        """Work off the orders, yielding counts as they are finished, in any order.

        Raises EngineCrashed when the same orders break the pool twice, and what a batch itself raises (Disagreement).
        """
        left = list(orders)
        for attempt in (1, 2):
            done: list[BatchOrder] = []
            with suppress(BrokenProcessPool):
                for order, counts in self._once(left):
                    done.append(order)
                    yield counts
            left = [order for order in left if order not in done]
            if not left:
                return
            if attempt == 2:
                break
        first = left[0]
        raise EngineCrashed(
            f"A child process died twice on the batches from customer '{first.first}' to '{left[-1].last}' of "
            f"'{first.source}' as of {first.as_of}. What was decided before is kept; run again to try the rest."
        )

    def _once(self, orders: Sequence[BatchOrder]) -> Iterator[tuple[BatchOrder, Mapping[str, int]]]:
        pool = ProcessPoolExecutor(
            min(self._processes, len(orders)) or 1,
            mp_context=_processes(),
            initializer=_equip,
            initargs=(self._equipment,),
            max_tasks_per_child=_BATCHES_PER_CHILD,
        )
        with pool:
            futures: dict[Future[Mapping[str, int]], BatchOrder] = {
                pool.submit(_work, order): order for order in orders
            }
            try:
                for future in as_completed(futures):
                    yield futures[future], future.result()
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise
