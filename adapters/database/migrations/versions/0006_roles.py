"""The queue of entries is kept by the database alone; signatures of witnesses. Roles and rights: adapters/database/roles.

Revision ID: 0006
Revises: 0005
"""
from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None

# With the owner's rights, and in the owner's schema first: a temporary table of the same name must not catch the rows.
_AS_OWNER = "security definer set search_path = pg_catalog, public, pg_temp"


def upgrade() -> None:
    op.create_table('archive_cosignature',
    sa.Column('size', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('witness', sa.Text(), nullable=False),
    sa.Column('line', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('size', 'witness', name=op.f('pk_archive_cosignature'))
    )
    op.execute("""
    create trigger only_grows before update or delete or truncate on archive_cosignature
        for each statement execute function archive_refuse()
    """)
    op.execute("alter table archive_cosignature enable always trigger only_grows")
    op.execute(f"""
    create or replace function archive_await_place() returns trigger language plpgsql {_AS_OWNER} as $$
    begin
        insert into archive_pending select id from appended;
        return null;
    end $$
    """)
    op.execute(f"""
    create function archive_take_place() returns trigger language plpgsql {_AS_OWNER} as $$
    begin
        delete from archive_pending pending using placed where pending.entry_id = placed.entry_id;
        return null;
    end $$
    """)
    op.execute("""
    create trigger takes_place after insert on archive_leaf referencing new table as placed
        for each statement execute function archive_take_place()
    """)
    op.execute("alter table archive_leaf enable always trigger takes_place")


def downgrade() -> None:
    op.execute("drop trigger takes_place on archive_leaf")
    op.execute("drop function archive_take_place")
    op.execute("alter function archive_await_place security invoker reset search_path")
    op.drop_table('archive_cosignature')
