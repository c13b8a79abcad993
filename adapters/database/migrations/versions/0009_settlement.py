"""Settlement of issued documents.

Revision ID: 0009
Revises: 0008
"""
from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


_CHARGED = ('currency', 'net_minor', 'vat_minor', 'gross_minor')


def upgrade() -> None:
    for name in _CHARGED:
        op.alter_column('issued_document', name, nullable=True)
    op.add_column('issued_document', sa.Column('csv_sha256', sa.Text(), nullable=True))
    op.create_table('document_settlement',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('document_id', sa.BigInteger(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('open_minor', sa.BigInteger(), nullable=True),
    sa.Column('booked_key', sa.Text(), nullable=True),
    sa.Column('currency', sa.Text(), nullable=True),
    sa.Column('booked_net_minor', sa.BigInteger(), nullable=True),
    sa.Column('booked_gross_minor', sa.BigInteger(), nullable=True),
    sa.Column('mismatch', sa.Boolean(), nullable=False),
    sa.Column('vanished', sa.Boolean(), nullable=False),
    sa.Column('synced_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('entry_id', sa.BigInteger(), nullable=False),
    sa.CheckConstraint("state in ('unbilled', 'unpaid', 'partly', 'paid')", name=op.f('ck_document_settlement_state')),
    sa.CheckConstraint("(state = 'unbilled') = (booked_key is null)", name=op.f('ck_document_settlement_booked')),
    sa.ForeignKeyConstraint(['document_id'], ['issued_document.id'], name=op.f('fk_document_settlement_document_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_document_settlement'))
    )
    op.create_index('ix_document_settlement_document', 'document_settlement', ['document_id', 'id'], unique=False)
    op.execute("""
    create trigger only_grows before update or delete or truncate on document_settlement
        for each statement execute function archive_refuse()
    """)
    op.execute("alter table document_settlement enable always trigger only_grows")


def downgrade() -> None:
    op.drop_table('document_settlement')
    op.drop_column('issued_document', 'csv_sha256')
    for name in _CHARGED:
        op.alter_column('issued_document', name, nullable=False)
