"""From staged rows to versions of facts: what is new, what changed, what vanished; set-based, by digest."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import Connection, text

from adapters.finance.contract import FIELDS
from engine.execution.reports import TableCounts

#: Facts that end when the source no longer has them. Customers and documents stay: history refers to them.
VANISHING: Final = ("open_item", "payment", "allocation", "hold", "service")
#: Fields of records that are no columns: what they say becomes other rows.
_NOT_STORED: Final = frozenset({"open_amount"})
#: In front of the digest of a closed item, so that it differs from every row that is read.
_CLOSED: Final = "closed:"


def _columns(table: str) -> list[str]:
    return [spec.name for spec in FIELDS[table] if spec.name not in _NOT_STORED]


def _digest(table: str) -> str:
    """SQL for the hash of a staged row's content; amounts in the scale of the table, so 10.0 equals 10.00."""
    amounts = {spec.name for spec in FIELDS[table] if spec.type == "amount"}
    parts = [f"s.{name}::numeric(18,3)" if name in amounts else f"s.{name}" for name in _columns(table)]
    return f"md5(row({', '.join(parts)})::text)"


def _vanished(table: str) -> str:
    open_only = " and t.closed_on is null" if table == "open_item" else ""
    return (
        f"t.source = :source and t.recorded_to is null{open_only} "
        f"and not exists (select from stage_{table} s where s.key = t.key) "
        f"and not exists (select from stage_kept k where k.tab = '{table}' and k.key = t.key)"
    )


def vanishing(connection: Connection, source: str, table: str) -> tuple[int, int]:
    """How many current facts of a table the reading lacks, and how many there are."""
    open_only = " and closed_on is null" if table == "open_item" else ""
    gone = connection.scalar(text(f"select count(*) from {table} t where {_vanished(table)}"), {"source": source})
    have = connection.scalar(
        text(f"select count(*) from {table} where source = :source and recorded_to is null{open_only}"),
        {"source": source},
    )
    return gone or 0, have or 0


def apply(connection: Connection, source: str, table: str, read: int, now: datetime) -> TableCounts:
    """Write the versions of one table. A changed fact ends its version and begins the next at the same moment."""
    values = {"source": source, "now": now, "today": now.date()}
    ended = closed = 0
    if table == "open_item":
        closed = connection.execute(text(_close()), values).rowcount
    elif table in VANISHING:
        ended = connection.execute(
            text(f"update {table} t set recorded_to = :now where {_vanished(table)}"), values
        ).rowcount
    changed = connection.execute(
        text(
            f"update {table} t set recorded_to = :now from stage_{table} s "
            f"where t.source = :source and t.recorded_to is null and t.key = s.key and t.digest <> {_digest(table)}"
        ),
        values,
    ).rowcount
    names = ", ".join(_columns(table))
    written = connection.execute(
        text(
            f"insert into {table} (source, {names}, digest, recorded_from) "
            f"select :source, {', '.join('s.' + name for name in _columns(table))}, {_digest(table)}, :now "
            f"from stage_{table} s where not exists (select from {table} t "
            "where t.source = :source and t.recorded_to is null and t.key = s.key)"
        ),
        values,
    ).rowcount
    staged = connection.scalar(text(f"select count(*) from stage_{table}")) or 0
    if (written + closed + ended) * 10 > staged:
        # much is new: the plans of the run that follows must know it, and autovacuum may come too late
        connection.execute(text(f"analyze {table}"))
    return TableCounts(read, written - changed, changed, ended, closed, staged - written)


def _close() -> str:
    """A vanished item gets a last version that is closed from today on."""
    names = ", ".join(_columns("open_item"))
    return (
        f"with gone as (update open_item t set recorded_to = :now where {_vanished('open_item')} returning t.*) "
        f"insert into open_item (source, {names}, digest, closed_on, recorded_from) "
        f"select source, {names}, '{_CLOSED}' || digest, :today, :now from gone"
    )
