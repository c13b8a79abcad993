"""The second look: facts are read again and the rule and its guards tested again just before the effect."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Protocol, TypeVar

from adapters.companies.company import Company
from adapters.outbox.ports import CaseFacts, RulesetVersions, Unit_contra
from engine.actions import KINDS
from engine.decisions.evaluator_cache import EvaluatorCache
from engine.execution.action import ClaimedAction
from engine.execution.ports import Moment
from engine.execution.preparation import Dropped, Later
from engine.facts.calendar import next_open_day
from engine.facts.case import CustomerCase
from engine.ruleset.model import Ruleset

Unit = TypeVar("Unit")

#: First hour at which contact guards look again.
_MORNING = time(8, 0)


class RecheckContext(Protocol[Unit_contra]):
    """What of a worker's context the second look needs."""

    @property
    def facts(self) -> CaseFacts[Unit_contra]:
        """The facts as they are now."""
        ...

    @property
    def ruleset(self) -> RulesetVersions:
        """The versions that decided."""
        ...

    @property
    def evaluators(self) -> EvaluatorCache:
        """Their evaluators."""
        ...

    @property
    def zone(self) -> tzinfo:
        """Where hours are read."""
        ...

    @property
    def working_day(self) -> Callable[[date, str], bool]:
        """The calendar of a country."""
        ...

    def company(self, source: str, /) -> Company:
        """The company of a source. Raises NotFound."""
        ...


def look_again(
    connection: Unit, context: RecheckContext[Unit], action: ClaimedAction, moment: Moment
) -> tuple[CustomerCase, Ruleset, tuple[str, ...]] | Dropped | Later:
    """The case as it is now with the open items that still call for the action (for customer actions: the customer).

    Dropped when nothing calls for it any more, Later when a guard defers it.
    """
    ruleset = context.ruleset(action.params["ruleset"], action.params["version"])
    case = context.facts.case(
        action.source,
        action.customer,
        moment.day,
        ruleset,
        contact_hour=moment.hour if action.channel != "webhook" else None,
        connection=connection,
    )
    if desired := KINDS[action.kind].desired:
        # the decision itself changed the desired state; the rule is tested against the state it saw
        case = case.with_facts({"suspended": desired == "active"})
    check = context.evaluators.of(ruleset).still_due(
        case, kind=action.kind, rules=action.params["rules"], items=action.params["items"], stage=action.stage
    )
    if check.deferred_until:
        return Later(_resume_at(check.deferred_until, moment, context, action), f"deferred by {check.reason}")
    if not check.keys:
        return Dropped(check.reason or "not_matched")
    return case, ruleset, tuple(check.keys)


def _resume_at(kind: str, moment: Moment, context: RecheckContext[Unit], action: ClaimedAction) -> datetime:
    """The next contact hour, or the morning of the next day of the kind that is waited for."""
    local = moment.now.astimezone(context.zone)
    day = local.date()
    if kind == "next_contact_hour" and local.hour < _MORNING.hour:
        return datetime.combine(day, _MORNING, context.zone)
    day += timedelta(days=1)
    company = context.company(action.source)
    if kind == "next_open_day":
        return datetime.combine(next_open_day(day, company.terms.blackout), _MORNING, context.zone)
    country = company.country
    while kind == "next_working_day" and not context.working_day(day, country):
        day += timedelta(days=1)
    return datetime.combine(day, _MORNING, context.zone)
