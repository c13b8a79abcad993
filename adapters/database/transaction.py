"""One transaction for what belongs together: a write inside another write joins its transaction. And its driver."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import psycopg
from sqlalchemy import Connection, Engine

_open: ContextVar[Connection | None] = ContextVar("open_transaction", default=None)


@contextmanager
def transaction(engine: Engine) -> Iterator[Connection]:
    """The transaction this thread of execution already has on the engine, or a new one, committed at the end."""
    current = _open.get()
    if current is not None and current.engine is engine:
        yield current
        return
    with engine.begin() as connection:
        token = _open.set(connection)
        try:
            yield connection
        finally:
            _open.reset(token)


def driver_of(connection: Connection) -> psycopg.Connection[tuple[Any, ...]]:
    """The psycopg connection below, in the same transaction: for COPY and pipelines, which are its own."""
    driver = connection.connection.driver_connection
    if not isinstance(driver, psycopg.Connection):
        raise TypeError("Monitum needs psycopg 3.")
    return driver
