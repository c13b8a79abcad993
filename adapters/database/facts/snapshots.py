"""Rows into customer cases: what is the same for a batch, and each customer's rows as inputs of the builder."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from adapters.database.facts.contacts import contacts_of
from adapters.database.facts.rows import (
    ActionRow,
    AmountRow,
    BatchRows,
    BounceRow,
    CustomerRow,
    DoubtRow,
    HoldRow,
    ItemRow,
    LetterRow,
    ServiceRow,
)
from adapters.delivery.addresses import kept_addresses
from engine.actions import KINDS
from engine.facts.build import build_case, choosing_facts
from engine.facts.case import CustomerCase
from engine.facts.history import NOTHING_DONE, History
from engine.facts.holds import Hold
from engine.facts.inputs import CaseInputs, CustomerInput, Day, Service
from engine.facts.legal import LegalFacts, Terms
from engine.facts.recipients import chosen
from engine.law.law import Law
from engine.money import Money, exponent
from engine.ports import RateTable
from engine.ruleset.condition import FactValue
from engine.ruleset.model import Ruleset

_USUAL: Final = Terms()


def factor_of(rates: RateTable, currency: str, ledger: str, day: date) -> Decimal | None:
    """Ledger minor units for one minor unit of a currency on a day; None where a rate is missing."""
    one, other = rates.rate(currency, day), rates.rate(ledger, day)
    if one is None or other is None:
        return None
    return one / other * Decimal(10) ** (exponent(ledger) - exponent(currency))


@dataclass(frozen=True, slots=True)
class CaseContext:
    """What is the same for every customer of a batch."""

    source: str
    as_of: date
    known_at: datetime
    #: Of the books, as the company counts them; None where the past is replayed.
    source_age_hours: int | None
    days_since_last_run: int | None
    rates: RateTable
    working_day: Callable[[date, str], bool]
    #: The law of a jurisdiction; None where none is known.
    law: Callable[[str], Law | None]
    terms: Terms = _USUAL
    #: The country by whose calendar a customer without a country is decided.
    country: str = "PL"
    contact_hour: int | None = None
    _factors: dict[tuple[str, str], Decimal | None] = field(default_factory=dict)
    _legal: dict[str, LegalFacts] = field(default_factory=dict)

    def legal(self, jurisdiction: str) -> LegalFacts:
        """What the law of a jurisdiction says under the company's policies; kept, so that a run asks it once."""
        if jurisdiction not in self._legal:
            self._legal[jurisdiction] = LegalFacts(self.law(jurisdiction), self.terms.policy)
        return self._legal[jurisdiction]

    def convert(self, minor: int, currency: str, ledger: str) -> int | None:
        """Minor units of a currency in minor units of the ledger currency, half up; None without a rate."""
        if currency == ledger:
            return minor
        pair = (currency, ledger)
        if pair not in self._factors:
            self._factors[pair] = factor_of(self.rates, currency, ledger, self.as_of)
        factor = self._factors[pair]
        return None if factor is None else int((minor * factor).to_integral_value(ROUND_HALF_UP))

    def used_rates(self) -> dict[str, str | None]:
        """The factors converted by so far, exactly, by 'currency ledger'; None where a rate was missing."""
        return {
            f"{currency} {ledger}": None if factor is None else str(factor)
            for (currency, ledger), factor in sorted(self._factors.items())
        }

    def day(self) -> Day:
        """The day of the batch, as the builder takes it."""
        return Day(
            self.source,
            self.as_of,
            self.source_age_hours,
            self.days_since_last_run,
            self.working_day,
            self.country,
            self.contact_hour,
            self.terms.sector,
            self.terms.freshness,
            self.terms.blackout,
        )


Choose = Callable[[Mapping[str, FactValue], str | None], Ruleset | None]


def build_cases(rows: BatchRows, context: CaseContext, choose: Choose) -> Iterator[tuple[CustomerCase, Ruleset]]:
    """The cases of a batch, each with the ruleset that `choose` (facts, pinned ruleset) names, by customer key.

    Customers that no ruleset is for are left out.
    """
    gathered = _Gathered.of(rows)
    day = context.day()
    for row in rows.customers:
        ruleset = choose(ruleset_facts(row, context.source), row.ruleset)
        if ruleset is not None:
            yield _case(row, gathered, context, day, ruleset), ruleset


def ruleset_facts(row: CustomerRow, source: str) -> dict[str, FactValue]:
    """The customer facts that choose a ruleset."""
    return choosing_facts(_customer(row), source)


