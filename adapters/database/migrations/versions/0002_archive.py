"""archive."""

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None

APPEND_ONLY = ('archive_entry', 'archive_leaf', 'archive_tile', 'archive_checkpoint', 'content')


def upgrade() -> None:
    op.create_table('archive_entry',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('body', sa.LargeBinary(), nullable=False),
    sa.Column('subject_ref', sa.Text(), nullable=True),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('case_ref', sa.Text(), nullable=True),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_archive_entry'))
    )
    op.create_index('ix_archive_entry_subject', 'archive_entry', ['subject_ref'], unique=False, postgresql_where=sa.text('subject_ref is not null'))
    op.create_table('archive_pending',
    sa.Column('entry_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.PrimaryKeyConstraint('entry_id', name=op.f('pk_archive_pending'))
    )
    op.create_table('archive_leaf',
    sa.Column('seq', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('entry_id', sa.BigInteger(), nullable=False),
    sa.Column('hash', sa.LargeBinary(), nullable=False),
    sa.CheckConstraint('octet_length(hash) = 32', name=op.f('ck_archive_leaf_hash')),
    sa.PrimaryKeyConstraint('seq', name=op.f('pk_archive_leaf')),
    sa.UniqueConstraint('entry_id', name=op.f('uq_archive_leaf_entry_id'))
    )
    op.create_table('archive_tile',
    sa.Column('level', sa.SmallInteger(), autoincrement=False, nullable=False),
    sa.Column('idx', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('data', sa.LargeBinary(), nullable=False),
    sa.CheckConstraint('octet_length(data) = 8192', name=op.f('ck_archive_tile_full')),
    sa.PrimaryKeyConstraint('level', 'idx', name=op.f('pk_archive_tile'))
    )
    op.create_table('archive_checkpoint',
    sa.Column('size', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('size', name=op.f('pk_archive_checkpoint'))
    )
    op.create_table('content',
    sa.Column('sha256', sa.Text(), nullable=False),
    sa.Column('media_type', sa.Text(), nullable=False),
    sa.Column('data', sa.LargeBinary(), nullable=False),
    sa.CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name=op.f('ck_content_sha256')),
    sa.PrimaryKeyConstraint('sha256', name=op.f('pk_content'))
    )
    op.create_table('subject_key',
    sa.Column('subject_ref', sa.Text(), nullable=False),
    sa.Column('owner', sa.Text(), nullable=False),
    sa.Column('wrapped', sa.LargeBinary(), nullable=True),
    sa.Column('destroyed_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('(wrapped is null) = (destroyed_at is not null)', name=op.f('ck_subject_key_destroyed')),
    sa.PrimaryKeyConstraint('subject_ref', name=op.f('pk_subject_key'))
    )
    op.create_index('ix_subject_key_owner', 'subject_key', ['owner'], unique=False)
    op.create_index('uq_subject_key_owner', 'subject_key', ['owner'], unique=True, postgresql_where=sa.text('destroyed_at is null'))

    op.execute("""
    create function archive_refuse() returns trigger language plpgsql as $$
    begin
        raise exception '% on % refused: the archive only grows', tg_op, tg_table_name
            using errcode = 'insufficient_privilege';
    end $$
    """)
    for table in APPEND_ONLY:
        op.execute(f"""
        create trigger only_grows before update or delete or truncate on {table}
            for each statement execute function archive_refuse()
        """)
        # Always: also when session_replication_role says 'replica'.
        op.execute(f"alter table {table} enable always trigger only_grows")

    op.execute("""
    create function archive_await_place() returns trigger language plpgsql as $$
    begin
        insert into archive_pending select id from appended;
        return null;
    end $$
    """)
    op.execute("""
    create trigger awaits_place after insert on archive_entry referencing new table as appended
        for each statement execute function archive_await_place()
    """)
    op.execute("alter table archive_entry enable always trigger awaits_place")


def downgrade() -> None:
    for table in ('subject_key', 'content', 'archive_checkpoint', 'archive_tile', 'archive_leaf', 'archive_pending',
                  'archive_entry'):
        op.drop_table(table)
    op.execute("drop function archive_await_place")
    op.execute("drop function archive_refuse")
