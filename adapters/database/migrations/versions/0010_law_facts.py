"""Facts the guards of the law read: what is claimed, the sector of a service; and the policies a run decided by.

Revision ID: 0010
Revises: 0009
"""
from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('open_item', sa.Column('claim', sa.Text(), nullable=True))
    op.add_column('service', sa.Column('sector', sa.Text(), nullable=True))
    op.add_column('run', sa.Column('policy', postgresql.JSONB(), server_default='{}', nullable=False))


def downgrade() -> None:
    op.drop_column('run', 'policy')
    op.drop_column('service', 'sector')
    op.drop_column('open_item', 'claim')
