"""The baseline case: what a case need not say. One place, so that every case means the same.

A business, reachable, not on hold, with one service that runs, nothing sent, on a working day, data one hour old, every
rate known. An item case has one invoice of 1000.00 due on the day of the case; a customer case owes nothing. What is
given changes the rest consistently: totals follow from the item, a hold from its reason, use of the limit from both,
limitation, waits and pauses from the law of the jurisdiction as it ships.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from engine.facts.build import build_case
from engine.facts.case import CustomerCase
from engine.facts.catalogue import BY_NAME, OWN_OF_ITEM
from engine.facts.history import NOTHING_DONE, History
from engine.facts.holds import Hold
from engine.facts.inputs import CaseInputs, CustomerInput, Day, ItemInput, Service
from engine.facts.legal import LegalFacts
from engine.law.law import Law
from engine.money import Money
from engine.ruleset.condition import FactValue
from engine.ruleset.model import Ruleset

#: The day of every case: a Wednesday, the 25th; a case of a rule that asks the calendar gives its facts.
AS_OF: Final = date(2026, 11, 25)
ITEM_KEY: Final = "item"
CUSTOMER_KEY: Final = "customer"
_ISSUED_BEFORE_DUE: Final = 14
_AMOUNT: Final = 1000_00
_DEFAULT_DELAY: Final = 30

Given = Mapping[str, FactValue]

_DAY: Final = Day("sample", AS_OF, source_age_hours=1, days_since_last_run=1, working_day=lambda _day, _country: True)
#: What a case need not say. The debtor owes for more billing periods than any law asks for.
_BASELINE: Final = CaseInputs(
    CustomerInput(CUSTOMER_KEY, kind="business", country="PL", dunning_allowed=True, has_email=True),
    services=(Service(suspended=False, sector="default"),),
    unpaid_periods=12,
)
#: An item of nothing is not owed.
_NOTHING_OWED: Final[Given] = {"open_count": 0, "overdue_count": 0, "oldest_days_past_due": 0}


def customer_case(given: Given, ruleset: Ruleset, law: Law | None) -> CustomerCase:
    """A case of a customer alone. given: facts in engine form; None: absent. law: of the jurisdiction, where known."""
    delay = _number(given, "oldest_days_past_due", _DEFAULT_DELAY if _is_overdue(given) else 0)
    owed = _item(_owed(given), delay, delay + _ISSUED_BEFORE_DUE, ruleset.ledger_currency)
    return replace(_case(given, owed, ruleset, law, NOTHING_DONE), open_items=())


def item_case(given: Given, ruleset: Ruleset, law: Law | None, history: History = NOTHING_DONE) -> CustomerCase:
    """A case of one open item and its customer; its document is in the ledger currency. given, law: as above. history:
    what was sent; what is given beats what follows from it."""
    delay = _number(given, "days_past_due")
    amount = None if given.get("open_amount", 0) is None else _number(given, "open_amount", _AMOUNT)
    age = _number(given, "days_since_issue", max(delay + _ISSUED_BEFORE_DUE, 0))
    item = _item(amount, delay, age, ruleset.ledger_currency)._replace(
        document_kind=str(given.get("document_kind") or "invoice"),
        claim=None if given.get("claim_kind") is None else str(given["claim_kind"]),
        told={name: value for name, value in given.items() if name in OWN_OF_ITEM},
    )
    return _case(given, item, ruleset, law, history)


def _item(amount: int | None, delay: int, age: int, currency: str) -> ItemInput:
    issued, due = AS_OF - timedelta(days=age), AS_OF - timedelta(days=delay)
    return ItemInput(ITEM_KEY, "1/2026", currency, amount, amount, issued, due)


def _case(given: Given, item: ItemInput, ruleset: Ruleset, law: Law | None, history: History) -> CustomerCase:
    limit, currency = given.get("credit_limit"), ruleset.ledger_currency
    told = {name: value for name, value in given.items() if BY_NAME[name].scope == "customer"}
    inputs = replace(
        _BASELINE,
        customer=_BASELINE.customer._replace(credit_limit=None if limit is None else Money(currency, int(limit))),
        items=(item,),
        holds=_holds(given),
        credits={currency: _number(given, "credit_amount")},
        history=history,
        told=told if item.open_minor != 0 else {**_NOTHING_OWED, **told},
    )
    return build_case(inputs, _DAY, ruleset.ladder, LegalFacts(law), lambda minor, _currency: minor)


def _holds(given: Given) -> tuple[Hold, ...]:
    """The hold that a reason, a dispute or 'on hold' alone speaks of; 'on hold: no' beats a reason."""
    reason = given.get("hold_reason") or ("dispute" if given.get("disputed") else None)
    return (Hold(None, str(reason or "manual")),) if given.get("on_hold", reason is not None) else ()


def _number(given: Given, name: str, default: int = 0) -> int:
    value = given.get(name)
    return default if value is None else int(value)


def _owed(given: Given) -> int:
    """What a customer owes in all, from whichever total is given."""
    credit = _number(given, "credit_amount")
    for name in ("overdue_amount", "net_overdue", "actionable_overdue", "total_open", "balance"):
        added = credit if name in {"net_overdue", "balance"} else 0
        if given.get(name) is not None:
            return _number(given, name) + added
    return 0


def _is_overdue(given: Given) -> bool:
    return any(_number(given, name) for name in ("overdue_amount", "net_overdue", "actionable_overdue"))
