"""A database that is taken again is as new: rows, identities, rights and triggers are those of the template."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, make_url, text
from sqlalchemy.exc import OperationalError

from adapters.database.connection import connect
from tests.conftest import administrator_url
from tests.databases import Template, drop_copies, fresh_database

SOURCE = "insert into source (key, title, ledger_currency, jurisdiction) values ('{}', 'Books', 'PLN', 'pl')"
ENTRY = "insert into archive_entry (body, kind, recorded_at) values ('x', 'decision:made', now()) returning id"
CUSTOMER = (
    "insert into customer (source, key, name, kind, language, dunning_allowed, digest, recorded_from) "
    "values ('{}', 'K', 'K', 'business', 'pl', true, '', now())"
)


@pytest.fixture
def template(_template: Template) -> Iterator[Template]:
    """A template with a source and an entry of the archive."""
    with fresh_database(_template) as url:
        _write(url, SOURCE.format("kept"), ENTRY)
        own = (_template[0], str(make_url(url).database))
        yield own
        drop_copies(own)


def _write(url: str, *statements: str) -> list[Any]:
    engine = connect(administrator_url(url))
    with engine.begin() as connection:
        found = [connection.execute(text(statement)) for statement in statements]
        said = [one.scalars().all() if one.returns_rows else [] for one in found]
    engine.dispose()
    return said


def test_what_was_written_deleted_and_changed_is_as_in_the_template(template: Template) -> None:
    with fresh_database(template) as url:
        name = make_url(url).database
        [_, _, ids, _] = _write(
            url,
            SOURCE.format("new"),
            CUSTOMER.format("new"),
            ENTRY,
            "update source set title = 'Changed' where key = 'kept'",
        )
    with fresh_database(template) as url:
        assert make_url(url).database == name
        [sources, customers, entries, again] = _write(
            url, "select key || title from source", "select key from customer", "select id from archive_entry", ENTRY
        )
        assert (sources, customers, len(entries)) == (["keptBooks"], [], 1)
        assert again == ids, "identities go on where those of the template ended"
        with pytest.raises(Exception, match="only grows"):
            _write(url, "delete from archive_entry")


@pytest.mark.parametrize(
    "change",
    [
        "alter table archive_entry disable trigger only_grows",
        "drop trigger only_grows on archive_entry",
        "alter table source add column more int",
        "alter table source alter title set default 'x'",
        "alter table run_batch add check (done_at is null) not valid",
        "create index on customer (name)",
        "create table more (id int)",
        "drop table quarantine",
        "grant delete on archive_entry to monitum",
        "create or replace function archive_refuse() returns trigger language plpgsql as 'begin return new; end'",
        "create rule quiet as on insert to source do instead nothing",
        "create schema other",
        "do $$ begin execute format('alter database %I set work_mem = ''1MB''', current_database()); end $$",
    ],
)
def test_a_database_whose_schema_or_rights_were_changed_is_not_taken_again(template: Template, change: str) -> None:
    with fresh_database(template) as url:
        name = make_url(url).database
        _write(url, change)
    with fresh_database(template) as url:
        assert make_url(url).database != name


def test_nobody_is_left_in_a_database_that_is_taken_again(template: Template) -> None:
    with fresh_database(template) as url:
        left: Engine = connect(url)
        held = left.connect()
        held.execute(text("lock table source in share mode"))
    with fresh_database(template) as url:
        _write(url, "update source set title = 'x'")
        with pytest.raises(OperationalError):
            held.execute(text("select 1"))
    left.dispose()


def test_one_that_is_taken_is_not_taken_by_another(template: Template) -> None:
    with fresh_database(template) as one, fresh_database(template) as other:
        assert one != other


def test_a_copy_of_a_copy_goes_with_it(template: Template) -> None:
    with fresh_database(template) as url:
        own = (template[0], str(make_url(url).database))
        with fresh_database(own) as copied:
            name = str(make_url(copied).database)
    with fresh_database(template) as url:
        assert _write(url, f"select datname from pg_database where datname = '{name}'") == [[]]
