"""Rows that are not imported: moved out of their staging table, with everything else that their line delivers."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, text

from adapters.finance.contract import REFERENCES

#: Key prefix of what a sync itself adds (settlements.py).
RESERVED: Final = "settlement:"

#: Found first and inserted then: a statement that reads the table it fills wades through its own new rows.
_FOUND: Final = """
insert into stage_found
select '{table}', s.key, o.file, s.line, {column}, {value}, {reason}
from stage_{table} s join stage_origin o on o.number = s.origin {joins}
where {where}
"""
#: SQL for what the source calls a field of the row.
LABEL: Final = "coalesce((select l.label from stage_label l where l.number = s.origin and l.field = {field}), {field})"


def reject(connection: Connection, table: str, **parts: str) -> bool:
    """Move the rows that one check finds; whether there were any."""
    found = connection.execute(text(_FOUND.format(table=table, **parts)))
    if not found.rowcount:
        return False
    connection.execute(text("insert into stage_reject select * from stage_found"))
    connection.execute(text("truncate stage_found"))
    # a source can be wrong as a whole, and a plan made for a handful of rejected rows then takes hours
    connection.execute(text("analyze stage_reject"))
    connection.execute(
        text(
            f"with gone as (delete from stage_{table} s using stage_origin o, stage_reject r "
            f"where o.number = s.origin and r.tab = '{table}' and r.file = o.file and r.line = s.line "
            f"and (not o.is_distinct or r.key is not distinct from s.key) returning o.file, s.*) {_named(table)}"
        )
    )
    return True


def _named(table: str) -> str:
    """SQL that notes what the rejected rows in `gone` deliver and refer to."""
    debit = "direction is not distinct from 'debit'" if table == "open_item" else "false"
    settles = "amount" if table == "allocation" else "null::numeric"
    names = [
        f"('{table}', key, true)",
        *(f"('{at}', {field}, false)" for field, at in REFERENCES.get(table, {}).items()),
    ]
    return (
        f"insert into stage_named select distinct file, line, n.tab, n.key, n.own, n.own and {debit}, {settles} "
        f"from gone cross join lateral (values {', '.join(names)}) n (tab, key, own) where n.key is not null"
    )


_OF_REJECTED_LINE: Final = (
    "exists (select from stage_reject r where r.file = o.file and r.line = s.line and r.reason is not null)"
)


def reject_lines(connection: Connection, table: str) -> bool:
    """A line is imported whole or not at all; only what many lines share (distinct) does not hang on one of them."""
    return _reject_with_line(connection, table, f"not o.is_distinct and {_OF_REJECTED_LINE}")


def reject_shared(connection: Connection, table: str) -> bool:
    """What many lines share goes with a rejected line when no other row refers to it."""
    users = [
        f"not exists (select from stage_{user} u where u.{field} = s.key)"
        for user, fields in REFERENCES.items()
        for field, parent in fields.items()
        if parent == table
    ]
    return bool(users) and _reject_with_line(
        connection, table, f"o.is_distinct and {' and '.join([_OF_REJECTED_LINE, *users])}"
    )


def _reject_with_line(connection: Connection, table: str, where: str) -> bool:
    none = "null::text"
    return reject(connection, table, column=none, value=none, reason=none, joins="", where=where)


def reject_dangling(connection: Connection, table: str, field: str, parent: str) -> bool:
    """Reject rows whose `field` names no fact of `parent` that is read or kept."""
    what = parent.replace("_", " ")
    reason = (
        f"case when exists (select from stage_reject r where r.tab = '{parent}' and r.key = s.{field}) "
        f"then 'refers to {what} ''' || s.{field} || ''', whose row is quarantined' "
        f"else 'refers to unknown {what} ''' || s.{field} || '''' end"
    )
    where = (
        f"s.{field} is not null and not exists (select from stage_{parent} p where p.key = s.{field}) "
        f"and not exists (select from stage_kept k where k.tab = '{parent}' and k.key = s.{field})"
    )
    return reject(
        connection,
        table,
        column=LABEL.format(field=f"'{field}'"),
        value=f"left(s.{field}, 200)",
        reason=reason,
        joins="",
        where=where,
    )


def keep(connection: Connection, source: str, table: str) -> None:
    """Note the current facts whose row is rejected; all that are missing when the key of a rejected row is unknown."""
    open_only = "and t.closed_on is null" if table == "open_item" else ""
    synthetic = f"and not starts_with(t.key, '{RESERVED}')" if table == "allocation" else ""
    connection.execute(
        text(
            f"insert into stage_kept select '{table}', t.key from {table} t "
            f"where t.source = :source and t.recorded_to is null {open_only} {synthetic} "
            f"and (exists (select from stage_reject r where r.tab = '{table}' and r.key is null) "
            f"or t.key in (select r.key from stage_reject r where r.tab = '{table}' and r.key is not null)) "
            f"and not exists (select from stage_{table} s where s.key = t.key) "
            f"and not exists (select from stage_kept k where k.tab = '{table}' and k.key = t.key)"
        ),
        {"source": source},
    )
    connection.execute(text("analyze stage_kept"))
