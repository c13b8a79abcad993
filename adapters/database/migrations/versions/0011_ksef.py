"""Sendings to the national e-invoice system.

Revision ID: 0011
Revises: 0010
"""
from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('ksef_sending',
    sa.Column('document_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('xml_sha256', sa.Text(), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('session', sa.Text(), nullable=True),
    sa.Column('reference', sa.Text(), nullable=True),
    sa.Column('ksef_number', sa.Text(), nullable=True),
    sa.Column('accepted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('upo_sha256', sa.Text(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.Column('reason_code', sa.Integer(), nullable=True),
    sa.Column('field', sa.Text(), nullable=True),
    sa.Column('not_before', sa.DateTime(timezone=True), nullable=True),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("state in ('waiting', 'unknown', 'sent', 'accepted', 'rejected')",
                       name=op.f('ck_ksef_sending_state')),
    sa.CheckConstraint("state <> 'unknown' or session is not null", name=op.f('ck_ksef_sending_unknown')),
    sa.CheckConstraint("state <> 'sent' or reference is not null", name=op.f('ck_ksef_sending_sent')),
    sa.CheckConstraint("(state = 'accepted') = (ksef_number is not null)", name=op.f('ck_ksef_sending_accepted')),
    sa.ForeignKeyConstraint(['document_id'], ['issued_document.id'],
                            name=op.f('fk_ksef_sending_document_id_issued_document')),
    sa.PrimaryKeyConstraint('document_id', name=op.f('pk_ksef_sending')),
    sa.UniqueConstraint('ksef_number', name=op.f('uq_ksef_sending_ksef_number'))
    )
    op.create_index('ix_ksef_sending_state', 'ksef_sending', ['state'], unique=False)


def downgrade() -> None:
    op.drop_table('ksef_sending')
