"""Rows into customer cases: grouping by customer, conversion to ledger currency, holds, history."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final, NamedTuple

from adapters.database.facts.contacts import contacts_of
from adapters.database.facts.snapshot_rows import BatchRows
from engine.actions import KINDS
from engine.facts.catalogue import SECTORS, CustomerCase, ItemLine, Snapshot
from engine.facts.history import with_history
from engine.facts.legal import CaseLaw, Cutting, LegalFacts, Terms, claim_of, unpaid_periods
from engine.facts.totals import customer_totals
from engine.law.law import Law
from engine.money import exponent
from engine.ports import RateTable
from engine.ruleset.condition import FactValue
from engine.ruleset.model import Ruleset

#: The hold that weighs most is named as the reason; the law stops what a promise merely delays.
_WEIGHT: Final = {reason: weight for weight, reason in enumerate(
    ("insolvency", "factored", "dispute", "complaint", "instalment_plan", "promise", "manual"))}  # fmt: skip

_USUAL: Final = Terms()


def factor_of(rates: RateTable, currency: str, ledger: str, day: date) -> Decimal | None:
    """Ledger minor units for one minor unit of a currency on a day; None where a rate is missing."""
    one, other = rates.rate(currency, day), rates.rate(ledger, day)
    if one is None or other is None:
        return None
    return one / other * Decimal(10) ** (exponent(ledger) - exponent(currency))


@dataclass(frozen=True, slots=True)
class Setting:
    """What is the same for every customer of a batch."""

    source: str
    as_of: date
    known_at: datetime
    #: Hours since the last complete sync; None where the past is replayed.
    source_age_hours: int | None
    days_since_last_run: int | None
    rates: RateTable
    working_day: Callable[[date, str], bool]
    #: The law of a jurisdiction; None where none is known.
    law: Callable[[str], Law | None]
    terms: Terms = _USUAL
    #: Country whose calendar counts where the customer has none.
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

    def convert_all(self, amounts: Mapping[str, int], ledger: str) -> int | None:
        """The sum of amounts per currency in ledger currency; None when a rate is missing."""
        total = 0
        for currency, minor in amounts.items():
            converted = self.convert(minor, currency, ledger)
            if converted is None:
                return None
            total += converted
        return total


@dataclass(slots=True)
class _Customer:
    """One customer's rows, gathered."""

    row: Sequence[Any]
    items: list[Sequence[Any]] = field(default_factory=list)
    credits: dict[str, int] = field(default_factory=dict)
    turnover: dict[str, int] = field(default_factory=dict)
    holds: list[Sequence[Any]] = field(default_factory=list)
    services: list[Sequence[Any]] = field(default_factory=list)
    actions: list[Sequence[Any]] = field(default_factory=list)
    letters: list[Sequence[Any]] = field(default_factory=list)


def ruleset_facts(row: Sequence[Any], source: str) -> dict[str, FactValue]:
    """The customer facts that choose a ruleset, from a CUSTOMERS row."""
    return {"source": source, "customer_kind": row[1], "segment": row[2], "country": row[3],
            "dunning_allowed": row[4], "has_email": row[5]}  # fmt: skip


def build_cases(
    rows: BatchRows, setting: Setting, choose: Callable[[Mapping[str, FactValue], str | None], Ruleset | None]
) -> Iterator[tuple[CustomerCase, Ruleset]]:
    """The cases of a batch, each with the ruleset that `choose` (facts, pinned ruleset) names, by customer key.

    Customers that no ruleset is for are left out.
    """
    gathered = {row[0]: _Customer(row) for row in rows.customers}
    _gather(gathered, rows)
    for gather in gathered.values():
        ruleset = choose(ruleset_facts(gather.row, setting.source), gather.row[6])
        if ruleset is not None:
            yield build_case(gather, setting, ruleset), ruleset


def _gather(gathered: dict[str, _Customer], rows: BatchRows) -> None:
    for name in ("items", "holds", "services", "actions", "letters"):
        for row in getattr(rows, name):
            if row[0] in gathered:
                getattr(gathered[row[0]], name).append(row)
    for name in ("credits", "turnover"):
        for customer, currency, amount in getattr(rows, name):
            if customer in gathered:
                getattr(gathered[customer], name)[currency] = amount


