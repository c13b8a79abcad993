"""The migrations lead to exactly the tables the code speaks of."""

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from adapters.database.connection import _config, migrate, schema_version
from adapters.database.tables import metadata


def test_migrated_database_equals_the_table_definitions(database: Engine) -> None:
    with database.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_there_is_one_head(database: Engine) -> None:
    assert len(ScriptDirectory.from_config(_config(database)).get_heads()) == 1


def test_migrating_twice_changes_nothing(database: Engine, superuser: Engine) -> None:
    before = schema_version(database)
    migrate(superuser)
    assert schema_version(database) == before
    assert before[0] == before[1]
