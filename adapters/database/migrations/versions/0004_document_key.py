"""Documents are found by key, as known at any moment.

Revision ID: 0004
Revises: 0003
"""
from __future__ import annotations

from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index('ix_document_key', 'document', ['source', 'key'], unique=False)


def downgrade() -> None:
    op.drop_index('ix_document_key', table_name='document')
