"""Reminders: one mail to the customer, listing the items that still call for it, with the letter attached."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection, text

from adapters.companies.company import Company
from adapters.database.documents.own_wordings import keep_wording
from adapters.delivery.message import Attachment, build_message
from adapters.outbox.executors.addressees import Addressee, addressee, reachable
from adapters.outbox.executors.enclosures import enclosures
from adapters.outbox.executors.recheck import look_again
from adapters.outbox.worker_context import WorkerContext
from documents.layout.rendering import Rendered, render
from documents.messages import credits_of, rows_of
from documents.text.languages import language_for
from engine.execution.action import ClaimedAction
from engine.execution.ports import Moment
from engine.execution.preparation import Preparation, Ready
from engine.facts.case import CustomerCase
from engine.facts.recipients import Recipients
from engine.ruleset.model import Ruleset


def prepare(connection: Connection, context: WorkerContext, action: ClaimedAction, moment: Moment) -> Preparation:
    """The mail as it would leave now. Raises InvalidInput when the customer has no address or the model a gap."""
    found = look_again(connection, context, action, moment)
    if not isinstance(found, tuple):
        return found
    case, ruleset, items = found
    customer = addressee(connection, action.source, action.customer)
    recipients = reachable(customer)
    company = context.company(action.source)
    language = language_for(customer.language)
    own = company.wording(action.params["wording"], language)
    with_it = enclosures(connection, context.archive, company, action, items)
    model = _model(connection, company, customer, case, ruleset, items, action, moment)
    model |= {"enclosed": list(with_it.numbers), "not_enclosed": [number for number, _ in with_it.missing]}
    rendered = render(action.params["wording"], language, model, own)
    content = mail(context, action, moment, company, recipients, rendered, language, with_it.attachments)
    return Ready(
        content,
        "message/rfc822",
        sender(context, company, content, recipients),
        "; ".join([f"mailed to {recipients.told}", *with_it.said()]),
        items,
        {**keep_wording(connection, context.archive, own), **with_it.contents},
    )


def _model(
    connection: Connection,
    company: Company,
    customer: Addressee,
    case: CustomerCase,
    ruleset: Ruleset,
    items: Sequence[str],
    action: ClaimedAction,
    moment: Moment,
) -> dict[str, Any]:
    return {
        "sender": company.sender,
        "customer": customer.printed(),
        "as_of": moment.day,
        "deadline_days": company.deadline(action.stage, notice=action.stage == ruleset.ladder.notice),
        "rows": rows_of(line for line in case.lines if line.key in items),
        "credits": credits_of(case.credits),
        "announce": action.params.get("announce", []),
        "debtor_register": company.debtor_register,
        "services": _services(connection, action) if action.stage == ruleset.ladder.notice else [],
        "case_reference": f"{action.source}/{action.customer}/{action.id}",
    }


def _services(connection: Connection, action: ClaimedAction) -> list[str]:
    """Names of the services that run, which the notice must name for the suspension it announces."""
    return list(
        connection.execute(
            text(
                "select s.name from service s left join service_state t on t.source = s.source "
                "and t.customer_key = s.customer_key and t.service_key = s.key where s.source = :source "
                "and s.customer_key = :customer and s.recorded_to is null and coalesce(t.desired, 'active') = 'active' "
                "order by s.name"
            ),
            {"source": action.source, "customer": action.customer},
        ).scalars()
    )


def mail(
    context: WorkerContext,
    action: ClaimedAction,
    moment: Moment,
    company: Company,
    recipients: Recipients,
    rendered: Rendered,
    language: str,
    enclosed: Sequence[Attachment] = (),
) -> bytes:
    """A rendered message as MIME bytes, with the letter and what is enclosed; the same action at the same moment gives
    the same bytes."""
    letters = (
        [Attachment(rendered.letter_name or "letter.pdf", "application/pdf", rendered.letter_pdf)]
        if rendered.letter_pdf
        else []
    )
    return build_message(
        key=action.key,
        domain=context.mail_domain,
        date=moment.now,
        sender=company.mail_from,
        sender_name=str(company.sender["name"]),
        recipients=recipients.to,
        copies=recipients.copies,
        subject=rendered.subject,
        text=rendered.text,
        html=rendered.html,
        language=language,
        attachments=[*letters, *enclosed],
    )


def sender(
    context: WorkerContext, company: Company, content: bytes, recipients: Recipients
) -> Callable[[Callable[[], None]], None]:
    """What lets the mail leave."""

    def perform(before: Callable[[], None]) -> None:
        blind = [company.copy_to] if company.copy_to else []
        copies = [*recipients.copies, *blind]
        context.smtp.send(content, company.mail_from, [*recipients.to, *copies], before_data=before)

    return perform
