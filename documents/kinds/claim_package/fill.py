"""The claim package out of the books: what was demanded in vain, with interest, compensation, evidence and fees."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_CEILING, Decimal
from typing import Any, Final

from documents.filling.account import Item
from documents.filling.claimable import Claims, claims_of
from documents.filling.evidence import NOTE_KINDS, Demand, IssuedClaim
from documents.filling.request import Request, not_given
from documents.filling.sources import DocumentSources
from documents.kinds.claim_package.fill_rows import Accounting, claim_row
from documents.kinds.compensation_note.fill import amount_of, compensation_row
from documents.kinds.interest_note.fill import currency_of, rates_of
from engine.errors import IssueRefused
from engine.law.claims.compensation import in_one_letter
from engine.law.claims.rates import percent
from engine.law.claims.suit import CourtFee, electronic_claim
from engine.law.law import Law
from engine.money import Money

_FILLED: Final = (
    "as_of",
    "rows",
    "notes",
    "compensations",
    "demands",
    "issued",
    "left_out",
    "dispute",
    "fees",
    "interest",
    "totals",
    "payment_order",
    "consumer",
    "justification",
)
#: Reasons of holds of claims that are not sued for with a package.
_DISPUTED: Final = frozenset({"dispute", "complaint"})
_CLAIMED_BY: Final = {"commercial_interest": "interest_note", "compensation": "compensation_note"}


@dataclass(frozen=True, slots=True)
class _Case:
    """`issued`: what we issued to the customer; `final`: keys of items of which a final demand was sent."""

    sources: DocumentSources
    claims: Claims
    issued: Sequence[IssuedClaim]
    demands: Sequence[Demand]
    final: frozenset[str]

    @property
    def notes(self) -> Mapping[str, str]:
        """The kind of every note we issued, by number."""
        return {one.number: one.kind for one in self.issued if one.kind in NOTE_KINDS}


def fill(sources: DocumentSources, request: Request) -> dict[str, Any]:
    """The model of a package in one currency, as of the day of the request.

    `given` may say `documents` (numbers), `currency`, `claim`, `rate` or `contract_rate` as for an interest note, and
    `plaintiff` and `defendant` (krs, pesel). Payments are credited by policy P8. Raises IssueRefused when no final
    demand was sent, for disputed claims, for an insolvent debtor, for a named document that may not be claimed, and
    when nothing is due; InvalidInput naming the field; RateMissing, ParameterMissing, ParameterNotVerified.
    """
    given = dict(request.given)
    not_given(given, *_FILLED)
    case = _case(sources, request, given)
    rates, basis, _ = rates_of(case.claims, given)
    claims, named = case.claims, case.claims.named
    _may_sue(case)
    accounting = Accounting(claims, _before(sources, request), rates)
    only = tuple(number for number in named if number not in _note_numbers(case)) if named is not None else None
    rows = list(replace(claims, named=only).rows(lambda item: _row(case, accounting, item)))
    currency = currency_of({row["currency"] for row in rows}, given.get("currency"))
    kept = [row for row in rows if row["currency"] == currency]
    model = {
        **request.giving(given).letter(),
        "currency": currency,
        "rows": [_without_currency(row) for row in kept],
        "consumer": claims.account.debtor == "consumer",
        "payment_order": claims.policy.payment_order,
        "interest": {"name": rates.name, "basis": dict(basis), "rate": percent(rates.on(request.as_of).value)},
        "notes": _notes(case, currency),
        "compensations": _compensations(case, {row["item"] for row in kept}),
        "demands": _demands(case, {row["item"] for row in kept}),
    }
    shown = {row["document"] for name in ("rows", "notes") for row in model[name]}
    model["issued"] = [
        {"document": one.number, "pdf": one.pdf_sha256, "entry": one.entry}
        for one in case.issued
        if one.number in shown
    ]
    model["left_out"] = [] if named is not None else _left_out(case, accounting, shown)
    return {**model, **_fees(claims.law, model)}


def _case(sources: DocumentSources, request: Request, given: dict[str, Any]) -> _Case:
    claims = claims_of(sources, request, given)
    demands = sources.record.demands(request)
    final = frozenset(key for demand in demands if demand.final for key in demand.items)
    return _Case(sources, claims, sources.record.issued_claims(request), demands, final)


def _before(sources: DocumentSources, request: Request) -> Claims:
    """What interest notes claimed before."""
    return claims_of(sources, replace(request, kind="interest_note"), {})


def _wanted(case: _Case) -> list[Item]:
    named = case.claims.named
    return [item for item in case.claims.account.open_items if named is None or item.document in named]


def _may_sue(case: _Case) -> None:
    """Raises IssueRefused naming the rule."""
    if any("insolvency" in item.holds for item in case.claims.account.open_items):
        raise _refused(
            case, "insolvency", f"'{case.claims.request.customer}' is insolvent; claims are lodged, not sued."
        )
    if disputed := [item.document for item in _wanted(case) if item.holds & _DISPUTED]:
        raise _refused(case, "disputed", f"Claims are disputed: {', '.join(disputed)}. Name the other documents.")
    open_ = [item for item in _wanted(case) if case.claims.bar(item) is None]
    if open_ and not any(item.key in case.final for item in open_):
        raise _refused(case, "no_final_demand", "No final demand was sent for any of what is due.")


def _refused(case: _Case, rule: str, message: str) -> IssueRefused:
    return IssueRefused(f"pl.{case.claims.request.kind}.{rule}", message)


def _row(case: _Case, accounting: Accounting, item: Item) -> dict[str, Any] | str:
    """The row of an item, or the name of the rule against it."""
    if item.open_minor <= 0:
        return "paid"
    return claim_row(accounting, item) if item.key in case.final else "no_final_demand"


def _without_currency(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "currency"}


def _note_kind(case: _Case, item: Item) -> str | None:
    """What note an item is; None for any other document."""
    if item.kind == "interest_note":
        return "interest_note"
    return case.notes.get(item.document) or _CLAIMED_BY.get(item.claim or "")


def _note_numbers(case: _Case) -> set[str]:
    return {item.document for item in case.claims.account.open_items if _note_kind(case, item)}


def _notes(case: _Case, currency: str) -> list[dict[str, Any]]:
    """Notes past their due date and not held, in the currency of the package, or compensation in PLN."""
    named, as_of = case.claims.named, case.claims.request.as_of
    booked = [
        {
            "document": item.document,
            "kind": kind,
            "issue_date": item.issue_date,
            "currency": item.currency,
            "amount": Money(item.currency, item.open_minor).text,
        }
        for item in _wanted(case)
        if (kind := _note_kind(case, item)) and item.due_date < as_of and not item.holds
    ]
    unbooked = [
        {
            "document": note.number,
            "kind": note.kind,
            "issue_date": note.issue_date,
            "currency": note.amount.currency,
            "amount": note.amount.text,
        }
        for note in case.sources.record.unbooked_notes(case.claims.request)
        if named is None or note.number in named
    ]
    found = [*booked, *unbooked]
    return [note for note in found if note["currency"] == currency or note["kind"] == "compensation_note"]


def _compensations(case: _Case, items: set[str]) -> list[dict[str, Any]]:
    """Of claimed documents that no note claimed yet, as many as one letter has (P7); none of a consumer."""
    claims, request = case.claims, case.claims.request
    if claims.account.debtor in claims.law.tiers().never:
        return []
    before = claims_of(case.sources, replace(request, kind="compensation_note"), {})
    found = (compensation_row(case.sources, before, item) for item in claims.account.items if item.key in items)
    rows = (row for row in found if isinstance(row, dict))
    return in_one_letter(rows, claims.policy, amount_of)


def _demands(case: _Case, items: set[str]) -> list[dict[str, Any]]:
    """Demands of what is claimed, as a package lists them."""
    numbers = {item.key: item.document for item in case.claims.account.items if item.key in items}
    return [
        {
            "day": demand.day,
            "wording": demand.wording,
            "final": demand.final,
            "amicable": demand.amicable,
            "documents": sorted({numbers[key] for key in demand.items if key in numbers}),
            "message": demand.message,
            "intent": demand.intent,
            "proof": demand.proof,
            "outcome": demand.outcome,
        }
        for demand in case.demands
        if any(key in numbers for key in demand.items)
    ]


def _left_out(case: _Case, accounting: Accounting, shown: set[str]) -> list[dict[str, str]]:
    """Open documents that are not claimed, with the rule against each."""
    found = []
    for item in case.claims.account.open_items:
        if item.document not in shown:
            reason = case.claims.bar(item) or _row(case, accounting, item)
            found.append({"document": item.document, "reason": reason if isinstance(reason, str) else "other_currency"})
    return found


def _fees(law: Law, model: Mapping[str, Any]) -> dict[str, Any]:
    """The value in dispute in whole PLN and the court fees; nothing where a claim is in another currency, no fee above
    the amount for which fees are known."""
    notes, compensations = model["notes"], model["compensations"]
    if {model["currency"], *(note["currency"] for note in notes)} != {"PLN"}:
        return {}
    amounts = [row[name] for row in model["rows"] for name in ("principal", "accrued")]
    amounts += [row["amount"] for row in (*notes, *compensations)]
    total = sum(map(Decimal, amounts), Decimal(0))
    value = Money.of(total.to_integral_value(ROUND_CEILING), "PLN")
    parameter, filing = law.parameter("court_fee", CourtFee), model["as_of"]
    fee = parameter.on(filing).value
    stated: dict[str, Any] = {"dispute": value.text, "fees": None}
    if value.minor <= fee.known_to:
        oldest: date = min(row["effective_due"] for row in model["rows"])
        electronic = electronic_claim(value, oldest, filing, parameter, law.parameter("electronic_claim_years", int))
        stated["fees"] = {
            "ordinary": Money("PLN", fee.ordinary(value.minor)).text,
            "electronic": electronic.fee.text,
            "in_time": electronic.admissible,
            "basis": dict(parameter.basis),
        }
    return stated
