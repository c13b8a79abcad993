"""Alembic's entry: migrations, and the rights on what they made, in one transaction on the administrator's engine."""

from __future__ import annotations

from alembic import context

from adapters.database.access.roles import set_rights
from adapters.database.locks import MIGRATION
from adapters.database.tables import metadata

engine = context.config.attributes["engine"]
with engine.begin() as connection:
    MIGRATION.take(connection)
    context.configure(connection=connection, target_metadata=metadata, compare_type=True)
    with context.begin_transaction():
        context.run_migrations()
    set_rights(connection)
