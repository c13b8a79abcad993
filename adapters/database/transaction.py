"""The transaction a write belongs to, and the driver below it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from sqlalchemy import Connection, Engine


@contextmanager
def within(engine: Engine, connection: Connection | None) -> Iterator[Connection]:
    """The caller's transaction, which the caller ends; without one a new one, committed at the end."""
    if connection is not None:
        yield connection
        return
    with engine.begin() as own:
        yield own


def driver_of(connection: Connection) -> psycopg.Connection[tuple[Any, ...]]:
    """The psycopg connection below, in the same transaction: for COPY and pipelines, which are its own."""
    driver = connection.connection.driver_connection
    if not isinstance(driver, psycopg.Connection):
        raise TypeError("Monitum needs psycopg 3.")
    return driver
