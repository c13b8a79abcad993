"""Engines and schema: where the database is, and that it is migrated."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Engine, create_engine

if TYPE_CHECKING:
    from alembic.config import Config

_MIGRATIONS = Path(__file__).parent / "migrations"
#: Facts are read by key out of memory: with the defaults, made for disks, every batch of a run would scan whole tables.
_PLANNING = "-c random_page_cost=1.1 -c jit=off"


def connect(url: str) -> Engine:
    """An engine for a PostgreSQL URL; `postgresql://` means psycopg 3."""
    if url.startswith(("postgresql://", "postgres://")):
        url = "postgresql+psycopg://" + url.partition("://")[2]
    return create_engine(url, pool_pre_ping=True, connect_args={"options": _PLANNING})


def migrate(engine: Engine) -> None:
    """Bring the schema to the newest version, owned by the owner, with the application's rights: as administrator."""
    from alembic import command

    config = _config()
    config.attributes["engine"] = engine
    command.upgrade(config, "head")


def schema_version(engine: Engine) -> tuple[str | None, str | None]:
    """The version of the database and the newest one, as migration ids."""
    from alembic.runtime.migration import MigrationContext

    with engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    return current, _newest()


def _config() -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    return config


@cache
def _newest() -> str | None:
    from alembic.script import ScriptDirectory

    return ScriptDirectory.from_config(_config()).get_current_head()
