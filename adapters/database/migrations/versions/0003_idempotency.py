"""Answers to requests with an idempotency key; everybody who wrote a ruleset version.

Revision ID: 0003
Revises: 0002
"""
from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('idempotency',
    sa.Column('owner', sa.Text(), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('digest', sa.Text(), nullable=False),
    sa.Column('answer', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('owner', 'key', name=op.f('pk_idempotency'))
    )
    op.add_column('ruleset_version', sa.Column('editors', sa.ARRAY(sa.Text()), nullable=True))
    op.execute("update ruleset_version set editors = case when submitted_by is null or submitted_by = author "
               "then array[author] else array[author, submitted_by] end")
    op.alter_column('ruleset_version', 'editors', nullable=False)
    op.create_check_constraint(op.f('ck_ruleset_version_editors'), 'ruleset_version', 'approver is null or approver <> all(editors)')


def downgrade() -> None:
    op.drop_constraint(op.f('ck_ruleset_version_editors'), 'ruleset_version', type_='check')
    op.drop_column('ruleset_version', 'editors')
    op.drop_table('idempotency')
