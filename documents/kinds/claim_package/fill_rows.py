"""One claimed document: what payments left of it, from which day interest runs, until when it can be sued for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from documents.filling.account import Item
from documents.filling.claimable import ClaimedItem, Claims
from documents.kinds.interest_note.fill import accrued
from engine.facts.legal import LIMITATIONS, claim_of
from engine.law.claims.limitation import Period, limitation
from engine.law.claims.payments import Payment, settle
from engine.law.claims.rates import Rates
from engine.law.dated import DAY
from engine.law.due_date import effective_due
from engine.money import Money


@dataclass(frozen=True, slots=True)
class Accounting:
    """What rows are made with: the claims, what interest notes claimed of them before, and the rate."""

    claims: Claims
    noted: Claims
    rates: Rates


@dataclass(frozen=True, slots=True)
class _Left:
    """Minor units of principal and of interest that payments left open, what each payment covered of them (day,
    interest, principal), and the first day of running interest."""

    principal: int
    interest: int
    credited: tuple[tuple[date, int, int], ...]
    interest_from: date


def claim_row(accounting: Accounting, item: Item) -> dict[str, Any] | str:
    """The row of an open item that may be claimed, with its `currency`, or the name of the rule against it."""
    claims = accounting.claims
    due = effective_due(item.due_date, claims.law.days_off, claims.policy)
    if due >= claims.request.as_of:
        return "not_due"
    before = accounting.noted.before.get(item.key)
    if before and before.too_much(item):
        return "charged_too_much"  # the note has to be put right first
    left = _after_note(accounting, item, due, before) if before and before.last else _after_payments(accounting, item)
    claim = claims.claim or claim_of(item.claim, item.kind)
    periods = claims.law.parameter(LIMITATIONS[claim], Period)

    def decimal(minor: int) -> str:
        return Money(item.currency, minor).text

    return {
        "item": item.key,
        "document": item.document,
        "issue_date": item.issue_date,
        "due_date": item.due_date,
        "effective_due": due,
        "currency": item.currency,
        "original": decimal(item.original_minor),
        "credited": [
            {
                "day": day,
                "amount": decimal(interest + principal),
                "to_interest": decimal(interest),
                "to_principal": decimal(principal),
            }
            for day, interest, principal in left.credited
        ],
        "principal": decimal(left.principal),
        "accrued": decimal(left.interest),
        "interest_from": left.interest_from,
        "charged_by": before.number if before else None,
        "claim": claim,
        "limitation": limitation(item.due_date, periods, claims.law.days_off, claims.policy).last_day,
    }


def _after_payments(accounting: Accounting, item: Item) -> _Left:
    """Each payment covers interest and principal in the order of policy P8."""
    claims = accounting.claims
    payments = [Payment(part.day, Money(item.currency, part.minor)) for part in item.settled]
    principal = Money(item.currency, item.original_minor)
    found = settle(principal, item.due_date, payments, accounting.rates, claims.law.days_off, claims.policy)
    if not found.steps:
        return _Left(item.original_minor, 0, (), found.due + DAY)
    last = found.steps[-1]
    credited = tuple((step.day, step.to_interest, step.to_principal) for step in found.steps if step.paid)
    return _Left(last.principal_left, last.interest_left, credited, max(found.due, last.day) + DAY)


def _after_note(accounting: Accounting, item: Item, due: date, before: ClaimedItem) -> _Left:
    """Payments count for the principal, as the note counted them; the note claims the interest up to its last day."""
    charged, claims = before.last or due, accounting.claims
    last = max((part.day for part in item.settled), default=charged)
    since = accrued(item, due + DAY, charged + DAY, last, accounting.rates, claims.policy)
    credited = tuple((part.day, 0, part.minor) for part in item.settled)
    return _Left(item.open_minor, sum(part.amount for _, part in since), credited, max(charged, last) + DAY)
