"""Messages to the staff: services suspended or resumed, and whatever a rule wants them to know."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any, Final

from sqlalchemy import Connection

from adapters.database.documents.own_wordings import keep_wording
from adapters.outbox.executors.addressees import addressee, staff_addresses
from adapters.outbox.executors.recheck import look_again
from adapters.outbox.executors.reminder import mail, sender
from adapters.outbox.services import wanted_services
from adapters.outbox.worker_context import WorkerContext
from documents.layout.rendering import render
from documents.messages import credits_of, rows_of
from documents.text.languages import Language, language_for
from engine.actions import KINDS
from engine.execution.action import ClaimedAction
from engine.execution.ports import Moment
from engine.execution.preparation import Dropped, Preparation, Ready
from engine.facts.case import CustomerCase
from engine.facts.recipients import Recipients
from engine.money import Money
from engine.ruleset.model import Ruleset

#: Why an action about services is dropped.
SUPERSEDED: Final = "superseded by a newer decision"


def prepare(connection: Connection, context: WorkerContext, action: ClaimedAction, moment: Moment) -> Preparation:
    """The internal mail as it would leave now."""
    services = told_services(connection, action) if KINDS[action.kind].desired else []
    if services is None:
        return Dropped(SUPERSEDED)
    found = look_again(connection, context, action, moment)
    if not isinstance(found, tuple):
        return found
    case, ruleset, _ = found
    customer = addressee(connection, action.source, action.customer)
    company = context.company(action.source)
    recipients = Recipients(tuple(staff_addresses(company, action.params["who"], customer)))
    language = language_for(company.country.lower())
    own = company.wording(action.params["wording"], language)
    rendered = render(
        action.params["wording"],
        language,
        {
            "sender": company.sender,
            "customer": customer.printed(),
            "as_of": moment.day,
            "rows": rows_of(
                line for line in case.lines if not action.params["items"] or line.key in action.params["items"]
            ),
            "credits": credits_of(case.credits),
            "services": services,
            "rules": action.params["rules"],
            "reasons": list(_reasons(ruleset, action.params["rules"], context, language)),
            "case_reference": f"{action.source}/{action.customer}/{action.id}",
            **reinstating(context, case, ruleset, action),
        },
        own,
    )
    content = mail(context, action, moment, company, recipients, rendered, language)
    return Ready(
        content,
        "message/rfc822",
        sender(context, company, content, recipients),
        f"mailed to {recipients.told}",
        made_from=keep_wording(connection, context.archive, own),
    )


def told_services(connection: Connection, action: ClaimedAction) -> list[str] | None:
    """Names of the services that still are to be as the action's decision wanted; None when a newer one has come."""
    wanted = wanted_services(connection, action.source, action.customer, by=action.decision_key)
    return [service.name for service in wanted if service.desired == KINDS[action.kind].desired] or None


def _reasons(ruleset: Ruleset, rules: Collection[str], context: WorkerContext, language: Language) -> Iterator[str]:
    """Each deciding rule as a sentence, which ends with what it appeals to; rules speak Polish and English only."""
    for rule in ruleset.rules:
        if rule.id in rules:
            yield context.sentence(rule, ruleset.ledger_currency, "pl" if language == "pl" else "en")


def reinstating(context: WorkerContext, case: CustomerCase, ruleset: Ruleset, action: ClaimedAction) -> dict[str, Any]:
    """What a suspended customer has to pay to be served again, where a payment can do it."""
    if KINDS[action.kind].desired != "suspended":
        return {}
    country = str(case.customer.facts["country"] or context.company(action.source).country)
    evaluation = context.evaluators.of(ruleset).evaluate(
        case.with_facts({"suspended": True}), working_day=lambda day: context.working_day(day, country)
    )
    if evaluation.reinstate_amount is None:
        return {}
    money = Money(ruleset.ledger_currency, evaluation.reinstate_amount)
    return {"reinstate_amount": money.amount, "ledger_currency": money.currency}
