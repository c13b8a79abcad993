"""The migrations lead to exactly the tables the code speaks of."""

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, text

from adapters.database.connection import _config, migrate, schema_version
from adapters.database.tables import metadata


def test_migrated_database_equals_the_table_definitions(database: Engine) -> None:
    with database.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_there_is_one_head(database: Engine) -> None:
    assert len(ScriptDirectory.from_config(_config()).get_heads()) == 1


def test_migrating_twice_changes_nothing(database: Engine, superuser: Engine) -> None:
    before = schema_version(database)
    migrate(superuser)
    assert schema_version(database) == before
    assert before[0] == before[1]


def test_triggers_defend_the_archive_also_from_a_replica(database: Engine) -> None:
    grown = {
        "archive_checkpoint",
        "archive_cosignature",
        "archive_entry",
        "archive_leaf",
        "archive_tile",
        "archive_timestamp",
        "content",
        "document_settlement",
        "erased_content",
        "issued_document",
        "legal_hold",
        "legal_hold_lift",
    }
    with database.connect() as connection:
        found = connection.execute(
            text("select tgrelid::regclass::text as on_table, tgname, tgenabled from pg_trigger where not tgisinternal")
        ).all()
    assert {row.tgenabled for row in found} == {"A"}
    assert {row.on_table for row in found if row.tgname == "only_grows"} == grown
    assert {(row.tgname, row.on_table) for row in found if row.tgname != "only_grows"} == {
        ("awaits_place", "archive_entry"),
        ("takes_place", "archive_leaf"),
        ("only_erased", "content"),
        ("only_erased", "issued_document"),
    }
