"""The database of an installation: where it is, as which role it is used, and whether it is ready."""

from __future__ import annotations

from functools import cached_property

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from adapters.database.access.roles import admit, login_url, role_grants
from adapters.database.connection import connect, migrate, schema_version
from adapters.database.embedded import embedded_url
from adapters.database.erasure.restored import require_unforgotten
from adapters.database.erasure.scrubbing import scrub
from app.installation.settings import Settings
from archive.erasure.shred_journal import ShredJournal
from engine.errors import Conflict, InvalidInput, MonitumError


class SchemaOutdated(MonitumError):
    """The database is older than the program. Run: monitum release (with MONITUM_ADMIN_DATABASE_URL set)"""

    code = "schema_outdated"


class DatabaseUnreachable(MonitumError):
    """The database does not answer."""

    code = "database_unreachable"


class Database:
    """The database of an installation, lazily reached."""

    def __init__(self, settings: Settings, journal: ShredJournal) -> None:
        self._settings = settings
        self._journal = journal

    @property
    def embedded(self) -> bool:
        """Whether Monitum runs the server itself, since DATABASE_URL names no other."""
        return self._settings.database_url is None

    @cached_property
    def url(self) -> str:
        """URL of the database as the application: DATABASE_URL, or the embedded server's with a role of its own."""
        return self._settings.database_url or login_url(embedded_url(self._settings.home / "postgres"))

    @cached_property
    def admin_url(self) -> str | None:
        """URL of the same database as its administrator: MONITUM_ADMIN_DATABASE_URL, or the embedded superuser."""
        if self._settings.admin_database_url or not self.embedded:
            return self._settings.admin_database_url
        return embedded_url(self._settings.home / "postgres")

    def prepare(self) -> None:
        """Bring the schema up to date and give the application its role, as administrator; without one, only check.

        Raises SchemaOutdated, DatabaseUnreachable, RunsAsOwner, NotAdmitted.
        """
        if self.admin_url is not None:
            admin = _reached(self.admin_url, "MONITUM_ADMIN_DATABASE_URL")
            migrate(admin)
            admit(admin, self.url)
            admin.dispose()
        _require_ready(_reached(self.url, "DATABASE_URL")).dispose()

    def reach(self) -> Engine:
        """An engine on the database, whatever its schema; the embedded one is migrated. Raises DatabaseUnreachable."""
        return self.engine if self.embedded else _reached(self.url, "DATABASE_URL")

    @cached_property
    def engine(self) -> Engine:
        """An engine on a migrated database, as the application; the embedded one is migrated when it is not.

        Raises SchemaOutdated, DatabaseUnreachable, RunsAsOwner, NotAdmitted, ErasuresForgotten.
        """
        require_unforgotten(self.restored_engine, self._journal)
        return self.restored_engine

    @cached_property
    def restored_engine(self) -> Engine:
        """The same, also when the database was set back to a state before an erasure."""
        if self.embedded:
            administrator = _reached(str(self.admin_url), "MONITUM_HOME")
            current, newest = schema_version(administrator)
            administrator.dispose()
            if current != newest:
                self.prepare()
        return _require_ready(_reached(self.url, "DATABASE_URL"))

    def schema(self) -> tuple[str | None, str | None]:
        """The migration the database is at, and the newest."""
        return schema_version(self.engine)

    def administrator(self) -> Engine:
        """An engine on the database as its administrator. Raises InvalidInput naming the variable where none is set."""
        if self.admin_url is None:
            raise InvalidInput("This needs the administrator of the database: set MONITUM_ADMIN_DATABASE_URL.")
        return connect(self.admin_url)

    def scrub(self, *, wanted: bool) -> None:
        """Take what was erased out of the server's files: always those of the embedded server, those of another where
        it is `wanted`. Raises Conflict when no administrator is known."""
        if not wanted and not self.embedded:
            return
        if self.admin_url is None:
            raise Conflict("Erased, but scrubbing the server's files needs MONITUM_ADMIN_DATABASE_URL.")
        administrator = connect(self.admin_url)
        scrub(administrator)
        administrator.dispose()


def _reached(url: str, setting: str) -> Engine:
    engine = connect(url)
    try:
        engine.connect().close()
    except OperationalError as error:
        reason = str(error.orig).partition("\n")[0]
        raise DatabaseUnreachable(f"The database does not answer. Check {setting}. {reason}") from error
    return engine


def _require_ready(engine: Engine) -> Engine:
    role_grants(engine).require_application()
    current, newest = schema_version(engine)
    if current != newest:
        raise SchemaOutdated
    return engine
