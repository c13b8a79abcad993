"""The roles of the database: an owner that cannot log in, the application, which owns nothing, a witness.

The application inserts into and reads what only grows, and has ordinary rights elsewhere. Only whoever administers the
database (a superuser, or a role with CREATEROLE that owns the database) can be the owner; `monitum release` is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from psycopg import sql
from sqlalchemy import URL, Connection, Engine, make_url, text

from adapters.database.tables import metadata
from adapters.database.transaction import driver_of
from engine.errors import InvalidInput, MonitumError

#: Owns tables, sequences and functions; cannot log in.
OWNER: Final = "monitum_owner"
#: Has the application's rights; logins are members of it.
APPLICATION: Final = "monitum_app"
#: May read the tree and keep cosignatures beside it; a witness's login is a member of it.
WITNESS: Final = "monitum_witness"
#: The application's login on the embedded server.
LOGIN: Final = "monitum"

_GROWS: Final = "select, insert"
_ORDINARY: Final = "select, insert, update, delete"
#: Rights on tables that are neither of the two. Ids of entries and the queue are the database's own business; keys of
#: subjects are destroyed and wrapped anew by functions and commands of the owner.
_OWN_RIGHTS: Final = {
    "alembic_version": "select",
    "archive_entry": "select, insert (body, subject_ref, kind, case_ref, recorded_at)",
    "archive_pending": "select",
    "erased_content": "select",
    "subject_key": "select, insert (subject_ref, owner, wrapped)",
}

_WITNESS_RIGHTS: Final = {
    "archive_checkpoint": "select",
    "archive_leaf": "select",
    "archive_tile": "select",
    "archive_cosignature": "insert",
}

# The owner of the database can drop it; a role that makes roles could make itself the owner before PostgreSQL 16.
_GRANTS = text("""
select current_user as name,
       rolsuper or rolcreaterole or pg_has_role(current_user, datdba, 'member') or exists (
           select from pg_class where relnamespace = 'public'::regnamespace and relname = 'archive_entry'
           and pg_has_role(current_user, relowner, 'member')) as owner,
       exists (select from pg_roles where rolname = :application and pg_has_role(current_user, oid, 'usage'))
           as admitted
from pg_roles, pg_database where rolname = current_user and datname = current_database()
""")
_HELD = text(
    "select relname, pg_get_userbyid(relowner) as owner from pg_class "
    "where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')"
)
_GROWING = text("select distinct tgrelid::regclass::text from pg_trigger where tgname = 'only_grows'")
_FUNCTIONS = text(
    "select p.oid::regprocedure::text as signature, p.prorettype = 'trigger'::regtype as trigger from pg_proc p "
    "where p.pronamespace = 'public'::regnamespace and p.prokind = 'f' and not exists "
    "(select from pg_depend where classid = 'pg_proc'::regclass and objid = p.oid and deptype = 'e') order by 1"
)


class RunsAsOwner(MonitumError):
    """The application must not run as a role that can change the archive."""

    code = "runs_as_owner"

    def __init__(self, role: str) -> None:
        super().__init__(
            f"The role '{role}' can change the archive, so Monitum does not run as it. Let DATABASE_URL name a role "
            "for the application alone (it is created when missing), MONITUM_ADMIN_DATABASE_URL this one, and run: "
            "monitum release"
        )
        self.role = role


class NotAdmitted(MonitumError):
    """The application's role has no rights in this database."""

    code = "not_admitted"

    def __init__(self, role: str) -> None:
        super().__init__(
            f"The role '{role}' has no rights in this database. Run: "
            "monitum release --as postgresql://ADMINISTRATOR@HOST/DATABASE"
        )
        self.role = role


@dataclass(frozen=True, slots=True)
class RoleGrants:
    """What the role of a connection may do. `owner`: change the archive; `admitted`: what the application may."""

    name: str
    owner: bool
    admitted: bool

    def require_application(self) -> None:
        """Raises RunsAsOwner, NotAdmitted unless the role is the application's alone."""
        if self.owner:
            raise RunsAsOwner(self.name)
        if not self.admitted:
            raise NotAdmitted(self.name)


def role_grants(engine: Engine) -> RoleGrants:
    """What the role of the engine's connections may do."""
    with engine.connect() as connection:
        return RoleGrants(**connection.execute(_GRANTS, {"application": APPLICATION}).mappings().one())


def login_url(url: str, user: str = LOGIN) -> str:
    """The same database, as another role."""
    return make_url(url).set(username=user).render_as_string(hide_password=False)


