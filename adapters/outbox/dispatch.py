"""The dispatcher over an office: PostgreSQL, mail and webhooks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import psycopg
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from adapters.outbox.archive_log import PostgresArchiveLog
from adapters.outbox.effects import OfficeEffects
from adapters.outbox.store import PostgresOutbox
from adapters.outbox.worker_context import Office
from engine.execution.dispatcher import Dispatcher
from engine.execution.ports import Moment


def dispatcher_of(office: Office) -> Dispatcher[Connection]:
    """The worker of an office."""
    return Dispatcher(
        unit=office.engine.begin,
        outbox=PostgresOutbox(),
        archive=PostgresArchiveLog(office.archive),
        effects=OfficeEffects(office),
        owner=office.owner,
        clock=office.clock,
        skew=office.skew,
        elsewhere=(SQLAlchemyError, psycopg.Error),
    )


def dispatch(office: Office, moment: Moment, *, limit: int = 20, source: str = "") -> Counter[str]:
    """One round of engine.execution.dispatcher.Dispatcher."""
    with _at_hand(office) as dispatcher:
        return dispatcher.round(moment, limit=limit, source=source)


def drain(
    office: Office,
    moment: Callable[[], Moment],
    *,
    source: str = "",
    progress: Callable[[int, int | None], None] | None = None,
) -> Counter[str]:
    """Rounds until nothing is due; each at its own moment."""  # fmt: skip
    with _at_hand(office) as dispatcher:
        return dispatcher.drain(moment, source=source, progress=progress)


@contextmanager
def _at_hand(office: Office) -> Iterator[Dispatcher[Connection]]:
    """The worker with one connection for all its units of work: taking one from the pool costs a question each time."""
    with office.engine.connect() as connection:

        @contextmanager
        def unit() -> Iterator[Connection]:
            with connection.begin():
                yield connection

        yield replace(dispatcher_of(office), unit=unit)
