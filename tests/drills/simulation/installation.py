"""The product's database in memory: the mirror of the books, runs, decisions and services, as far as it is not the
outbox. Snapshots, decisions and plans are made of it by the product's own code."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

import rules
from adapters.companies.company import Company
from adapters.database.facts.rows import ActionRow, AmountRow, BatchRows, CustomerRow, HoldRow, ItemRow, ServiceRow
from adapters.database.facts.snapshots import CaseContext, build_cases
from adapters.database.tables.execution import PENDING_STATES
from adapters.finance.working_days import WorkingDays
from engine.decisions.evaluator_cache import EvaluatorCache
from engine.execution.memory import MemoryOutbox, Row
from engine.execution.memory_log import MemoryLog
from engine.execution.occurrences import Plan
from engine.facts.case import CustomerCase
from engine.facts.legal import LegalFacts
from engine.ruleset.model import Ruleset
from rules.language.loader import load_ruleset
from rules.parameters.loading import known_law
from tests.drills.simulation.books import Account
from tests.drills.simulation.model import ZONE
from tests.drills.simulation.services import Services

SOURCE: Final = "books"
COMPANY: Final = Company(
    SOURCE,
    {"name": "Firma"},
    "firma@example.com",
    staff={"account_manager": "opiekun@example.com"},
    webhook="https://crm.example.com",
    fresh_hours=24,
    schedule=Plan(ZONE, (time(6), time(11), time(16)), time(7), "working"),
)
_calendar = lru_cache(maxsize=4096)(WorkingDays(known_law))


@cache
def ruleset() -> Ruleset:
    """The shipped ruleset for businesses in Poland."""
    return load_ruleset((Path(rules.__file__).parent / "pl" / "b2b.yaml").read_text(encoding="utf-8"))


@cache
def evaluators() -> EvaluatorCache:
    """Our own evaluator of it, alone: durable-rules has its differential tests elsewhere."""
    return EvaluatorCache([ruleset()], confirm=False)


@cache
def _legal() -> dict[str, LegalFacts]:
    return {"pl": LegalFacts(known_law("pl"), COMPANY.policy)}


class _OneCurrency:
    """The books of the drill are in PLN alone."""

    def rate(self, currency: str, day: date) -> Decimal | None:
        """See engine.ports.RateTable."""
        return Decimal(1) if currency == "PLN" else None


def working_day_of(day: date, country: str) -> bool:
    """The product's calendar."""
    return _calendar(day, country)


@dataclass(frozen=True, slots=True)
class Mirror:
    """What a complete sync brought: accounts, when it was complete, and when facts last changed."""

    accounts: Mapping[str, Account] = field(default_factory=dict)
    synced_at: datetime | None = None
    changed_at: datetime | None = None


@dataclass(slots=True)
class Run:
    """A run of a day. `mirror`: the facts it began with; `done`: batches, by their first customer."""

    id: int
    as_of: date
    mirror: Mirror
    status: str = "running"
    done: set[str] = field(default_factory=set)
    suspensions: int = 0


@dataclass(slots=True)
class Installation:
    """All that is kept. `decisions`: key -> number of its run; `first_of_two`: who approved a decision first;
    `occurrences`: key -> state; `held_runs`: those whose suspensions take two people."""

    outbox: MemoryOutbox
    log: MemoryLog = field(default_factory=MemoryLog)
    mirror: Mirror = field(default_factory=Mirror)
    services: Services = field(default_factory=Services)
    decisions: dict[str, int] = field(default_factory=dict)
    runs: list[Run] = field(default_factory=list)
    held_runs: set[int] = field(default_factory=set)
    first_of_two: dict[str, str] = field(default_factory=dict)
    occurrences: dict[str, str] = field(default_factory=dict)

    def cases(
        self, customers: Iterable[str], as_of: date, at: datetime, mirror: Mirror, hour: int | None = None
    ) -> list[tuple[CustomerCase, Ruleset]]:
        """The product's snapshots of customers."""
        accounts = [mirror.accounts[key] for key in customers]
        return list(build_cases(self._rows(accounts, as_of), self._setting(as_of, at, hour), lambda _f, _p: ruleset()))

    def case(
        self,
        source: str,
        customer: str,
        as_of: date,
        _ruleset: Ruleset,
        *,
        contact_hour: int | None,
        connection: tuple[object, datetime],
    ) -> CustomerCase:
        """As adapters.database.facts.fact_store. `connection`: a unit of work, and its moment."""
        return self.cases([customer], as_of, connection[1], self.mirror, contact_hour)[0][0]

    def _setting(self, as_of: date, at: datetime, hour: int | None) -> CaseContext:
        synced = self.mirror.synced_at
        before = [run.as_of for run in self.runs if run.status == "done" and run.as_of < as_of]
        return CaseContext(
            SOURCE,
            as_of,
            at,
            COMPANY.terms.freshness.age(synced, None, at, working_day_of),
            (as_of - max(before)).days if before else None,
            _OneCurrency(),
            working_day_of,
            known_law,
            COMPANY.terms,
            contact_hour=hour,
            _legal=_legal(),
        )

    def _rows(self, accounts: Sequence[Account], as_of: date) -> BatchRows:
        keys = {account.key for account in accounts}
        rows = [row for row in self.outbox.rows.values() if row.action.customer in keys]
        return BatchRows(
            customers=[
                CustomerRow(
                    one.key, "business", None, "PL", True, "a@x.example", None, None, None, None, None, "pl", one.key
                )
                for one in accounts
            ],
            items=[item for one in accounts for item in _items(one)],
            credits=[AmountRow(one.key, "PLN", one.credit) for one in accounts if one.credit],
            turnover=[],
            holds=[hold for one in accounts for hold in _holds(one)],
            services=[ServiceRow(one.key, "dostęp", self.services.desired(one.key), None) for one in accounts],
            actions=[line for row in rows for line in _done(row, as_of)],
            letters=[],
            bounces=[],
            doubts=[],
        )


def _items(account: Account) -> Iterable[ItemRow]:
    for item in sorted(account.items, key=lambda item: (item.due, item.key)):
        if item.open > 0:
            yield ItemRow(
                account.key,
                item.key,
                "debit",
                "PLN",
                item.open,
                item.amount,
                item.due,
                item.due,
                instalment=False,
                document_kind="invoice",
                document=item.key,
            )


def _holds(account: Account) -> Iterable[HoldRow]:
    if account.held:
        yield HoldRow(account.key, None, "manual", None)
    for item in account.items:
        if item.disputed:
            yield HoldRow(account.key, item.key, "dispute", None)


def _done(row: Row, as_of: date) -> Iterable[ActionRow]:
    """A row for each item."""
    done = row.state == "done" and row.done_on is not None and row.done_on <= as_of
    if done or row.state in PENDING_STATES:
        action = row.action
        for item in action.params["items"] or (None,):
            yield ActionRow(
                action.customer,
                action.kind,
                action.stage,
                row.state,
                row.done_on,
                action.params["rules"],
                item,
                action.as_of,
                action.channel,
            )
