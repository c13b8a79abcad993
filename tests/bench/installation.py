"""A Monitum of its own for each measurement: home, embedded PostgreSQL and books in a temporary folder."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta
from functools import cache
from pathlib import Path

from app.installation.settings import Settings
from app.installation.system import System
from app.usecases.release import import_shipped
from tests.bench.portfolio import DAY, Shape, write


@cache
def _folder() -> Path:
    """Where all of them are. It is removed last of all: embedded servers write until they are stopped at the exit."""
    folder = Path(tempfile.mkdtemp(prefix="monitum-bench-"))
    folder.chmod(0o755)  # the server's own user passes through
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def morning() -> datetime:
    """The moment at which every measurement takes place."""
    return datetime.combine(DAY, time(8), UTC)


@contextmanager
def installation(shape: Shape | None = None, *, database_url: str | None = None) -> Iterator[System]:
    """A migrated system with the shipped rulesets, on invented books of a shape (None: on the shipped samples).

    database_url: an empty database to use in place of an embedded one.
    """
    home = Path(tempfile.mkdtemp(dir=_folder()))
    environ = {"MONITUM_HOME": str(home)}
    if database_url:
        environ["DATABASE_URL"] = database_url
    if shape is not None:
        write(home / "books", shape)
        (home / "rates.csv").write_text(f"day,currency,rate\n{DAY - timedelta(days=1)},EUR,4.25\n", "utf-8")
        environ |= {"MONITUM_SOURCES": str(home / "books"), "RATES_CSV": str(home / "rates.csv")}
    system = System(Settings.from_environment(environ), clock=morning)
    try:
        system.database.prepare()
        import_shipped(system.rules.library, system.rules.shipped)
        yield system
    finally:
        system.database.engine.dispose()
