"""Temporary tables that hold one reading of a source until it is checked: filled by COPY, gone at the commit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, LiteralString, TypeAlias

import psycopg
from psycopg import sql
from sqlalchemy import Connection, text

from adapters.database.mirror.addresses import addressed
from adapters.database.transaction import driver_of
from adapters.finance.contract import FIELDS, Extract, FieldType, Row, RowProblem

#: Told the file, the lines read so far and their total when it is known.
Progress: TypeAlias = Callable[[str, int, int | None], None]

_SQL_TYPES: Final[dict[FieldType, LiteralString]] = {
    "text": "text",
    "date": "date",
    "amount": "numeric",
    "flag": "boolean",
}

#: origin: where rows come from. label: what the source calls a field. reject: rows that are not imported; one without
#: a reason only belongs to a line that has one. found: what one check found, on its way there. named: facts that a
#: rejected line delivers (own) or refers to; debit: it is an item that the customer owes; settles: a settlement of so
#: much. doubt: what is wrong, by the customer whose books are in doubt. finding: what is to be mended, though nothing
#: waits for it. kept: facts whose row is rejected and whose last good version stays.
_HELPERS: Final = """
create temp table stage_origin (number int primary key, tab text, file text, is_distinct boolean) on commit drop;
create temp table stage_label (number int, field text, label text) on commit drop;
create temp table stage_reject (tab text, key text, file text, line int, col text, value text, reason text)
    on commit drop;
create temp table stage_found (like stage_reject) on commit drop;
create temp table stage_named (file text, line int, tab text, key text, own boolean, debit boolean, settles numeric)
    on commit drop;
create temp table stage_doubt (customer_key text, code text, tab text, key text, file text, line int, col text,
    value text, reason text, day date, currency text, amount numeric) on commit drop;
create temp table stage_finding (customer_key text, code text, file text, line int, col text, value text, reason text)
    on commit drop;
create temp table stage_kept (tab text, key text) on commit drop;
create index on stage_reject (tab, key);
create index on stage_reject (file, line);
create index on stage_named (file, line);
create index on stage_named (tab, key);
create index on stage_kept (tab, key)
"""


def stage(connection: Connection, extract: Extract, progress: Progress | None = None) -> dict[str, int]:
    """Copy a reading into temporary tables; returns the rows read for each table.

    Whatever the source raises while it is read passes through; the caller's transaction then ends without effect.
    """
    _create(connection)
    cursor = driver_of(connection).cursor()
    _copy(cursor, "stage_origin", [(o.number, o.table, o.file, o.distinct) for o in extract.origins])
    _copy(cursor, "stage_label", [(o.number, *pair) for o in extract.origins for pair in o.labels.items()])
    origins = {origin.number: origin for origin in extract.origins}
    read = dict.fromkeys(FIELDS, 0)
    for batch in extract.batches:
        rows = batch.rows
        if batch.table == "customer":
            rows, none = addressed(rows, origins)
            _copy(cursor, "stage_finding", none)
        if rows:
            _copy(cursor, f"stage_{batch.table}", rows)
            read[batch.table] += len(batch.rows)
        if batch.problems:
            _copy(cursor, "stage_reject", [row for problem in batch.problems for row in _rejected(problem)])
            _copy(cursor, "stage_named", [row for problem in batch.problems for row in _named(problem)])
        if progress is not None:
            progress(batch.file, batch.read, None)
    connection.execute(text("analyze stage_reject"))
    for table in FIELDS:
        connection.execute(text(f"create index on stage_{table} (key)"))
        connection.execute(text(f"analyze stage_{table}"))
    return read


def _create(connection: Connection) -> None:
    for statement in _HELPERS.split(";"):
        connection.execute(text(statement))
    for table, specs in FIELDS.items():
        columns = ", ".join(f"{spec.name} {_SQL_TYPES[spec.type]}" for spec in specs)
        connection.execute(text(f"create temp table stage_{table} (origin int, line int, {columns}) on commit drop"))


def _copy(cursor: psycopg.Cursor[tuple[object, ...]], table: str, rows: Sequence[Row]) -> None:
    with cursor.copy(sql.SQL("copy {} from stdin").format(sql.Identifier(table))) as copy:
        write = copy.write_row
        for row in rows:
            write(row)


def _rejected(problem: RowProblem) -> list[Row]:
    tail = (problem.file, problem.line, problem.column, problem.value, problem.reason)
    return [(table, key, *tail) for table, key in problem.facts] or [("", None, *tail)]


def _named(problem: RowProblem) -> list[Row]:
    named = [(table, key, True) for table, key in problem.facts if key is not None]
    named += [(table, key, False) for table, key in problem.names]
    return [(problem.file, problem.line, table, key, own, False, problem.settles) for table, key, own in named]