def build_case(gather: _Customer, setting: Setting, ruleset: Ruleset) -> CustomerCase:
    """One customer's case in the ledger currency of its ruleset."""
    ledger = ruleset.ledger_currency
    as_of = setting.as_of
    holds = _Holds.of(gather.holds, as_of)
    today = as_of.toordinal()
    amounts = [setting.convert(row[4], row[3], ledger) for row in gather.items]
    credit = setting.convert_all(gather.credits, ledger)
    totals = customer_totals(
        (
            (amount, today - row[7].toordinal(), holds.on_hold(row[1]))
            for amount, row in zip(amounts, gather.items, strict=True)
        ),
        credit,
        _limit(gather.row, setting, ledger),
    )
    facts = ruleset_facts(gather.row, setting.source) | totals
    facts |= {
        "on_hold": holds.of_all.on_hold,
        "hold_reason": holds.of_all.reason,
        "turnover_12m": setting.convert_all(gather.turnover, ledger),
        "promises_broken": holds.broken({row[1] for row in gather.items}),
        "suspended": any(row[2] == "suspended" for row in gather.services),
        "has_service": bool(gather.services),
        "notice_delivered": False,
        "days_since_notice": None,
        "suspension_earliest": None,
        "days_since_suspension_allowed": None,
        "days_since_contact": None,
        "days_since_contact_allowed": None,
        "days_since_last_run": setting.days_since_last_run,
        "rate_known": credit is not None and None not in amounts,
        "source_age_hours": setting.source_age_hours,
        "working_day": setting.working_day(as_of, gather.row[3] or setting.country),
        "contact_hour": setting.contact_hour,
    }
    legal = setting.legal(ruleset.jurisdiction)
    sectors = _sectors(gather, setting)
    facts |= {
        "insolvent": any(rest.reason == "insolvency" for rest in (holds.of_all, *holds.by_item.values())),
        "sector": sectors[0] if gather.services else None,
    }
    facts |= legal.of_contact(as_of, working=bool(facts["working_day"]), hour=setting.contact_hour)
    key = gather.row[0]
    case = CustomerCase(
        Snapshot("customer", key, key, as_of, facts),
        tuple(
            Snapshot("item", row[1], key, as_of, facts | _item_facts(row, amount, setting, holds, ledger, legal))
            for row, amount in zip(gather.items, amounts, strict=True)
        ),
        tuple(_line(row, holds) for row in gather.items),
        credits=gather.credits,
        hold_until=holds.of_all.until,
        law=CaseLaw(legal, Cutting(sectors, _unpaid_periods(gather.items, holds, as_of), as_of)),
    )  # fmt: skip
    return _with_history(case, gather, ruleset) if gather.actions or gather.letters else case


def _sectors(gather: _Customer, setting: Setting) -> tuple[str, ...]:
    """The sectors of the customer's services in the order of SECTORS; the company's own without any."""
    named = {row[3] or setting.terms.sector for row in gather.services} or {setting.terms.sector}
    return tuple(sector for sector in SECTORS if sector in named)


def _unpaid_periods(items: Sequence[Sequence[Any]], holds: _Holds, as_of: date) -> int:
    return unpaid_periods([row[6] for row in items if row[7] < as_of and not holds.on_hold(row[1])])


def _line(row: Sequence[Any], holds: _Holds) -> ItemLine:
    return ItemLine(
        key=row[1], document=row[10], currency=row[3], open_minor=row[4], original_minor=row[5], issue_date=row[6],
        due_date=row[7], hold_until=holds.rest(row[1]).until,
    )  # fmt: skip


