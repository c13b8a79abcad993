"""What an action would be if it were carried out now: the same making as the worker's, in a transaction taken back."""

from __future__ import annotations

from adapters.outbox.effects import WorkerEffects
from adapters.outbox.store import PostgresOutbox
from adapters.outbox.worker_context import WorkerContext
from engine.execution.ports import Moment
from engine.execution.preparation import Dropped, Later, Preview


def preview(context: WorkerContext, action_id: int, moment: Moment) -> Preview:
    """The message of an action with its attachments, whatever its state. Raises NotFound, and InvalidInput for what
    would hold it."""
    with context.engine.connect() as connection, connection.begin() as transaction:
        action, state = PostgresOutbox().at_hand(connection, action_id)
        made = WorkerEffects(context).prepare(connection, action, moment)
        transaction.rollback()
    if isinstance(made, Dropped):
        return Preview(state, f"would be cancelled: {made.reason}")
    if isinstance(made, Later):
        return Preview(state, f"would wait until {made.until:%Y-%m-%d %H:%M}: {made.reason}")
    return Preview(state, made.done_outcome, made.content, made.media_type)
