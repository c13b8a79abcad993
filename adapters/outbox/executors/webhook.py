"""Webhooks: the CRM is told the desired state of services, with a version that fences late and doubled ones."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection

from adapters.crm.events import event_id, service_event
from adapters.crm.webhooks import Endpoint, send
from adapters.outbox.executors.recheck import look_again
from adapters.outbox.services import suspension_in_doubt, wanted_services
from adapters.outbox.worker_context import WorkerContext
from engine.actions import KINDS
from engine.errors import InvalidInput
from engine.execution.action import ClaimedAction
from engine.execution.ports import Moment
from engine.execution.preparation import Dropped, Later, Preparation, Ready


def prepare(connection: Connection, context: WorkerContext, action: ClaimedAction, moment: Moment) -> Preparation:
    """The event as it would leave now. Raises InvalidInput when the company has no endpoint any more."""
    desired = KINDS[action.kind].desired
    wanted = wanted_services(connection, action.source, action.customer, by=action.decision_key)
    services = [service for service in wanted if service.desired == desired]
    if desired is None or not services:
        return Dropped("superseded by a newer decision")
    found = look_again(connection, context, action, moment)
    # Services that may run or not are told to run: then it is known, and the next run decides from there.
    doubt = suspension_in_doubt(connection, action.source, action.customer, by=action.decision_key)
    if isinstance(found, Later) or (isinstance(found, Dropped) and not doubt):
        return found
    company = context.company(action.source)
    if not company.webhook or not company.webhook_secret:
        raise InvalidInput(f"Company '{action.source}' has no webhook or no secret.", field="webhook")
    payload = service_event(
        desired,
        source=action.source,
        customer=action.customer,
        services=[service.key for service in services],
        version=max(service.version for service in services),
        rules=action.params["rules"],
        as_of=moment.day,
        decided_at=moment.now,
    )
    endpoint = Endpoint(company.webhook, (company.webhook_secret,), internal=company.webhook_internal)

    def perform(before: Callable[[], None]) -> None:
        before()
        send(endpoint, event_id(action.key), payload, context.clock())

    return Ready(payload, "application/json", perform, f"accepted by {company.webhook}")
