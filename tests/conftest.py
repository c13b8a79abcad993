"""Fixtures every test folder may use: a real PostgreSQL, a fresh migrated database for each test that asks."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import settings
from sqlalchemy import Engine, create_engine, make_url, text

from adapters.database.access.roles import admit
from adapters.database.connection import connect, migrate
from adapters.database.embedded import embedded_url
from tests.databases import application_url, drop_copies, fresh_database

_PGDATA = Path(__file__).parent.parent / "var" / "test" / "pg"
#: Properties over as many examples as a change can wait for, and over many: `make drill` asks for 'full'.
settings.register_profile("quick", max_examples=100, deadline=None)
settings.register_profile("full", max_examples=600, deadline=None)
settings.load_profile("quick")


@pytest.fixture(scope="session")
def _template() -> Iterator[tuple[str, str]]:
    with server_with_template() as template:
        yield template


@contextmanager
def server_with_template() -> Iterator[tuple[str, str]]:
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
    engine = connect(administrator_url(application_url(server, name)))
    migrate(engine)
    admit(engine, application_url(server, name))
    engine.dispose()
    yield server, name
    drop_copies((server, name))
    with admin.connect() as connection:
        connection.execute(text(f"drop database {name} with (force)"))
    admin.dispose()


def administrator_url(database_url: str) -> str:
    """URL of the same database as the superuser of the test server."""
    server = make_url(os.environ.get("TEST_DATABASE_URL") or embedded_url(_PGDATA))
    return server.set(database=make_url(database_url).database).render_as_string(hide_password=False)


@pytest.fixture
def database_url(_template: tuple[str, str]) -> Iterator[str]:
    """URL of a fresh, migrated, empty database, as the application."""
    with fresh_database(_template) as url:
        yield url


@pytest.fixture
def database(database_url: str) -> Iterator[Engine]:
    """An engine on a fresh, migrated, empty database, as the application."""
    engine = connect(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def superuser(database_url: str) -> Iterator[Engine]:
    """An engine on the database of the test as the server's superuser: for what the application cannot do."""
    engine = connect(administrator_url(database_url))
    yield engine
    engine.dispose()
