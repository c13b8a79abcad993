"""Notices to the customer that its services stop, or run again."""

from __future__ import annotations

from sqlalchemy import Connection

from adapters.database.documents.own_wordings import keep_wording
from adapters.outbox.executors.addressees import addressee, reachable
from adapters.outbox.executors.internal import SUPERSEDED, reinstating, told_services
from adapters.outbox.executors.recheck import look_again
from adapters.outbox.executors.reminder import mail, sender
from adapters.outbox.worker_context import WorkerContext
from documents.layout.rendering import render
from documents.messages import credits_of, rows_of
from documents.text.languages import language_for
from engine.execution.action import ClaimedAction
from engine.execution.ports import Moment
from engine.execution.preparation import Dropped, Preparation, Ready


def prepare(connection: Connection, context: WorkerContext, action: ClaimedAction, moment: Moment) -> Preparation:
    """The mail with its letter as it would leave now. Raises InvalidInput when the customer has no address."""
    services = told_services(connection, action)
    if services is None:
        return Dropped(SUPERSEDED)
    found = look_again(connection, context, action, moment)
    if not isinstance(found, tuple):
        return found
    case, ruleset, _ = found
    customer = addressee(connection, action.source, action.customer)
    recipients = reachable(customer)
    company, language = context.company(action.source), language_for(customer.language)
    own = company.wording(action.params["wording"], language)
    model = {
        "sender": company.sender,
        "customer": customer.printed(),
        "as_of": moment.day,
        "effective": moment.day,
        "services": services,
        "rows": rows_of(line for line in case.lines if line.due_date < moment.day),
        "credits": credits_of(case.credits),
        "case_reference": f"{action.source}/{action.customer}/{action.id}",
        **reinstating(context, case, ruleset, action),
    }
    rendered = render(action.params["wording"], language, model, own)
    content = mail(context, action, moment, company, recipients, rendered, language)
    return Ready(
        content,
        "message/rfc822",
        sender(context, company, content, recipients),
        f"mailed to {recipients.told}",
        made_from=keep_wording(connection, context.archive, own),
    )
