"""The neutral debtor: what a case need not say. One place, so that every case means the same.

A business, reachable, not on hold, with one service that runs, nothing sent, on a working day, data one hour old, every
rate known. An item case has one invoice of 1000.00 due on the day of the case; a customer case owes nothing. What is
given changes the rest consistently: totals follow from the item, a hold from its reason, use of the limit from both,
limitation, waits and pauses from the law of the jurisdiction as it ships.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

from engine.facts.catalogue import CustomerCase, ItemLine, Scope, Snapshot, facts_of
from engine.facts.legal import CaseLaw, Cutting, LegalFacts, claim_of, facts_of_days
from engine.facts.totals import customer_totals
from engine.law.law import Law
from engine.ruleset.condition import FactValue

#: The day of every case: a Wednesday; no rule may depend on which.
AS_OF: Final = date(2026, 11, 25)
ITEM_KEY: Final = "item"
CUSTOMER_KEY: Final = "customer"
_ISSUED_BEFORE_DUE: Final = 14
_AMOUNT: Final = 1000_00
_DEFAULT_DELAY: Final = 30
#: The debtor owes for more billing periods than any law asks for.
_UNPAID: Final = 12

Facts = dict[str, FactValue]


def _standing(given: Mapping[str, FactValue]) -> Facts:
    """Facts of the customer and the day that follow from no amount."""
    reason = given.get("hold_reason")
    if reason is None and given.get("disputed"):
        reason = "dispute"
    on_hold = given.get("on_hold", reason is not None)
    return {
        "on_hold": on_hold,
        "hold_reason": (reason or "manual") if on_hold else None,
        "insolvent": on_hold and reason == "insolvency",
        "source": "sample",
        "customer_kind": "business",
        "segment": None,
        "country": "PL",
        "dunning_allowed": True,
        "has_email": True,
        "turnover_12m": None,
        "promises_broken": 0,
        "suspended": False,
        "has_service": True,
        "notice_delivered": False,
        "days_since_notice": None,
        "sector": "default",
        "days_since_contact": None,
        "days_since_last_run": 1,
        "rate_known": given.get("open_amount", 0) is not None,
        "source_age_hours": 1,
        "working_day": True,
        "contact_hour": None,
    }


def _number(given: Mapping[str, FactValue], name: str, default: int = 0) -> int:
    value = given.get(name)
    return default if value is None else int(value)


def _totals(given: Mapping[str, FactValue], amount: int | None, delay: int, *, on_hold: bool) -> Facts:
    credit = _number(given, "credit_amount")
    limit = given.get("credit_limit")
    items = [] if amount == 0 else [(amount, delay, on_hold)]
    return customer_totals(items, credit, None if limit is None else int(limit))


def _owed(given: Mapping[str, FactValue]) -> int:
    """What a customer owes in all, from whichever total is given."""
    credit = _number(given, "credit_amount")
    for name in ("overdue_amount", "net_overdue", "actionable_overdue", "total_open", "balance"):
        added = credit if name in {"net_overdue", "balance"} else 0
        if given.get(name) is not None:
            return _number(given, name) + added
    return 0


def _is_overdue(given: Mapping[str, FactValue]) -> bool:
    return any(_number(given, name) for name in ("overdue_amount", "net_overdue", "actionable_overdue"))


def customer_case(given: Mapping[str, FactValue], law: Law | None) -> CustomerCase:
    """A case of a customer alone. given: facts in engine form; None: absent. law: of the jurisdiction, where known."""
    standing = _standing(given)
    delay = _number(given, "oldest_days_past_due", _DEFAULT_DELAY if _is_overdue(given) else 0)
    told = standing | dict(given)
    case_law = _case_law(told, law)
    facts = standing | _totals(given, _owed(given), delay, on_hold=bool(standing["on_hold"]))
    facts |= facts_of_days(told, case_law, AS_OF - timedelta(days=delay)) | dict(given)
    return CustomerCase(_snapshot("customer", CUSTOMER_KEY, facts), law=case_law)


def item_case(given: Mapping[str, FactValue], currency: str, law: Law | None) -> CustomerCase:
    """A case of one open item and its customer. currency: the ledger currency, which the document is in. law: of the
    jurisdiction, where known."""
    standing = _standing(given)
    delay = _number(given, "days_past_due")
    amount = None if given.get("open_amount", 0) is None else _number(given, "open_amount", _AMOUNT)
    due = AS_OF - timedelta(days=delay)
    age = _number(given, "days_since_issue", max(delay + _ISSUED_BEFORE_DUE, 0))
    item: Facts = {
        "days_past_due": delay,
        "open_amount": amount,
        "original_amount": amount,
        "currency": currency,
        "document_kind": "invoice",
        "due_date": due.toordinal(),
        "days_since_issue": age,
        "instalment": False,
        "disputed": standing["hold_reason"] in {"dispute", "complaint"},
        "stage": None,
        "days_in_stage": None,
    }
    told = standing | item | dict(given)
    case_law = _case_law(told, law)
    claim = str(given.get("claim_kind") or claim_of(None, str(told["document_kind"])))
    item |= case_law.facts.of_item(claim, due, AS_OF)
    facts = standing | _totals(given, amount, delay, on_hold=bool(standing["on_hold"])) | item
    facts |= facts_of_days(told, case_law, due) | dict(given)
    line = ItemLine(ITEM_KEY, "1/2026", currency, amount or 0, amount or 0, AS_OF - timedelta(days=age), due)
    return CustomerCase(
        _snapshot("customer", CUSTOMER_KEY, facts), (_snapshot("item", ITEM_KEY, facts),), (line,), law=case_law
    )


def _case_law(told: Mapping[str, FactValue], law: Law | None) -> CaseLaw:
    return CaseLaw(LegalFacts(law), Cutting((str(told["sector"] or "default"),), _UNPAID, AS_OF))


def _snapshot(scope: Scope, key: str, facts: Facts) -> Snapshot:
    return Snapshot(scope, key, CUSTOMER_KEY, AS_OF, {fact.name: facts[fact.name] for fact in facts_of(scope)})