def _item_facts(
    row: Sequence[Any], amount: int | None, setting: Setting, holds: _Holds, ledger: str, legal: LegalFacts
) -> dict[str, FactValue]:
    today, due = setting.as_of.toordinal(), row[7].toordinal()
    rest = holds.rest(row[1])
    return {
        "days_past_due": today - due,
        "open_amount": amount,
        "original_amount": amount if row[5] == row[4] else setting.convert(row[5], row[3], ledger),
        "currency": row[3],
        "document_kind": row[9],
        "due_date": due,
        "days_since_issue": today - row[6].toordinal(),
        "instalment": row[8],
        "disputed": rest.disputed,
        "stage": None,
        "days_in_stage": None,
        "on_hold": rest.on_hold,
        "hold_reason": rest.reason,
        **legal.of_item(claim_of(row[11], row[9]), row[7], setting.as_of),
    }


def _limit(row: Sequence[Any], setting: Setting, ledger: str) -> int | None:
    return None if row[7] is None else setting.convert(row[7], row[8] or ledger, ledger)


class _Rest(NamedTuple):
    """How an item or a customer rests. `until`: the last day; None when nothing holds or nothing ends."""

    on_hold: bool
    reason: str | None
    disputed: bool
    until: date | None


def _rest(holds: Sequence[tuple[str, date | None]]) -> _Rest:
    """From the active holds: reason and last day of each (None: open-ended)."""
    reasons = [reason for reason, _ in holds]
    days = [day for _, day in holds if day is not None]
    return _Rest(
        bool(holds),
        min(reasons, key=_WEIGHT.__getitem__, default=None),
        "dispute" in reasons or "complaint" in reasons,
        max(days) if days and len(days) == len(holds) else None,
    )


@dataclass(frozen=True, slots=True)
class _Holds:
    """How one customer rests: with all his items, and those items that have holds of their own."""

    of_all: _Rest
    by_item: Mapping[str, _Rest]
    #: Promises that passed: the item (None: all) and the last day.
    promises: Sequence[tuple[str | None, date]]

    @classmethod
    def of(cls, rows: Sequence[Sequence[Any]], as_of: date) -> _Holds:
        if not rows:
            return _NO_HOLDS
        promises: list[tuple[str | None, date]] = []
        active: dict[str | None, list[tuple[str, date | None]]] = defaultdict(list)
        for _customer, item, reason, expires in rows:
            if expires is None or expires >= as_of:
                active[item].append((reason, expires))
            elif reason == "promise":
                promises.append((item, expires))
        of_all = active.pop(None, [])
        return cls(_rest(of_all), {item: _rest([*of_all, *held]) for item, held in active.items() if item}, promises)

    def rest(self, item: str) -> _Rest:
        """How an item rests."""
        return self.by_item.get(item, self.of_all)

    def on_hold(self, item: str) -> bool:
        """Whether an item rests."""
        return self.of_all.on_hold or item in self.by_item

    def broken(self, open_items: set[str]) -> int:
        """Promises that passed while the promised item is still open."""
        return sum(1 for item, _ in self.promises if (item in open_items if item else bool(open_items)))


_NO_HOLDS: Final = _Holds(_rest(()), {}, ())


def _with_history(case: CustomerCase, gather: _Customer, ruleset: Ruleset) -> CustomerCase:
    """Overlay what was sent, is pending and was notified."""
    sent: dict[str, list[tuple[str, date]]] = defaultdict(list)
    pending_items: dict[str, str] = {}
    pending: set[str] = set()
    notified: dict[str, date] = {}
    for _customer, kind, stage, state, done_on, rules, item, decided_on, _channel in gather.actions:
        done = state == "done"
        kept = KINDS[kind].history
        if kept == "notification":
            day = done_on if done else decided_on
            notified.update({rule: max(day, notified.get(rule, day)) for rule in rules})
        elif kept == "services":
            if not done:
                pending.add(kind)
        elif done and item is not None:
            sent[item].append((stage, done_on))
        elif not done and item is not None:
            pending_items[item] = stage
    return with_history(
        case,
        ruleset.ladder,
        sent={item: tuple(sorted(stages, key=lambda step: step[1])) for item, stages in sent.items()},
        pending_items=pending_items,
        pending=tuple(sorted(pending)),
        notified=notified,
        contacts=contacts_of(gather.actions, gather.letters),
    )
