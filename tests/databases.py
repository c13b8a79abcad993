"""Databases for tests: copies of a template, each as new for whoever takes it.

To copy a database and to drop it takes checkpoints and a thousand files. One that was given back is taken again
instead: what a test wrote is emptied, or written anew as in the template, and a database whose schema, rights or
triggers a test changed is dropped. Rows, their order, identities and connections are those of a fresh copy.
"""

from __future__ import annotations

import itertools
import os
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final, LiteralString

import psycopg
from psycopg import sql
from sqlalchemy import make_url

from adapters.database.access.roles import LOGIN

#: How often one database is taken: temporary tables and truncations leave dead rows in its catalogs.
_TAKEN_AT_MOST: Final = 40
#: Everything about the tables but their rows.
_SCHEMA: Final = """
with ours as (select * from pg_class where relnamespace = 'public'::regnamespace)
select md5(string_agg(said, ';' order by said)) from (
    select row(oid, relname, relkind, relowner, relacl, reloptions, relpersistence, relrowsecurity)::text from ours
    union all select row(attrelid, attname, atttypid, attnotnull, attidentity, attacl, attisdropped)::text
        from pg_attribute where attrelid in (select oid from ours)
    union all select row(adrelid, adnum, adbin)::text from pg_attrdef
    union all select row(tgrelid, tgname, tgenabled, tgfoid, tgtype)::text from pg_trigger where not tgisinternal
    union all select row(oid, conname, contype, convalidated)::text from pg_constraint
    union all select row(oid, proname, prosrc, proacl, proowner)::text
        from pg_proc where pronamespace = 'public'::regnamespace
    union all select row(ev_class, rulename, ev_enabled)::text from pg_rewrite where ev_class in (select oid from ours)
    union all select row(nspname, nspacl, nspowner)::text from pg_namespace where nspname !~ '^pg_(toast_)?temp_'
    union all select row(extname, extversion)::text from pg_extension
    union all select row(defaclrole, defaclnamespace, defaclacl)::text from pg_default_acl
    union all select row(datacl, datdba, datconnlimit, setrole, setconfig)::text
        from pg_database d left join pg_db_role_setting s on s.setdatabase = d.oid where datname = current_database()
) as every(said)
"""
_TABLES: Final = "select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace"
_SEQUENCES: Final = """
select sequencename::text, coalesce(last_value, start_value), last_value is not null
from pg_sequences where schemaname = 'public'
"""
_REFERENCES: Final = "select confrelid::regclass::text, conrelid::regclass::text from pg_constraint where contype = 'f'"
_TRIGGERS: Final = """
select tgrelid::regclass::text, tgname::text from pg_trigger where not tgisinternal and tgenabled = 'A'
"""
_EMPTY: Final = "select {0}::text, case when exists (select from {1}) then 'filled' end"
_CONTENT: Final = "select {0}::text, coalesce(md5(string_agg(t::text, ';' order by t::text)), '') from {1} t"
_numbers = itertools.count()
_Rows = list[tuple[Any, ...]]
#: Server and name of a template.
Template = tuple[str, str]


