"""What actions do in this installation: executors by channel, on the database's facts and services.

A mail to the customer is the notice of its services for a kind that wants a state of them, and a message about its
open items for any other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Final, TypeAlias

from sqlalchemy import Connection, text

from adapters.database.locks import facts_of
from adapters.outbox.executors import internal, reminder, service_notice, webhook
from adapters.outbox.freshness import LOOK_AGAIN, too_old
from adapters.outbox.services import confirm_services, withdraw_services
from adapters.outbox.worker_context import WorkerContext
from engine.actions import KINDS
from engine.execution.action import ClaimedAction
from engine.execution.ports import Moment
from engine.execution.preparation import Later, Preparation

Executor: TypeAlias = Callable[[Connection, WorkerContext, ClaimedAction, Moment], Preparation]
_EXECUTORS: Final[Mapping[str, Executor]] = {
    "email": reminder.prepare,
    "internal": internal.prepare,
    "webhook": webhook.prepare,
}


class WorkerEffects:
    """The port engine.execution.ports.Effects over a worker's context."""

    def __init__(self, context: WorkerContext) -> None:
        self._context = context

    def freeze(self, connection: Connection, source: str) -> datetime | None:
        """Keep syncs of the source waiting until this transaction ends; returns when its facts changed last."""
        facts_of(source).share(connection)
        changed: datetime | None = connection.execute(
            text("select changed_at from source where key = :source"), {"source": source}
        ).scalar()
        return changed

    def prepare(self, connection: Connection, action: ClaimedAction, moment: Moment) -> Preparation:
        """The effect as it would happen now; later, when the facts are too old to act on against a customer, or while
        nobody can read what its company has settled."""
        if action.source in self._context.unreadable:
            return Later(moment.now + LOOK_AGAIN, str(self._context.unreadable[action.source]))
        company = self._context.company(action.source)
        waits = too_old(connection, action, company, moment.now, self._context.working_day)
        executor = _EXECUTORS[action.channel]
        if action.channel == "email" and KINDS[action.kind].desired:
            executor = service_notice.prepare
        return waits or executor(connection, self._context, action, moment)

    def withdrawn(self, connection: Connection, action: ClaimedAction, day: date) -> bool:
        """Undo the desired state of a decision whose reason is gone; False when the CRM may know of it already."""
        desired = KINDS[action.kind].desired
        if desired is None:
            return True
        undone = withdraw_services(connection, action.source, action.customer, desired, by=action.decision_key, on=day)
        return undone or action.channel != "webhook"

    def confirmed(self, connection: Connection, action: ClaimedAction) -> None:
        """The CRM took the desired state that the decision wrote."""
        if action.channel == "webhook":
            confirm_services(connection, action.source, action.customer, by=action.decision_key)
