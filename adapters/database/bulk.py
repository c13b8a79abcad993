"""Bulk writing with COPY inside the caller's transaction: two orders of magnitude faster than row by row."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table, text
from sqlalchemy.dialects.postgresql import JSONB


def take_ids(connection: Connection, table: Table, count: int) -> list[int]:
    """Numbers from the table's identity, so that rows can refer to each other before they are written."""
    return list(
        connection.execute(
            text("select nextval(pg_get_serial_sequence(:name, 'id')) from generate_series(1, :count)"),
            {"name": table.name, "count": count},
        ).scalars()
    )


def copy_rows(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Append rows that all have the same columns; JSONB columns take plain data."""
    if not rows:
        return
    names = list(rows[0])
    plain = {name for name in names if isinstance(table.c[name].type, JSONB)}
    columns = ", ".join(f'"{name}"' for name in names)
    driver = connection.connection.cursor()
    with driver.copy(f'copy "{table.name}" ({columns}) from stdin') as copy:
        for values in _values(rows, names, plain):
            copy.write_row(values)


def _values(rows: Iterable[Mapping[str, Any]], names: Sequence[str], plain: set[str]) -> Iterable[list[Any]]:
    for row in rows:
        yield [
            json.dumps(row[name], ensure_ascii=False, separators=(",", ":")) if name in plain else row[name]
            for name in names
        ]
