"""Fixtures every test folder may use: a real PostgreSQL, a fresh migrated database for each test that asks."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text

from adapters.database.connection import connect, migrate
from adapters.database.embedded import embedded_url

_PGDATA = Path(__file__).parent.parent / "var" / "test" / "pg"
_NAMES = itertools.count()


@pytest.fixture(scope="session")
def _template() -> Iterator[tuple[str, str]]:
    """URL of the test server and the name of a migrated template database, one for each test process."""
    server = os.environ.get("TEST_DATABASE_URL") or embedded_url(_PGDATA)
    name = f"t{os.getpid()}"
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        if "TEST_DATABASE_URL" not in os.environ:
            # The test server holds nothing worth keeping over a power cut, and most of a test's time is its disk.
            for setting in ("fsync", "full_page_writes", "synchronous_commit"):
                connection.execute(text(f"alter system set {setting} = off"))
            connection.execute(text("select pg_reload_conf()"))
        connection.execute(text(f"create database {name}"))
    engine = connect(_named(server, name))
    migrate(engine)
    engine.dispose()
    yield server, name
    with admin.connect() as connection:
        connection.execute(text(f"drop database {name} with (force)"))
    admin.dispose()


def _named(server: str, name: str) -> str:
    head, _, tail = server.rpartition("/postgres?")
    return f"{head}/{name}?{tail}" if head else server.rpartition("/")[0] + "/" + name


@contextmanager
def fresh_database(template: tuple[str, str]) -> Iterator[str]:
    """URL of a copy of the template that is dropped at the end."""
    server, pattern = template
    name = f"{pattern}_{next(_NAMES)}"
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"create database {name} template {pattern}"))
    yield _named(server, name)
    with admin.connect() as connection:
        connection.execute(text(f"drop database {name} with (force)"))
    admin.dispose()


@pytest.fixture
def database_url(_template: tuple[str, str]) -> Iterator[str]:
    """URL of a fresh, migrated, empty database."""
    with fresh_database(_template) as url:
        yield url


@pytest.fixture
def database(database_url: str) -> Iterator[Engine]:
    """An engine on a fresh, migrated, empty database."""
    engine = connect(database_url)
    yield engine
    engine.dispose()
