"""The dispatcher over a worker's context: PostgreSQL, mail and webhooks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import psycopg
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from adapters.outbox.archive_log import PostgresArchiveLog
from adapters.outbox.effects import WorkerEffects
from adapters.outbox.store import PostgresOutbox
from adapters.outbox.worker_context import WorkerContext
from engine.execution.dispatcher import Dispatcher
from engine.execution.ports import Moment


def dispatcher_of(context: WorkerContext) -> Dispatcher[Connection]:
    """The worker of a context."""
    return Dispatcher(
        unit=context.engine.begin,
        outbox=PostgresOutbox(),
        archive=PostgresArchiveLog(context.archive),
        effects=WorkerEffects(context),
        owner=context.owner,
        clock=context.clock,
        skew=context.skew,
        elsewhere=(SQLAlchemyError, psycopg.Error),
    )


def dispatch(context: WorkerContext, moment: Moment, *, limit: int = 20, source: str = "") -> Counter[str]:
    """One round of engine.execution.dispatcher.Dispatcher."""
    with _at_hand(context) as dispatcher:
        return dispatcher.round(moment, limit=limit, source=source)


def drain(
    context: WorkerContext,
    moment: Callable[[], Moment],
    *,
    source: str = "",
    progress: Callable[[int, int | None], None] | None = None,
) -> Counter[str]:
    """Rounds until nothing is due; each at its own moment."""
    with _at_hand(context) as dispatcher:
        return dispatcher.drain(moment, source=source, progress=progress)


@contextmanager
def _at_hand(context: WorkerContext) -> Iterator[Dispatcher[Connection]]:
    """The worker with one connection for all its units of work: taking one from the pool costs a question each time."""
    with context.engine.connect() as connection:

        @contextmanager
        def unit() -> Iterator[Connection]:
            with connection.begin():
                yield connection

        yield replace(dispatcher_of(context), unit=unit)
