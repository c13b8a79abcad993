"""The second look: facts are read again and the rule and its guards tested again just before the effect."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta

from sqlalchemy import Connection

from adapters.outbox.worker_context import Office
from engine.actions import KINDS
from engine.execution.action import ClaimedAction
from engine.execution.ports import Moment
from engine.execution.preparation import Dropped, Later
from engine.facts.catalogue import CustomerCase
from engine.ruleset.model import Ruleset

#: First hour at which contact guards look again.
_MORNING = time(8, 0)


def look_again(
    connection: Connection, office: Office, action: ClaimedAction, moment: Moment
) -> tuple[CustomerCase, Ruleset, tuple[str, ...]] | Dropped | Later:
    """The case as it is now with the open items that still call for the action (for customer actions: the customer).

    Dropped when nothing calls for it any more, Later when a guard defers it.
    """
    ruleset = office.ruleset(action.params["ruleset"], action.params["version"])
    case = office.facts.case(
        action.source, action.customer, moment.day, ruleset,
        contact_hour=moment.hour if action.channel != "webhook" else None, connection=connection,
    )  # fmt: skip
    if desired := KINDS[action.kind].desired:
        case = _before_the_decision(case, suspended=desired == "active")
    check = office.evaluators.of(ruleset).still_due(
        case, kind=action.kind, rules=action.params["rules"], items=action.params["items"], stage=action.stage
    )
    if check.deferred_until:
        return Later(_resume_at(check.deferred_until, moment, office, action), f"deferred by {check.reason}")
    if not check.keys:
        return Dropped(check.reason or "not_matched")
    return case, ruleset, tuple(check.keys)


def _before_the_decision(case: CustomerCase, *, suspended: bool) -> CustomerCase:
    """The decision itself changed the desired state; the rule is tested against the state it saw."""
    facts = {**case.customer.facts, "suspended": suspended}
    return replace(case, customer=replace(case.customer, facts=facts))


def _resume_at(kind: str, moment: Moment, office: Office, action: ClaimedAction) -> datetime:
    """The next contact hour, or the morning of the next working day."""
    local = moment.now.astimezone(office.zone)
    day = local.date()
    if kind == "next_contact_hour" and local.hour < _MORNING.hour:
        return datetime.combine(day, _MORNING, office.zone)
    day += timedelta(days=1)
    country = office.company(action.source).country
    while kind == "next_working_day" and not office.working_day(day, country):
        day += timedelta(days=1)
    return datetime.combine(day, _MORNING, office.zone)
