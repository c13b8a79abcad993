"""Erasure, retention, legal hold, timestamps.

Revision ID: 0007
Revises: 0006
"""
from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None

# With the owner's rights, and in the owner's schema first.
_AS_OWNER = "security definer set search_path = pg_catalog, public, pg_temp"
_GROWING = ('erased_content', 'legal_hold', 'legal_hold_lift', 'archive_timestamp')
_KEPT_WHOLE = ('content', 'issued_document')


def upgrade() -> None:
    _tables()
    for table in _GROWING:
        op.execute(f"""
        create trigger only_grows before update or delete or truncate on {table}
            for each statement execute function archive_refuse()
        """)
        op.execute(f"alter table {table} enable always trigger only_grows")
    _exceptions()
    op.execute(f"""
    create function archive_held(about text) returns setof bigint stable language sql {_AS_OWNER} as $$
        select hold.id from legal_hold hold
        where (select count(*) from legal_hold_lift where hold_id = hold.id) < 2 and (hold.owner = about
            or hold.scope = 'case' and exists (select from subject_key key
                join archive_entry entry on entry.subject_ref = key.subject_ref
                where key.owner = about and entry.case_ref = hold.reference))
        order by hold.id
    $$
    """)
    # The entry decides what goes: it is about the subject, and only contents that the subject's entries name are gone.
    op.execute(f"""
    create function archive_erase(erasing bigint) returns integer language plpgsql {_AS_OWNER} as $$
    declare
        told record;
        gone text[];
    begin
        select entry.subject_ref, entry.recorded_at, key.owner,
               convert_from(entry.body, 'UTF8')::jsonb -> 'data' -> 'contents' as contents into told
        from archive_entry entry join subject_key key on key.subject_ref = entry.subject_ref
        where entry.id = erasing and entry.kind = 'subject:erased';
        if not found then
            raise exception 'entry % is no erasure', erasing using errcode = 'insufficient_privilege';
        end if;
        if exists (select from archive_held(told.owner)) then
            raise exception 'a legal hold forbids the erasure' using errcode = 'insufficient_privilege';
        end if;
        select array_agg(distinct named.sha256) into gone
        from subject_key key join archive_entry entry on entry.subject_ref = key.subject_ref
        cross join lateral jsonb_object_keys(convert_from(entry.body, 'UTF8')::jsonb -> 'documents') named (sha256)
        where key.owner = told.owner and told.contents ? named.sha256;
        insert into erased_content (sha256, media_type, entry_id)
            select sha256, media_type, erasing from content where sha256 = any(gone) on conflict do nothing;
        delete from content where sha256 = any(gone);
        update issued_document set inputs = jsonb_build_object('erased', erasing)
            where source = split_part(told.owner, ':', 1) and not inputs ? 'erased'
            and customer_key = substr(told.owner, strpos(told.owner, ':') + 1);
        update subject_key set wrapped = null, destroyed_at = told.recorded_at
            where subject_ref = told.subject_ref and wrapped is not null;
        return coalesce(cardinality(gone), 0);
    end $$
    """)


def _tables() -> None:
    op.create_table('erased_content',
    sa.Column('sha256', sa.Text(), nullable=False),
    sa.Column('media_type', sa.Text(), nullable=False),
    sa.Column('entry_id', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('sha256', name=op.f('pk_erased_content'))
    )
    op.create_table('legal_hold',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('scope', sa.Text(), nullable=False),
    sa.Column('reference', sa.Text(), nullable=False),
    sa.Column('owner', sa.Text(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('set_by', sa.Text(), nullable=False),
    sa.Column('set_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("scope in ('customer', 'document', 'case')", name=op.f('ck_legal_hold_scope')),
    sa.CheckConstraint("(scope = 'case') = (owner is null)", name=op.f('ck_legal_hold_owner')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_legal_hold'))
    )
    op.create_index('ix_legal_hold_owner', 'legal_hold', ['owner'], unique=False)
    op.create_table('legal_hold_lift',
    sa.Column('hold_id', sa.BigInteger(), nullable=False),
    sa.Column('lifted_by', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('lifted_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['hold_id'], ['legal_hold.id'], name=op.f('fk_legal_hold_lift_hold_id')),
    sa.PrimaryKeyConstraint('hold_id', 'lifted_by', name=op.f('pk_legal_hold_lift'))
    )
    op.create_table('erasure',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('customer_key', sa.Text(), nullable=False),
    sa.Column('requested_by', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('requested_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('entry_id', sa.BigInteger(), nullable=True),
    sa.Column('readmitted_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('(done_at is null) = (entry_id is null)', name=op.f('ck_erasure_done')),
    sa.CheckConstraint('readmitted_at is null or done_at is not null', name=op.f('ck_erasure_readmitted')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_erasure'))
    )
    op.create_index('uq_erasure_standing', 'erasure', ['source', 'customer_key'], unique=True,
                    postgresql_where=sa.text('readmitted_at is null'))
    op.create_table('archive_timestamp',
    sa.Column('size', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('tsa', sa.Text(), nullable=False),
    sa.Column('token', sa.LargeBinary(), nullable=False),
    sa.Column('stamped_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('size', 'tsa', name=op.f('pk_archive_timestamp'))
    )


def _exceptions() -> None:
    """What is kept whole may lose what an erasure says, row by row, and nothing else."""
    op.execute("""
    create function archive_only_erased() returns trigger language plpgsql as $$
    begin
        if tg_table_name = 'content' then
            if exists (select from public.erased_content where sha256 = old.sha256) then
                return old;
            end if;
        elsif to_jsonb(new) - 'inputs' = to_jsonb(old) - 'inputs' and exists (select from public.archive_entry
                where kind = 'subject:erased' and new.inputs = jsonb_build_object('erased', id)
                and id = (new.inputs ->> 'erased')::bigint) then
            return new;
        end if;
        raise exception '% on % refused: the archive only grows, and loses only what is erased', tg_op, tg_table_name
            using errcode = 'insufficient_privilege';
    end $$
    """)
    for table, event, others in (('content', 'delete', 'update'), ('issued_document', 'update', 'delete')):
        op.execute(f"drop trigger only_grows on {table}")
        op.execute(f"""
        create trigger only_grows before {others} or truncate on {table}
            for each statement execute function archive_refuse()
        """)
        op.execute(f"""
        create trigger only_erased before {event} on {table}
            for each row execute function archive_only_erased()
        """)
        for trigger in ('only_grows', 'only_erased'):
            op.execute(f"alter table {table} enable always trigger {trigger}")


def downgrade() -> None:
    op.execute("drop function archive_erase")
    op.execute("drop function archive_held")
    for table in _KEPT_WHOLE:
        op.execute(f"drop trigger only_erased on {table}")
        op.execute(f"drop trigger only_grows on {table}")
        op.execute(f"""
        create trigger only_grows before update or delete or truncate on {table}
            for each statement execute function archive_refuse()
        """)
        op.execute(f"alter table {table} enable always trigger only_grows")
    op.execute("drop function archive_only_erased")
    for table in ('archive_timestamp', 'erasure', 'legal_hold_lift', 'legal_hold', 'erased_content'):
        op.drop_table(table)
