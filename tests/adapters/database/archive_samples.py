"""Entries and tampering for the tests of the archive."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, text

from adapters.database.archive import Archive
from archive.entry import NewEntry

AT = datetime(2026, 3, 2, 9, 0, 0, 123457, tzinfo=UTC)


def sample(number: int, customer: str | None = None, **changes: Any) -> NewEntry:
    """An entry about a customer of source 'pl', or about nobody."""
    values: dict[str, Any] = {
        "kind": "decision:made", "case": f"run:{number}", "at": AT + timedelta(microseconds=number), "actor": "monitum",
        "role": "engine", "public": {"number": number},
    }  # fmt: skip
    if customer:
        values |= {"subject": f"pl:{customer}", "personal": {"name": f"Zażółć {customer}", "number": number}}
    return NewEntry(**{**values, **changes})


def append(database: Engine, archive: Archive, entries: list[NewEntry]) -> list[int]:
    """Entries in a transaction of their own."""
    with database.begin() as connection:
        return archive.append(connection, entries)


@contextmanager
def as_attacker(database: Engine) -> Iterator[Connection]:
    """A superuser's transaction without the triggers of the archive's tables; commits."""
    with database.begin() as connection:
        tables = ("archive_entry", "archive_leaf", "archive_tile", "archive_checkpoint", "content")
        for table in tables:
            connection.execute(text(f"alter table {table} disable trigger user"))
        yield connection
        for table in tables:
            connection.execute(text(f"alter table {table} enable always trigger user"))
