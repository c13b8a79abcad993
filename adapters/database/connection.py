"""Engines and schema: where the database is, and that it is migrated."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine

_MIGRATIONS = Path(__file__).parent / "migrations"
#: Facts are read by key out of memory: with the defaults, made for disks, every batch of a run would scan whole tables.
_PLANNING = "-c random_page_cost=1.1 -c jit=off"


def connect(url: str) -> Engine:
    """An engine for a PostgreSQL URL; `postgresql://` means psycopg 3."""
    if url.startswith(("postgresql://", "postgres://")):
        url = "postgresql+psycopg://" + url.partition("://")[2]
    return create_engine(url, pool_pre_ping=True, connect_args={"options": _PLANNING})


def _config(engine: Engine) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["engine"] = engine
    return config


def migrate(engine: Engine) -> None:
    """Bring the schema to the newest version, owned by the owner, with the application's rights: as administrator."""
    command.upgrade(_config(engine), "head")


def schema_version(engine: Engine) -> tuple[str | None, str | None]:
    """The version of the database and the newest one, as migration ids."""
    with engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    return current, ScriptDirectory.from_config(_config(engine)).get_current_head()
