"""The interest note out of the books: every delay that was not charged yet, to a day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any, Final

from marshmallow import ValidationError

from documents.fields import Number
from documents.filling.account import Item
from documents.filling.claimable import ClaimedItem, Claims, claims_of, total_of
from documents.filling.request import Request, day_of
from documents.filling.sources import DocumentSources
from engine.errors import InvalidInput, IssueRefused
from engine.law.claims.interest import Segment, interest
from engine.law.claims.rates import Rates, capped, percent
from engine.law.dated import DAY, Texts
from engine.law.due_date import effective_due
from engine.law.policy import DEFAULTS, Policy
from engine.money import Money

_CONTRACT: Final[Texts] = {
    "pl": "umowa i art. 481 § 2 k.c.",
    "en": "the contract and k.c. art. 481 § 2",
    "de": "Vertrag und Art. 481 § 2 des polnischen Zivilgesetzbuchs",
}


def fill(sources: DocumentSources, request: Request) -> dict[str, Any]:
    """The model of a note in one currency.

    `given` may say `documents` (numbers), `until` (last day charged), `currency`, `claim`, and `rate` (name of a
    rate of the law) or `contract_rate` (percent, cut to the maximum of art. 481 par. 2(1) k.c.). A settlement counts
    for the principal, as the books have it. Raises InvalidInput naming the field; IssueRefused for a commercial rate
    of a consumer, for a named document that may not be charged, and when nothing is to be charged; ParameterMissing,
    ParameterNotVerified, ChoiceNeeded.
    """
    given = dict(request.given)
    claims = claims_of(sources, request, given)
    until = day_of(given.setdefault("until", given.get("as_of", request.as_of)))
    if until is None or until > request.as_of:
        raise InvalidInput("until: write a day, today or before.", field="until")
    rates, basis, contract = rates_of(claims, given)
    rows = list(claims.rows(lambda item: _row(claims, item, until, rates, contract)))
    currency = currency_of({row["currency"] for row in rows}, given.get("currency"))
    kept = [{name: row[name] for name in row if name != "currency"} for row in rows if row["currency"] == currency]
    return {
        "deadline_days": request.deadline_days,
        "basis": dict(basis),
        "rows": kept,
        **request.giving(given).letter(),
        "currency": currency,
        "until": until,
        "total": total_of([row["interest"] for row in kept], currency),
    }


def currency_of(present: set[str], wanted: object) -> str:
    """The currency wanted, or the only one there is. Raises InvalidInput naming the field."""
    if wanted is None and len(present) == 1:
        return next(iter(present))
    if wanted not in present:
        said = f"currency: there are claims in {', '.join(sorted(present))}; one document is in one of them."
        raise InvalidInput(said, field="currency")
    return str(wanted)


def rates_of(claims: Claims, given: dict[str, Any]) -> tuple[Rates, Texts, int | None]:
    """The rate, its basis, and the contract's rate in hundredths of a percent where there is one; takes `rate` and
    `contract_rate` out of `given`. Raises InvalidInput naming the field, IssueRefused for a rate of business dealings
    and a consumer."""
    law, debtor = claims.law, claims.account.debtor
    name, contract = given.pop("rate", None), given.pop("contract_rate", None)
    if name is not None and contract is not None:
        raise InvalidInput("contract_rate: give one of rate and contract_rate.", field="contract_rate")
    if contract is not None:
        hundredths = int(_percent(contract) * 100)
        return capped(hundredths, law.rates("max_delay"), "umowa"), _CONTRACT, hundredths
    rates = law.delay_rates(debtor) if name is None else law.rates(str(name))
    if not rates.debtors:
        raise InvalidInput(f"rate: '{name}' is no rate of interest for delay.", field="rate")
    if debtor in rates.never:
        raise IssueRefused(
            f"{law.jurisdiction}.{claims.request.kind}.consumer",
            f"'{rates.name}' is never claimed from a {debtor} ({rates.basis['en']}).",
        )
    return rates, rates.basis, None


def _percent(value: object) -> Decimal:
    try:
        found = Number(places=2).read(value)
    except ValidationError as error:
        raise InvalidInput(f"contract_rate: {error}", field="contract_rate") from error
    if not 0 < found <= 1000:
        raise InvalidInput("contract_rate: write a yearly rate in percent, such as '12.00'.", field="contract_rate")
    return found


def _row(claims: Claims, item: Item, until: date, rates: Rates, contract: int | None) -> dict[str, Any] | str:
    """The row of an item, or the name of the rule against it."""
    due = effective_due(item.due_date, claims.law.days_off, claims.policy)
    before = claims.before.get(item.key, ClaimedItem("", ()))
    if before.too_much(item):
        return "charged_too_much"  # a payment that became known late: the earlier note has to be put right first
    first = max(due, before.last or due) + DAY
    segments = [part for part in accrued(item, due + DAY, first, until, rates, claims.policy) if part[1].raw]
    charged = sum(segment.amount for _, segment in segments)
    if not charged:
        if segments:
            return "too_small"
        if before.last:
            return "charged"
        return "not_due" if due >= until else "paid_in_time"
    currency = item.currency
    printed = [_segment(owed, segment, currency, contract) for owed, segment in segments]
    last = segments[-1][1].last
    return {
        "item": item.key,
        "document": item.document,
        "issue_date": item.issue_date,
        "due_date": item.due_date,
        "effective_due": due,
        "currency": currency,
        "principal": Money(currency, item.original_minor).text,
        "settled": [
            {"day": part.day, "amount": Money(currency, part.minor).text} for part in item.settled if part.day <= last
        ],
        "charged_by": before.number or None,
        "segments": printed,
        "interest": Money(currency, charged).text,
    }


def accrued(
    item: Item, begun: date, first: date, until: date, rates: Rates, policy: Policy = DEFAULTS
) -> Iterator[tuple[int, Segment]]:
    """Principal in minor units and segment of every stretch from `first` to `until`, both counted, with one principal
    and one rate; the day of a settlement still bears interest on what it settles. `begun`: first day of the delay."""
    days = sorted({part.day for part in item.settled if first <= part.day < until} | {until})
    for end in days:
        owed = item.owed(first)
        if owed > 0:
            principal = Money(item.currency, owed)
            yield from ((owed, part) for part in interest(principal, first, end, rates, policy, begun=begun).segments)
        first = end + DAY


def _segment(owed: int, segment: Segment, currency: str, contract: int | None) -> dict[str, Any]:
    source = segment.source
    if contract is not None:
        source = "umowa" if segment.rate == contract else "art. 481 § 2¹ k.c."
    return {
        "first": segment.first,
        "last": segment.last,
        "principal": Money(currency, owed).text,
        "rate": percent(segment.rate),
        "amount": Money(currency, segment.amount).text,
        "source": source,
    }