@dataclass(frozen=True, slots=True)
class _Gathered:
    """The rows of a batch by customer. `doubts`: of customers in doubt; under None: they all are."""

    doubts: Mapping[str | None, list[DoubtRow]]
    items: Mapping[str, list[ItemRow]]
    credits: Mapping[str, list[AmountRow]]
    turnover: Mapping[str, list[AmountRow]]
    holds: Mapping[str, list[HoldRow]]
    services: Mapping[str, list[ServiceRow]]
    actions: Mapping[str, list[ActionRow]]
    letters: Mapping[str, list[LetterRow]]
    bounces: Mapping[str, list[BounceRow]]

    @classmethod
    def of(cls, rows: BatchRows) -> _Gathered:
        tables = (
            rows.items,
            rows.credits,
            rows.turnover,
            rows.holds,
            rows.services,
            rows.actions,
            rows.letters,
            rows.bounces,
        )
        return cls(_by_customer(rows.doubts), *(_by_customer(table) for table in tables))


def _by_customer(rows: Iterable[Any]) -> dict[Any, list[Any]]:
    found: dict[Any, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.customer].append(row)
    return found


def _case(row: CustomerRow, rows: _Gathered, context: CaseContext, day: Day, ruleset: Ruleset) -> CustomerCase:
    """One customer's case in the ledger currency of its ruleset."""
    key, ledger = row.key, ruleset.ledger_currency
    inputs = CaseInputs(
        customer=_customer(row, rows.bounces.get(key, ()))._replace(credit_limit=_limit(row, ledger)),
        items=rows.items.get(key, ()),
        holds=[Hold(hold.item, hold.reason, hold.expires_on) for hold in rows.holds.get(key, ())],
        credits=_credits(rows.credits.get(key, ()), rows.doubts.get(key, ())),
        turnover={sales.currency: sales.minor for sales in rows.turnover.get(key, ())},
        services=[Service(one.desired == "suspended", one.sector) for one in rows.services.get(key, ())],
        history=_history(rows.actions.get(key, ()), rows.letters.get(key, ())),
        books_doubtful=key in rows.doubts or None in rows.doubts,
    )
    legal = context.legal(ruleset.jurisdiction)
    return build_case(
        inputs, day, ruleset.ladder, legal, lambda minor, currency: context.convert(minor, currency, ledger)
    )


def _credits(known: Sequence[AmountRow], doubts: Sequence[DoubtRow]) -> dict[str, int]:
    """Credits by currency without the money of which it is not known what it settles."""
    free = {credit.currency: credit.minor for credit in known}
    for doubt in doubts:
        if doubt.minor and doubt.currency in free:
            free[doubt.currency] = max(0, free[doubt.currency] - doubt.minor)
    return {currency: minor for currency, minor in free.items() if minor}


def _customer(row: CustomerRow, bounces: Sequence[BounceRow] = ()) -> CustomerInput:
    has_email, bounced = row.email is not None or row.dunning_email is not None, False
    if bounces:
        email, dunning, copies = (kept_addresses(one) for one in (row.email, row.dunning_email, row.copies))
        recipients = chosen(email, dunning, copies, {one.address for one in bounces})
        has_email, bounced = bool(recipients.to), bool(recipients.bounced)
    return CustomerInput(row.key, row.kind, row.segment, row.country, row.dunning_allowed, has_email, bounced)


def _limit(row: CustomerRow, ledger: str) -> Money | None:
    return None if row.credit_limit is None else Money(row.credit_currency or ledger, row.credit_limit)


def _history(actions: Sequence[ActionRow], letters: Sequence[LetterRow]) -> History:
    """What was sent, is pending and was notified."""
    if not actions and not letters:
        return NOTHING_DONE
    sent: dict[str, list[tuple[str, date]]] = defaultdict(list)
    pending_items: dict[str, str] = {}
    pending: set[str] = set()
    notified: dict[str, date] = {}
    for row in actions:
        done_on = row.done_on if row.state == "done" else None
        kept = KINDS[row.kind].history
        if kept == "notification":
            day = done_on or row.decided_on
            notified.update({rule: max(day, notified.get(rule, day)) for rule in row.rules})
        elif kept == "services":
            if done_on is None:
                pending.add(row.kind)
        elif row.item is not None:
            if done_on is None:
                pending_items[row.item] = row.stage or ""
            else:
                sent[row.item].append((row.stage or "", done_on))
    return History(
        sent={item: tuple(sorted(stages, key=lambda step: step[1])) for item, stages in sent.items()},
        contacts=contacts_of(actions, letters),
        pending_items=pending_items,
        pending=tuple(sorted(pending)),
        notified=notified,
    )
