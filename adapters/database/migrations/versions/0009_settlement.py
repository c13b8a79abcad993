"""Settlement of issued documents.

Revision ID: 0009
Revises: 0008
"""
from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


_CHARGED = ('currency', 'net_minor', 'vat_minor', 'gross_minor')


def upgrade() -> None:
    for name in _CHARGED:
        op.alter_column('issued_document', name, nullable=True)


def downgrade() -> None:
    for name in _CHARGED:
        op.alter_column('issued_document', name, nullable=False)