def admit(engine: Engine, application: str) -> None:
    """Let the role of an application's URL work here; it is created with the URL's password when it does not exist.

    Raises InvalidInput when the URL names no role.
    """
    url = make_url(application)
    if not url.username:
        raise InvalidInput(
            "DATABASE_URL names no role; write postgresql://ROLE:PASSWORD@HOST/DATABASE.", field="DATABASE_URL"
        )
    with engine.begin() as connection:
        _create(connection, url.username, _login_clause(connection, url))
        _join(connection, APPLICATION, url.username)


def _login_clause(connection: Connection, url: URL) -> sql.Composable:
    if not url.password:
        return sql.SQL("login")
    # Hashed here, so that no server log holds the password.
    hashed = driver_of(connection).pgconn.encrypt_password(
        str(url.password).encode(), str(url.username).encode(), b"scram-sha-256"
    )
    return sql.SQL("login password {}").format(sql.Literal(hashed.decode()))


def set_rights(connection: Connection) -> None:
    """Give everything to the owner and the application its rights; run by the administrator after every migration.

    Roles belong to the server, not to the database: after a restore on another server they are made here.
    """
    for role in (OWNER, APPLICATION, WITNESS):
        _create(connection, role, sql.SQL("nologin"))
    me = connection.execute(text("select current_user")).scalar_one()
    _join(connection, OWNER, me)
    database = connection.execute(text("select current_database()")).scalar_one()
    _run(connection, "revoke create on schema public from public")
    _run(connection, "grant usage, create on schema public to {}", OWNER)
    _run(connection, "grant usage on schema public to {}, {}", APPLICATION, WITNESS)
    _run(connection, "grant connect on database {} to {}, {}", database, APPLICATION, WITNESS)
    _run(connection, "grant temporary on database {} to {}", database, APPLICATION)
    _tables(connection)
    _functions(connection)


def _tables(connection: Connection) -> None:
    held = {row.relname: row.owner for row in connection.execute(_HELD)}
    growing = set(connection.execute(_GROWING).scalars())
    # Since 17 a right to keep the planner's statistics; before, only the owner can, and autovacuum does.
    upkeep = ", maintain" if driver_of(connection).info.server_version >= 170000 else ""
    for name in (*metadata.tables, "alembic_version"):
        if name not in held:
            continue  # a table of a migration that this upgrade did not reach
        if held[name] != OWNER:
            _run(connection, "alter table {} owner to {}", name, OWNER)
        _run(connection, "revoke all on {} from public, {}, {}", name, APPLICATION, WITNESS)
        rights = _OWN_RIGHTS.get(name) or (_GROWS if name in growing else _ORDINARY + upkeep)
        _run(connection, f"grant {rights} on {{}} to {{}}", name, APPLICATION)
        if name in _WITNESS_RIGHTS:
            _run(connection, f"grant {_WITNESS_RIGHTS[name]} on {{}} to {{}}", name, WITNESS)
    # Numbers may be taken, not set.
    _run(connection, "grant usage on all sequences in schema public to {}", APPLICATION)


def _functions(connection: Connection) -> None:
    """Functions are the owner's; those that are no triggers may be called by the application alone."""
    driver = driver_of(connection)
    for row in connection.execute(_FUNCTIONS).all():
        driver.execute(sql.SQL(f"alter function {row.signature} owner to {OWNER}"))
        driver.execute(sql.SQL(f"revoke all on function {row.signature} from public"))
        if not row.trigger:
            driver.execute(sql.SQL(f"grant execute on function {row.signature} to {APPLICATION}"))


def _create(connection: Connection, role: str, clause: sql.Composable) -> None:
    """Create a role unless there is one. Another database's set-up may be doing the same at this moment."""
    if connection.execute(text("select from pg_roles where rolname = :name"), {"name": role}).one_or_none() is None:
        body = sql.SQL("begin create role {} {}; exception when duplicate_object or unique_violation then null; end")
        statement = body.format(sql.Identifier(role), clause).as_string(driver_of(connection))
        driver_of(connection).execute(sql.SQL("do {}").format(sql.Literal(statement)))


def _join(connection: Connection, group: str, member: str) -> None:
    joined = text("select rolsuper or pg_has_role(oid, :group, 'usage') from pg_roles where rolname = :name")
    if not connection.execute(joined, {"group": group, "name": member}).scalar_one():
        _run(connection, "grant {} to {}", group, member)


def _run(connection: Connection, statement: str, *names: str) -> None:
    driver_of(connection).execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
