"""Entries and tampering for the tests of the archive."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, text

from adapters.database.archive.store import Archive
from adapters.database.tables import APPEND_ONLY
from archive.entries.entry import NewEntry

_TRIGGERS = text(
    "select tgrelid::regclass::text, tgname from pg_trigger "
    "where not tgisinternal and tgrelid::regclass::text = any(:tables)"
)
AT = datetime(2026, 3, 2, 9, 0, 0, 123457, tzinfo=UTC)


def sample(number: int, customer: str | None = None, **changes: Any) -> NewEntry:
    """An entry about a customer of source 'pl', or about nobody."""
    values: dict[str, Any] = {
        "kind": "decision:made",
        "case": f"run:{number}",
        "at": AT + timedelta(microseconds=number),
        "actor": "monitum",
        "role": "engine",
        "public": {"number": number},
    }
    if customer:
        values |= {"subject": f"pl:{customer}", "personal": {"name": f"Zażółć {customer}", "number": number}}
    return NewEntry(**{**values, **changes})


def append(database: Engine, archive: Archive, entries: list[NewEntry]) -> list[int]:
    """Entries in a transaction of their own."""
    with database.begin() as connection:
        return archive.append(connection, entries)


@contextmanager
def as_attacker(superuser: Engine) -> Iterator[Connection]:
    """A superuser's transaction on tables whose triggers are switched off; commits."""
    with superuser.begin() as connection:
        for table in APPEND_ONLY:
            connection.execute(text(f"alter table {table.name} disable trigger user"))
        yield connection
        for table, trigger in connection.execute(_TRIGGERS, {"tables": [table.name for table in APPEND_ONLY]}).all():
            connection.execute(text(f"alter table {table} enable always trigger {trigger}"))


def attack(connection: Connection, statements: str, values: Mapping[str, object]) -> int:
    """Run statements separated by semicolons; rows the last one changed."""
    changed = 0
    for statement in statements.split("; "):
        named = {name: value for name, value in values.items() if f":{name}" in statement}
        changed = connection.execute(text(statement), named).rowcount
    return changed
