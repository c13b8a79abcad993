"""Execution: deaths of workers, targets at rest, occurrences of the schedule, runs that wait for two people.

Revision ID: 0008
Revises: 0007
"""
from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None

_STATES = "'proposed', 'ready', 'claimed', 'sending', 'done', 'failed', 'unknown', 'cancelled', 'held'"


def upgrade() -> None:
    op.add_column('action', sa.Column('deaths', sa.Integer(), server_default='0', nullable=False))
    op.add_column('action', sa.Column('offered', sa.Boolean(), server_default='false', nullable=False))
    op.add_column('action', sa.Column('seconded_by', sa.Text(), nullable=True))
    op.execute("update action set offered = true where attempts > 0 or state in ('sending', 'done', 'unknown')")
    op.create_check_constraint(op.f('ck_action_two_people'), 'action', 'approved_by <> seconded_by')
    op.drop_constraint(op.f('ck_action_state'), 'action')
    op.create_check_constraint(op.f('ck_action_state'), 'action', f"state in ({_STATES}, 'planned')")
    op.create_index('ix_action_taken', 'action', ['lease_until'], unique=False,
                    postgresql_where=sa.text("state in ('claimed', 'sending')"))
    op.create_index('ix_action_attention', 'action', ['id'], unique=False,
                    postgresql_where=sa.text("state in ('failed', 'unknown', 'held')"))
    op.add_column('run', sa.Column('seen', sa.Text(), nullable=True))
    op.add_column('run', sa.Column('premises', postgresql.JSONB(astext_type=sa.Text()), nullable=True))
    op.add_column('run', sa.Column('base_id', sa.BigInteger(), nullable=True))
    op.create_foreign_key(op.f('fk_run_base_id'), 'run', 'run', ['base_id'], ['id'])
    op.add_column('run_batch', sa.Column('keys', postgresql.ARRAY(sa.Text()), nullable=True))
    op.add_column('run_batch', sa.Column('rates', postgresql.JSONB(astext_type=sa.Text()), nullable=True))
    op.create_table('target_rest',
    sa.Column('target', sa.Text(), nullable=False),
    sa.Column('failures', sa.Integer(), nullable=False),
    sa.Column('rests_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('target', name=op.f('pk_target_rest'))
    )
    op.create_table('occurrence',
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('job', sa.Text(), nullable=False),
    sa.Column('as_of', sa.Date(), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('owner', sa.Text(), nullable=False),
    sa.Column('attempts', sa.Integer(), server_default='1', nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('outcome', sa.Text(), nullable=True),
    sa.CheckConstraint("job in ('sync', 'run')", name=op.f('ck_occurrence_job')),
    sa.CheckConstraint("state in ('running', 'done', 'failed', 'missed')", name=op.f('ck_occurrence_state')),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_occurrence'))
    )
    op.create_index('ix_occurrence_source', 'occurrence', ['source', 'job', 'due_at'], unique=False)
    op.create_table('mass_hold',
    sa.Column('run_id', sa.BigInteger(), nullable=False),
    sa.Column('suspensions', sa.Integer(), nullable=False),
    sa.Column('allowed', sa.Integer(), nullable=False),
    sa.Column('held_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['run_id'], ['run.id'], name=op.f('fk_mass_hold_run_id')),
    sa.PrimaryKeyConstraint('run_id', name=op.f('pk_mass_hold'))
    )


def downgrade() -> None:
    op.drop_table('mass_hold')
    op.drop_table('occurrence')
    op.drop_table('target_rest')
    op.drop_column('run_batch', 'rates')
    op.drop_column('run_batch', 'keys')
    op.drop_column('run', 'base_id')
    op.drop_column('run', 'premises')
    op.drop_column('run', 'seen')
    op.drop_index('ix_action_attention', table_name='action')
    op.drop_index('ix_action_taken', table_name='action')
    op.drop_constraint(op.f('ck_action_two_people'), 'action')
    op.execute("update action set state = 'proposed' where state = 'planned'")
    op.drop_constraint(op.f('ck_action_state'), 'action')
    op.create_check_constraint(op.f('ck_action_state'), 'action', f"state in ({_STATES})")
    op.drop_column('action', 'seconded_by')
    op.drop_column('action', 'offered')
    op.drop_column('action', 'deaths')
