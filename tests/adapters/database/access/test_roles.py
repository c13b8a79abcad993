"""What the application's role can do to the archive: add to it and read it. Nothing else, whatever it tries."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, make_url, text
from sqlalchemy.exc import DBAPIError, OperationalError

from adapters.database.access.roles import (
    APPLICATION,
    OWNER,
    NotAdmitted,
    RunsAsOwner,
    admit,
    login_url,
    role_grants,
    set_rights,
)
from adapters.database.archive.store import Archive
from adapters.database.connection import connect, migrate
from adapters.database.tables import APPEND_ONLY, metadata
from app.installation.settings import Settings
from app.installation.system import System
from archive.keys.archive_keys import ArchiveKeys
from engine.errors import InvalidInput
from tests.adapters.database.archive.archive_samples import append, as_attacker, sample
from tests.conftest import administrator_url

_EVERY_TABLE = [
    statement
    for table in (*(table.name for table in APPEND_ONLY), "issued_document")
    for statement in (
        f"update {table} set {metadata.tables[table].c.keys()[-1]} = null",
        f"delete from {table}",
        f"truncate {table}",
        f"alter table {table} disable trigger only_grows",
        f"drop table {table}",
    )
]
HOSTILE = [
    *_EVERY_TABLE,
    "set session_replication_role = 'replica'",
    f"set role {OWNER}",
    f"grant {OWNER} to monitum",
    f"alter role {APPLICATION} superuser",
    "alter table archive_entry owner to monitum",
    "alter table archive_entry disable trigger all",
    "drop trigger only_grows on archive_entry",
    "create rule quiet as on insert to archive_entry do instead nothing",
    "create trigger mine before insert on archive_entry for each row execute function archive_refuse()",
    "create table public.archive_note (size bigint)",
    "create function public.archive_mine() returns int language sql as 'select 1'",
    "create or replace function archive_refuse() returns trigger language plpgsql as 'begin return new; end'",
    "alter function archive_refuse() rename to archive_permit",
    "drop schema public cascade",
    "insert into archive_entry (id, body, kind, recorded_at) overriding system value values (1, 'x', 'k', now())",
    "insert into archive_entry (body, kind, recorded_at) values ('', '', now()) on conflict (id) do update set kind=''",
    "merge into archive_leaf using archive_entry on false when matched then delete",
    "select setval(pg_get_serial_sequence('archive_entry', 'id'), 1, false)",
    "select * from archive_leaf for update",
    "lock table archive_entry in access exclusive mode",
    "insert into archive_pending values (1)",
    "delete from archive_pending",
    "update subject_key set wrapped = null, destroyed_at = now()",
    "delete from subject_key",
    "insert into subject_key (subject_ref, owner, destroyed_at) values ('r', 'o', now())",
    "update alembic_version set version_num = '0001'",
    "copy (select 1) to program 'true'",
    "alter system set fsync = off",
    "reindex table archive_entry",
    "comment on table archive_entry is 'mine'",
]


@pytest.fixture
def archive(database: Engine, tmp_path: Path) -> Archive:
    archive = Archive(database, ArchiveKeys(tmp_path / "keys"))
    append(database, archive, [sample(number, f"C{number}") for number in range(3)])
    archive.integrate(batch=2)
    append(database, archive, [sample(4)])
    return archive


def _rows(superuser: Engine) -> dict[str, list[tuple[object, ...]]]:
    with superuser.connect() as connection:
        return {
            name: [tuple(row) for row in connection.execute(text(f"select * from {name} order by 1"))]
            for name in (*(table.name for table in APPEND_ONLY), "archive_pending", "subject_key")
        }


def test_every_hostile_statement_of_the_application_is_refused(
    database: Engine, superuser: Engine, archive: Archive
) -> None:
    before = _rows(superuser)
    alone = database.execution_options(isolation_level="AUTOCOMMIT")
    for statement in HOSTILE:
        refusal = "permission denied|must be (owner|member|superuser)|only grows|not a superuser|SUPERUSER|ADMIN option"
        with (
            pytest.raises(DBAPIError, match=refusal),
            (alone if statement.startswith("alter system") else database).connect() as connection,
        ):
            connection.execute(text(statement))
    assert len(HOSTILE) >= 60
    assert _rows(superuser) == before
    assert archive.verify().ok


def test_the_application_can_pass_on_no_right(database: Engine, superuser: Engine) -> None:
    with database.begin() as connection:
        connection.execute(text("grant all on archive_entry to public"))  # a warning, says PostgreSQL
    with superuser.connect() as connection:
        acl = connection.execute(text("select relacl::text from pg_class where relname = 'archive_entry'")).scalar_one()
    assert f"{APPLICATION}=r/" in acl
    assert "{=" not in acl
    assert ",=" not in acl


def test_a_right_to_change_would_be_found_on_every_table_that_only_grows(superuser: Engine) -> None:
    granted = text(
        "select table_name, privilege_type from information_schema.role_table_grants "
        "where grantee in (:role, 'PUBLIC') and table_schema = 'public' order by 1, 2"
    )
    with superuser.connect() as connection:
        found: dict[str, set[str]] = {}
        for table, right in connection.execute(granted, {"role": APPLICATION}):
            found.setdefault(table, set()).add(right)
    assert set(found) == {*metadata.tables, "alembic_version"}
    for table in (*APPEND_ONLY, metadata.tables["issued_document"]):
        assert found[table.name] <= {"SELECT", "INSERT"}
    # Rows of these are written by column or by triggers only.
    assert {name for name, rights in found.items() if rights == {"SELECT"}} == {
        "alembic_version",
        "archive_entry",
        "archive_pending",
        "erased_content",
        "subject_key",
    }
    assert found["customer"] >= {"SELECT", "INSERT", "UPDATE", "DELETE"}


def test_everything_belongs_to_an_owner_that_nobody_can_log_in_as(superuser: Engine) -> None:
    with superuser.connect() as connection:
        owners = (
            connection.execute(
                text(
                    "select distinct pg_get_userbyid(relowner) from pg_class "
                    "where relnamespace = 'public'::regnamespace and relkind in ('r', 'S')"
                )
            )
            .scalars()
            .all()
        )
        logins = connection.execute(
            text("select rolcanlogin, rolsuper from pg_roles where rolname in (:owner, :app)"),
            {"owner": OWNER, "app": APPLICATION},
        ).all()
    assert owners == [OWNER]
    assert [tuple(row) for row in logins] == [(False, False), (False, False)]


def test_a_temporary_table_does_not_catch_the_rows_of_the_queue(
    database: Engine, superuser: Engine, archive: Archive
) -> None:
    with database.begin() as connection:
        connection.execute(text("create temporary table archive_pending (entry_id bigint)"))
        connection.execute(text("set search_path = pg_temp, public"))
        archive.append(connection, [sample(5)])
        connection.execute(text("drop table pg_temp.archive_pending"))
    with superuser.connect() as connection:
        assert connection.execute(text("select count(*) from archive_pending")).scalar_one() == 2
    assert archive.integrate() == 2
    assert archive.verify().ok


def test_ids_are_the_databases_and_follow_the_order_of_the_entries(database: Engine, archive: Archive) -> None:
    ids = append(database, archive, [sample(number) for number in range(2000)])
    assert ids == list(range(ids[0], ids[0] + 2000))
    assert [archive.entry(id_).public["number"] for id_ in ids[::499]] == list(range(0, 2000, 499))


@contextmanager
def _roles(superuser: Engine, *clauses: str) -> Iterator[list[str]]:
    """Roles of the server that are gone afterwards: name and clause."""
    names = [f"t{uuid.uuid4().hex[:12]}" for _ in clauses]
    with superuser.begin() as connection:
        for name, clause in zip(names, clauses, strict=True):
            connection.execute(text(f"create role {name} {clause}"))
    yield names
    with superuser.begin() as connection:
        for name in names:
            connection.execute(text(f"reassign owned by {name} to current_user"))
            connection.execute(text(f"drop owned by {name} cascade"))
            connection.execute(text(f"drop role {name}"))


def test_the_role_of_the_application_is_made_with_its_password_and_has_its_rights(
    database_url: str, superuser: Engine
) -> None:
    name = f"t{uuid.uuid4().hex[:12]}"
    url = make_url(database_url).set(username=name, password="pass:word/%'\\").render_as_string(hide_password=False)
    admit(superuser, url)
    admit(superuser, url)
    with superuser.connect() as connection:
        stored = connection.execute(text("select rolpassword from pg_authid where rolname = :n"), {"n": name})
        assert stored.scalar_one().startswith("SCRAM-SHA-256$")
    application = connect(url)
    assert role_grants(application).name == name
    role_grants(application).require_application()
    with application.begin() as connection:
        connection.execute(text("select count(*) from archive_entry"))
        connection.execute(text("analyze customer"))
    application.dispose()
    with superuser.begin() as connection:
        connection.execute(text(f"drop role {name}"))


def test_a_superuser_or_a_member_of_the_owner_is_not_the_application(database_url: str, superuser: Engine) -> None:
    with _roles(superuser, "login superuser", f"login in role {OWNER}, {APPLICATION}", "login") as names:
        for name, error in zip(names, (RunsAsOwner, RunsAsOwner, NotAdmitted), strict=True):
            url = login_url(database_url, name)
            engine = connect(url)
            with pytest.raises(error, match=f"'{name}'.*monitum release"):
                role_grants(engine).require_application()
            engine.dispose()


def test_a_url_without_a_role_is_refused(superuser: Engine) -> None:
    with pytest.raises(InvalidInput, match="DATABASE_URL"):
        admit(superuser, "postgresql:///monitum")


def test_an_installation_runs_as_the_application_or_says_what_to_do(
    database_url: str, superuser: Engine, tmp_path: Path
) -> None:
    admin = administrator_url(database_url)

    def installed(**settings: str) -> System:
        return System(Settings.from_environment({"MONITUM_HOME": str(tmp_path), **settings}))

    with pytest.raises(RunsAsOwner, match="MONITUM_ADMIN_DATABASE_URL"):
        _ = installed(DATABASE_URL=admin).database.engine
    with _roles(superuser, "login") as [name]:
        url = login_url(database_url, name)
        with pytest.raises(NotAdmitted):
            _ = installed(DATABASE_URL=url).database.engine
        with pytest.raises(NotAdmitted):
            installed(DATABASE_URL=url).database.prepare()
        installed(DATABASE_URL=url, MONITUM_ADMIN_DATABASE_URL=admin).database.prepare()
        system = installed(DATABASE_URL=url)
        system.database.prepare()
        assert role_grants(system.database.engine).name == name
        system.database.engine.dispose()


def test_an_administrator_who_is_no_superuser_can_set_everything_up(superuser: Engine, database_url: str) -> None:
    server = create_engine(administrator_url(database_url), isolation_level="AUTOCOMMIT")
    with _roles(superuser, "login createrole") as [name], server.connect() as connection:
        # As if he had made these roles, which is what gives a role that is no superuser power over them.
        version = connection.execute(text("select current_setting('server_version_num')::int")).scalar_one()
        option = "admin true, inherit false, set false" if version >= 160000 else "admin option"
        connection.execute(text(f"grant {OWNER}, {APPLICATION} to {name} with {option}"))
        connection.execute(text(f"create database {name} owner {name}"))
        url = make_url(database_url).set(database=name, username=name).render_as_string(hide_password=False)
        try:
            administrator = connect(url)
            migrate(administrator)
            migrate(administrator)
            administrator.dispose()
            application = connect(make_url(database_url).set(database=name).render_as_string(hide_password=False))
            role_grants(application).require_application()
            with application.connect() as own:
                assert own.execute(text("select count(*) from archive_leaf")).scalar_one() == 0
            application.dispose()
        finally:
            connection.execute(text(f"drop database {name} with (force)"))
    server.dispose()


def test_rights_that_were_meddled_with_are_set_right_by_the_next_release(database: Engine, superuser: Engine) -> None:
    with superuser.begin() as connection:
        connection.execute(text(f"grant all on archive_entry, subject_key to {APPLICATION}, public"))
        connection.execute(text("alter table archive_leaf owner to current_user"))
    with superuser.begin() as connection:
        set_rights(connection)
    for statement in ("delete from subject_key", "update archive_entry set kind = kind"):
        with pytest.raises(DBAPIError, match="permission denied"), database.begin() as connection:
            connection.execute(text(statement))


def test_triggers_refuse_the_owner_too_until_he_switches_them_off(superuser: Engine, archive: Archive) -> None:
    """What rights cannot prevent is found: the owner's edit is in the report of the verification."""
    for mode in ("origin", "replica"):
        with superuser.connect() as connection:
            connection.execute(text(f"set session_replication_role = '{mode}'"))
            connection.execute(text(f"set role {OWNER}"))
            with pytest.raises(DBAPIError, match="only grows"):
                connection.execute(text("update archive_entry set kind = 'run:started'"))
            connection.invalidate()
    with as_attacker(superuser) as connection:
        connection.execute(text("update archive_entry set kind = 'run:started'"))
    assert not archive.verify().ok


def test_a_role_that_does_not_exist_is_said(database_url: str) -> None:
    with pytest.raises(OperationalError, match="does not exist"):
        connect(login_url(database_url, "nobody_at_all")).connect()
