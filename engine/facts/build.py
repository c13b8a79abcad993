"""The one builder of a customer's case: every fact of the catalogue is computed here, from plain inputs.

What is told outright stands in place of what would be computed, and what follows from it follows from what was told:
totals from the items, the law's facts from sectors and notices, history from what was sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from engine.facts.calendar import calendar_facts
from engine.facts.case import CaseItem, CustomerCase, Facts, ItemLine
from engine.facts.catalogue import SECTORS
from engine.facts.history import with_history
from engine.facts.holds import Holds
from engine.facts.inputs import CaseInputs, Convert, CustomerInput, Day, OpenItem, Service
from engine.facts.legal import CaseLaw, Cutting, LegalFacts, claim_of, facts_of_days, unpaid_periods
from engine.facts.totals import item_totals
from engine.ruleset.condition import FactValue
from engine.ruleset.model import Ladder


def choosing_facts(customer: CustomerInput, source: str) -> Facts:
    """The customer facts that choose a ruleset."""
    return {
        "source": source,
        "customer_kind": customer.kind,
        "segment": customer.segment,
        "country": customer.country,
        "dunning_allowed": customer.dunning_allowed,
        "has_email": customer.has_email,
        "email_bounced": customer.email_bounced,
    }


def build_case(inputs: CaseInputs, day: Day, ladder: Ladder, legal: LegalFacts, convert: Convert) -> CustomerCase:
    """One customer's case on a day.

    ladder: of its ruleset; legal: the law of the ruleset's jurisdiction; convert: into its ledger currency.
    """
    holds = Holds.of(inputs.holds, day.as_of)
    pending = inputs.history.pending_items
    items = tuple([_item(one, pending.get(one.key), day, holds, legal, convert) for one in inputs.items])
    facts = choosing_facts(inputs.customer, day.source)
    facts |= _totals(inputs, items, convert)
    facts |= _status(inputs, day, holds)
    facts |= calendar_facts(day.as_of, day.blackout)
    facts |= inputs.told
    age = facts["source_age_hours"]
    facts.setdefault("books_stale", day.freshness.stale(None if age is None else int(age)))
    # by the country as it is told
    facts.setdefault("working_day", day.working_day(day.as_of, str(facts["country"] or day.country)))
    law = CaseLaw(legal, _cutting(inputs, items, day, facts))
    oldest = min((one.due_date for one in inputs.items), default=day.as_of)
    facts |= facts_of_days(facts, law, oldest)
    facts |= inputs.told
    case = CustomerCase(
        inputs.customer.key,
        day.as_of,
        facts,
        items,
        pending=inputs.history.pending,
        notified=inputs.history.notified,
        credits=inputs.credits or {},
        hold_until=holds.of_all.until,
        law=law,
        blackout=day.blackout,
    )
    return _with_history(case, inputs, ladder) if inputs.history.sent or inputs.history.contacts else case


def _item(one: OpenItem, pending: str | None, day: Day, holds: Holds, legal: LegalFacts, convert: Convert) -> CaseItem:
    rest = holds.rest(one.key)
    # by position and from local names: this is done for every open item of the books
    currency, open_minor, original_minor = one.currency, one.open_minor, one.original_minor
    issue_date, due_date = one.issue_date, one.due_date
    line = ItemLine(
        one.key,
        one.document,
        currency,
        open_minor or 0,
        original_minor or 0,
        issue_date,
        due_date,
        (),
        pending,
        rest.until,
    )
    amount = None if open_minor is None else convert(open_minor, currency)
    original = amount
    if original_minor != open_minor:
        original = None if original_minor is None else convert(original_minor, currency)
    today, due = day.as_of.toordinal(), due_date.toordinal()
    facts: Facts = {
        "days_past_due": today - due,
        "open_amount": amount,
        "original_amount": original,
        "currency": currency,
        "document_kind": one.document_kind,
        "due_date": due,
        "days_since_issue": today - issue_date.toordinal(),
        "instalment": one.instalment,
        "disputed": rest.disputed,
        "stage": None,
        "days_in_stage": None,
        "on_hold": rest.on_hold,
        "hold_reason": rest.reason,
    }
    facts |= legal.of_item(claim_of(one.claim, one.document_kind), due_date, day.as_of)
    facts |= one.told
    return CaseItem(line, facts)


def _totals(inputs: CaseInputs, items: Sequence[CaseItem], convert: Convert) -> Facts:
    """Amounts of the customer in ledger currency, and whether the rate of every credit is known."""
    credit = _converted(inputs.credits, convert)
    limit = inputs.customer.credit_limit
    totals = item_totals(items, credit, None if limit is None else convert(limit.minor, limit.currency))
    return totals | {
        "turnover_12m": _converted(inputs.turnover, convert),
        # a debt without a rate can only be more than is counted; a credit without one might cover all of them
        "rate_known": credit is not None,
    }


def _converted(amounts: Mapping[str, int] | None, convert: Convert) -> int | None:
    """The sum of amounts per currency in ledger currency; None when they or a rate are not known."""
    if amounts is None:
        return None
    total = 0
    for currency, minor in amounts.items():
        converted = convert(minor, currency)
        if converted is None:
            return None
        total += converted
    return total


def _status(inputs: CaseInputs, day: Day, holds: Holds) -> Facts:
    """Facts of the customer and the day that follow from no amount. Notice and contact are none until told."""
    sectors = _sectors(inputs.services, day)
    return {
        "on_hold": holds.of_all.on_hold,
        "hold_reason": holds.of_all.reason,
        "insolvent": holds.insolvent,
        "promises_broken": holds.broken({one.key for one in inputs.items}) if holds.promises else 0,
        "suspended": any(service.suspended for service in inputs.services),
        "has_service": bool(inputs.services),
        "sector": sectors[0] if inputs.services else None,
        "notice_delivered": False,
        "days_since_notice": None,
        "days_since_contact": None,
        "days_since_last_run": day.days_since_last_run,
        "books_doubtful": inputs.books_doubtful,
        "source_age_hours": day.source_age_hours,
        "contact_hour": day.contact_hour,
    }


def _sectors(services: Sequence[Service], day: Day) -> tuple[str, ...]:
    """The sectors of the services in the order of SECTORS; the day's own without any."""
    named = {service.sector or day.sector for service in services} or {day.sector}
    return tuple([sector for sector in SECTORS if sector in named])


def _cutting(inputs: CaseInputs, items: Iterable[CaseItem], day: Day, facts: Mapping[str, FactValue]) -> Cutting:
    """What decides when services may be cut. Billing periods are counted by what is overdue and not on hold."""
    told = "sector" in inputs.told
    sectors = (str(facts["sector"] or day.sector),) if told else _sectors(inputs.services, day)
    unpaid = inputs.unpaid_periods
    if unpaid is None:
        unpaid = unpaid_periods(
            [item.line.issue_date for item in items if item.line.due_date < day.as_of and not item.facts["on_hold"]]
        )
    return Cutting(sectors, unpaid, day.as_of)


def _with_history(case: CustomerCase, inputs: CaseInputs, ladder: Ladder) -> CustomerCase:
    """What was done, as facts; what is told outright beats what the history implies."""
    case = with_history(case, ladder, inputs.history)
    if not inputs.told and not any(one.told for one in inputs.items):
        return case
    pairs = zip(case.open_items, inputs.items, strict=True)
    told = tuple([CaseItem(item.line, item.facts | one.told) for item, one in pairs])
    return replace(case, open_items=told).with_facts(inputs.told)
