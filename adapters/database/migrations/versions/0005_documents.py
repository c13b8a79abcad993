"""Issued documents and the counters of their numbers.

Revision ID: 0005
Revises: 0004
"""
from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('document_sequence',
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('series', sa.Text(), nullable=False),
    sa.Column('year', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('last', sa.Integer(), nullable=False),
    sa.CheckConstraint('last > 0', name=op.f('ck_document_sequence_last')),
    sa.PrimaryKeyConstraint('source', 'kind', 'series', 'year', name=op.f('pk_document_sequence'))
    )
    op.create_table('issued_document',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('series', sa.Text(), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('ordinal', sa.Integer(), nullable=False),
    sa.Column('number', sa.Text(), nullable=False),
    sa.Column('customer_key', sa.Text(), nullable=False),
    sa.Column('language', sa.Text(), nullable=False),
    sa.Column('issue_date', sa.Date(), nullable=False),
    sa.Column('due_date', sa.Date(), nullable=True),
    sa.Column('currency', sa.Text(), nullable=False),
    sa.Column('net_minor', sa.BigInteger(), nullable=False),
    sa.Column('vat_minor', sa.BigInteger(), nullable=False),
    sa.Column('gross_minor', sa.BigInteger(), nullable=False),
    sa.Column('inputs', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('recipe', sa.Text(), nullable=False),
    sa.Column('pdf_sha256', sa.Text(), nullable=False),
    sa.Column('json_sha256', sa.Text(), nullable=False),
    sa.Column('xml_sha256', sa.Text(), nullable=True),
    sa.Column('issued_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('issued_by', sa.Text(), nullable=False),
    sa.Column('entry_id', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_issued_document')),
    sa.UniqueConstraint('source', 'kind', 'number', name=op.f('uq_issued_document_source_kind_number')),
    sa.UniqueConstraint('source', 'kind', 'series', 'year', 'ordinal',
                        name=op.f('uq_issued_document_source_kind_series_year_ordinal'))
    )
    op.create_index('ix_issued_document_customer', 'issued_document', ['source', 'customer_key'], unique=False)
    op.create_index('ix_issued_document_day', 'issued_document', ['issue_date'], unique=False)
    op.execute("""
    create trigger only_grows before update or delete or truncate on issued_document
        for each statement execute function archive_refuse()
    """)
    op.execute("alter table issued_document enable always trigger only_grows")


def downgrade() -> None:
    op.drop_table('issued_document')
    op.drop_table('document_sequence')
