"""The compensation note out of the books: a lump sum for each late payment that was not claimed yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from documents.filling.account import Item
from documents.filling.claimable import Claims, claims_of, total_of
from documents.filling.request import Request
from documents.filling.sources import DocumentSources
from engine.errors import IssueRefused, RateMissing
from engine.law.claims.compensation import Mid, compensation, in_one_letter
from engine.law.dated import DAY, Parameter, Valid
from engine.law.due_date import effective_due, maturity
from engine.law.law import Law
from engine.money import Money


def fill(sources: DocumentSources, request: Request) -> dict[str, Any]:
    """The model of a note in PLN, of as many late payments as policy P7 lets a letter have.

    `given` may say `documents` (numbers) and `claim`. Raises IssueRefused for a consumer, for a named document
    that gives no compensation, and when there is none to claim; InvalidInput naming the field; RateMissing,
    ParameterMissing, ParameterNotVerified.
    """
    given = dict(request.given)
    claims = claims_of(sources, request, given)
    tiers = claims.law.tiers()
    if claims.account.debtor in tiers.never:
        raise IssueRefused(
            "pl.compensation_note.consumer",
            f"Compensation is never claimed from a {claims.account.debtor} ({tiers.basis['en']}).",
        )
    # what one letter does not claim waits for the next note
    rows = in_one_letter(claims.rows(lambda item: compensation_row(sources, claims, item)), claims.policy, amount_of)
    return {
        "deadline_days": request.deadline_days,
        "basis": dict(tiers.basis),
        **request.giving(given).letter(),
        "rows": rows,
        "total": total_of([row["amount"] for row in rows], "PLN"),
    }


def amount_of(row: Mapping[str, Any]) -> Decimal:
    """What a row claims, in PLN."""
    return Decimal(row["amount"])


def compensation_row(sources: DocumentSources, claims: Claims, item: Item) -> dict[str, Any] | str:
    """The row of an item, or the name of the rule against it.

    The claim is what was owed when the delay began: VAT included, less what was paid in time.
    """
    due = effective_due(item.due_date, claims.law.days_off, claims.policy)
    if item.key in claims.before:
        return "claimed"
    if due >= claims.request.as_of:
        return "not_due"
    claim = Money(item.currency, item.owed(due + DAY))
    if claim.minor <= 0:
        return "paid_in_time"
    matured = maturity(item.due_date, claims.law.days_off, claims.policy)
    in_pln, rate = _in_pln(sources, claim, matured)
    one = compensation(in_pln, matured, claims.law.tiers(), euro(sources, claims.law, matured), claims.policy)
    if one.mid is None:
        raise RateMissing("EUR", str(matured))
    return {
        "item": item.key,
        "document": item.document,
        "issue_date": item.issue_date,
        "due_date": item.due_date,
        "maturity": matured,
        "claim": Money(claim.currency, claim.minor).text,
        "claim_currency": claim.currency,
        "claim_pln": Money("PLN", in_pln.minor).text,
        "claim_rate": rate,
        "lump": Money("EUR", one.lump.minor).text,
        "conversion": {"rate": str(one.mid), "day": one.mid.published},
        "amount": Money("PLN", one.amount.minor).text,
    }


def _in_pln(sources: DocumentSources, claim: Money, matured: date) -> tuple[Money, dict[str, Any] | None]:
    """A claim as the threshold takes it: at the rate of the same day as that of the lump sum (art. 10 par. 1a)."""
    if claim.currency == "PLN":
        return claim, None
    rate, day = _published(sources, claim.currency, matured)
    return Money.of(claim.amount * rate, "PLN"), {"rate": str(rate), "day": day}


def euro(sources: DocumentSources, law: Law, matured: date) -> Parameter[Mid] | None:
    """PLN for one euro in the month of maturity: the law's parameter, or the NBP table for a month after it ends.

    Raises RateMissing where the table of that day is not known either.
    """
    known = law.euro()
    if known is None or matured <= known.verified_to:
        return known
    rate, day = _published(sources, "EUR", matured)
    mid = Valid(Mid(int(rate.scaleb(4)), day), matured, matured, "NBP", "A")
    return replace(known, verified_to=matured, values=(mid,))


def _published(sources: DocumentSources, currency: str, matured: date) -> tuple[Decimal, date]:
    """NBP mid rate of the last working day of the month before the month of maturity, and that day."""
    month = matured.replace(day=1)
    rate: Decimal | None = sources.rates.rate(currency, month)
    if rate is None:
        raise RateMissing(currency, str(month))
    return rate, sources.law("pl").days_off.working_day_before(month)