class _Copy:
    """A copy of a template, which knows what it was like."""

    def __init__(self, server: str, name: str) -> None:
        self.name = name
        self.taken = 0
        self._server = (
            make_url(server).set(drivername="postgresql", database=name).render_as_string(hide_password=False)
        )
        self._superuser: psycopg.Connection[Any] | None = None
        tables = [table for (table,) in self._ask(_TABLES)]
        filled = {table for table, rows in self._content(dict.fromkeys(tables)).items() if rows}
        self._before = self._content({table: "" if table in filled else None for table in tables})
        self._rows = {table: self._read(table) for table in filled}
        self._schema = self._ask(_SCHEMA)
        self._sequences = set(self._ask(_SEQUENCES))
        self._triggers = self._ask(_TRIGGERS)
        self._referring = defaultdict[str, set[str]](set)
        for table, by in self._ask(_REFERENCES):
            self._referring[table].add(by)

    def renew(self) -> bool:
        """Bring it back to what it was; false when it cannot be."""
        if self._superuser is not None and not self._answers():
            self._superuser = None
        leave = "select pg_terminate_backend(pid, 1000) from pg_stat_activity where datname = {} and pid <> {}"
        self._ask(leave, self.name, self._connection.info.backend_pid)
        if self._ask(_SCHEMA) != self._schema:
            return False
        now = self._content(self._before)
        with self._connection.transaction():
            self._write({table for table, rows in self._before.items() if rows != now[table]})
            for sequence, last, called in self._sequences - set(self._ask(_SEQUENCES)):
                self._ask("select setval({}::regclass, {}, {})", sequence, last, called)
        return True

    def let_go(self) -> None:
        """Leave it alone."""
        if self._superuser is not None:
            self._superuser.close()

    def _write(self, tables: set[str]) -> None:
        """Write tables as they were, and those that refer to them."""
        while more := {by for table in tables for by in self._referring[table]} - tables:
            tables |= more
        if not tables:
            return
        guards = [guard for guard in self._triggers if guard[0] in tables]
        for guard in guards:
            self._do("alter table {} disable trigger {}", *guard)
        self._do("truncate " + ", ".join(["{}"] * len(tables)), *sorted(tables))
        for table in tables & set(self._rows):
            with self._connection.cursor().copy(_named("copy {} from stdin (format binary)", table)) as copy:
                copy.write(self._rows[table])
        for guard in guards:
            self._do("alter table {} enable always trigger {}", *guard)

    def _read(self, table: str) -> bytes:
        with self._connection.cursor().copy(_named("copy {} to stdout (format binary)", table)) as copy:
            return b"".join(copy)

    def _answers(self) -> bool:
        try:
            return bool(self._ask("select 1"))
        except psycopg.OperationalError:
            return False

    def _content(self, known: Mapping[str, Any]) -> dict[str, Any]:
        """By table: None where it is empty; a digest of those that `known` says something of, 'filled' for others."""
        queries = [
            sql.SQL(_EMPTY if rows is None else _CONTENT).format(sql.Literal(table), sql.Identifier(table))
            for table, rows in known.items()
        ]
        return dict(self._connection.execute(sql.SQL(" union all ").join(queries)).fetchall())

    def _ask(self, query: LiteralString, *values: object) -> _Rows:
        return self._connection.execute(
            sql.SQL(query).format(*map(sql.Literal, values)) if values else query
        ).fetchall()

    def _do(self, statement: LiteralString, *names: str) -> None:
        self._connection.execute(_named(statement, *names))

    @property
    def _connection(self) -> psycopg.Connection[Any]:
        """As superuser; kept, since a new one has to learn the catalogs anew. Others may have ended it."""
        if self._superuser is None or self._superuser.closed:
            self._superuser = _administrator(self._server, self.name)
        return self._superuser


def _named(statement: LiteralString, *names: str) -> sql.Composed:
    return sql.SQL(statement).format(*map(sql.Identifier, names))


_FREE: Final[dict[Template, list[_Copy]]] = defaultdict(list)


@contextmanager
def fresh_database(template: Template) -> Iterator[str]:
    """URL of a copy of the template, as the application."""
    copy = _taken(template)
    try:
        yield application_url(template[0], copy.name)
    finally:
        drop_copies((template[0], copy.name))
        _FREE[template].append(copy)


def application_url(server: str, name: str) -> str:
    """URL of a database of the server, as the application."""
    url = make_url(server).set(database=name, username=LOGIN)
    if url.password:
        url = url.set(password=LOGIN)
    return url.render_as_string(hide_password=False)


def drop_copies(template: Template) -> None:
    """Drop the copies that were given back; whoever changes a template, or drops it, calls this."""
    for copy in _FREE.pop(template, ()):
        _drop(template[0], copy)


def _taken(template: Template) -> _Copy:
    free = _FREE[template]
    while free:
        copy = free.pop()
        copy.taken += 1
        if copy.taken < _TAKEN_AT_MOST and copy.renew():
            return copy
        _drop(template[0], copy)
    server, pattern = template
    name = f"t{os.getpid()}_{next(_numbers)}"
    with _administrator(server) as admin:
        # A template may have no other users, and commands that have ended leave connections behind.
        admin.execute("select pg_terminate_backend(pid, 1000) from pg_stat_activity where datname = %s", [pattern])
        # Its files are copied: by way of the log, PostgreSQL's first choice, the same takes twice the time.
        admin.execute(_named("create database {} template {} strategy file_copy", name, pattern))
    return _Copy(server, name)


def _drop(server: str, copy: _Copy) -> None:
    copy.let_go()
    with _administrator(server) as admin:
        admin.execute(_named("drop database {} with (force)", copy.name))


def _administrator(server: str, name: str | None = None) -> psycopg.Connection[Any]:
    url = make_url(server).set(drivername="postgresql")
    url = url.set(database=name) if name else url
    return psycopg.connect(url.render_as_string(hide_password=False), autocommit=True)
