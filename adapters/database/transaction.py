"""One transaction for what belongs together: a write inside another write joins its transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

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
