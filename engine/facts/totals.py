"""The customer's totals, computed from its open items: one truth for cases, hypothetical payments and later days."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from engine.facts.case import CaseItem, CustomerCase
from engine.ruleset.condition import FactValue

#: Percent shown when something is owed against a limit of zero, and the most that is ever shown.
UTILISATION_CAP: Final = 1_000_000


def customer_totals(
    items: Iterable[tuple[int | None, int, bool]], credit: int | None, limit: int | None
) -> dict[str, FactValue]:
    """Customer facts that follow from the open debit items.

    items: (open amount in ledger minor units, days past due, on hold) each; an amount of None has no known rate.
    credit: open credit items and unallocated payments; limit: the credit limit; both in ledger minor units.
    A debt without a rate counts as nothing: what is owed can only be more, so nothing adverse follows from it that the
    true amounts would not allow. What is held against credits is None while a credit has no rate, and the use of the
    limit while anything has none. Days past due of the oldest item skip items on hold: what rests is not a reason to
    act.
    """
    total = overdue = actionable = 0
    open_count = overdue_count = oldest = 0
    known = credit is not None
    for amount, days, on_hold in items:
        open_count += 1
        if amount is None:
            known, amount = False, 0  # noqa: PLW2901  the debt counts as nothing
        total += amount
        if days > 0:
            overdue_count += 1
            overdue += amount
            if not on_hold:
                actionable += amount
                oldest = max(oldest, days)
    balance = None if credit is None else total - credit
    return {
        "total_open": total,
        "credit_amount": credit,
        "balance": balance,
        "overdue_amount": overdue,
        "net_overdue": None if credit is None else overdue - credit,
        "actionable_overdue": actionable,
        "open_count": open_count,
        "overdue_count": overdue_count,
        "oldest_days_past_due": oldest,
        "credit_limit": limit,
        "credit_utilisation": _utilisation(balance, limit) if known and balance is not None else None,
    }


def _utilisation(balance: int, limit: int | None) -> int | None:
    if limit is None:
        return None
    if balance <= 0:
        return 0
    return min(balance * 100 // limit, UTILISATION_CAP) if limit else UTILISATION_CAP


def item_totals(items: Iterable[CaseItem], credit: int | None, limit: int | None) -> dict[str, FactValue]:
    """The totals as they follow from the open items of a case, its credit and its limit."""
    return customer_totals(
        (
            (amount_of(item.facts, "open_amount"), int(item.facts["days_past_due"] or 0), bool(item.facts["on_hold"]))
            for item in items
        ),
        credit,
        limit,
    )


def totals_of(case: CustomerCase) -> dict[str, FactValue]:
    """The customer's totals as they follow from the items of the case."""
    return item_totals(case.open_items, amount_of(case.facts, "credit_amount"), amount_of(case.facts, "credit_limit"))


def amount_of(facts: Mapping[str, FactValue], name: str) -> int | None:
    """An integer fact; None when it is absent."""
    value = facts[name]
    return None if value is None else int(value)
