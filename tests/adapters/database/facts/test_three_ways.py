"""The same situation is the same case, whether the books, a caller of the API or a rule's case tells of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from adapters.database.facts.snapshot_rows import read_rows
from adapters.database.facts.snapshots import CaseContext, build_cases
from api.v1.schemas.fields import WrittenAmount
from api.v1.supplied import supplied_case
from engine.facts.case import CustomerCase
from engine.facts.catalogue import CATALOGUE, HOLD_REASONS, SECTORS
from engine.facts.legal import Terms
from engine.ruleset.condition import FactValue
from rules.cases.baseline import AS_OF
from rules.cases.runner import case_of
from rules.language.cases import Case
from tests.adapters.database.facts.naive_snapshots import STAGES, Rates, World
from tests.adapters.database.facts.test_snapshots_law import LAWS, RULESET, SOURCES, always, moment, write


@dataclass(frozen=True)
class Situation:
    """A customer with one invoice. Amounts in grosz; `late`: days past due; `sent`: stage -> days ago."""

    amount: int = 1000_00
    late: int = 40
    customer_kind: str = "business"
    country: str | None = "PL"
    segment: str | None = None
    claim: str | None = None
    credit: int = 0
    limit: int | None = None
    hold: str | None = None
    sector: str | None = None
    suspended: bool = False
    sent: Mapping[str, int] = field(default_factory=dict)

    @property
    def issued(self) -> date:
        return AS_OF - timedelta(days=self.age)

    @property
    def age(self) -> int:
        return max(self.late, 0) + 14

    @property
    def due(self) -> date:
        return AS_OF - timedelta(days=self.late)

    @property
    def turnover(self) -> int:
        return self.amount if self.age < 365 else 0

    def customer(self, source: str) -> dict[str, FactValue]:
        """What is known of the customer, as facts."""
        return {
            "source": source,
            "customer_kind": self.customer_kind,
            "country": self.country,
            "segment": self.segment,
            "credit_amount": self.credit,
            "credit_limit": self.limit,
            "turnover_12m": self.turnover,
            "has_service": self.sector is not None,
            "sector": self.sector,
            "suspended": self.suspended,
            "source_age_hours": 1,
            "days_since_last_run": 1,
            "on_hold": self.hold is not None,
            "hold_reason": self.hold,
        }

    def item(self) -> dict[str, FactValue]:
        """What is known of the invoice, as facts."""
        told: dict[str, FactValue] = {
            "open_amount": self.amount,
            "days_past_due": self.late,
            "days_since_issue": self.age,
            "disputed": self.hold in {"dispute", "complaint"},
        }
        return told if self.claim is None else {**told, "claim_kind": self.claim}


def by_the_books(database: Engine, source: str, one: Situation) -> CustomerCase:
    believed = {"recorded_from": moment(0), "recorded_to": None}
    shared = {**believed, "customer_key": "A"}
    major = Decimal(one.amount).scaleb(-2)
    world = World()
    world.rows["customer"] = [
        {
            "key": "A",
            "name": "A",
            "kind": one.customer_kind,
            "language": "pl",
            "country": one.country,
            "segment": one.segment,
            "email": "a@example.com",
            "dunning_allowed": True,
            "credit_currency": None,
            "credit_limit": None if one.limit is None else Decimal(one.limit).scaleb(-2),
            **believed,
        }
    ]
    world.rows["document"] = [
        {
            "key": "D",
            "kind": "invoice",
            "number": "1/2026",
            "issue_date": one.issued,
            "currency": "PLN",
            "gross": major,
            **shared,
        }
    ]
    world.rows["open_item"] = [
        {
            "key": "item",
            "document_key": "D",
            "issue_date": one.issued,
            "due_date": one.due,
            "currency": "PLN",
            "amount": major,
            "direction": "debit",
            "instalment": False,
            "claim": one.claim,
            **shared,
        }
    ]
    if one.credit:
        world.rows["payment"] = [
            {"key": "P", "paid_on": AS_OF, "currency": "PLN", "amount": Decimal(one.credit).scaleb(-2), **shared}
        ]
    if one.hold:
        world.rows["hold"] = [{"key": "H", "reason": one.hold, "placed_on": AS_OF, "expires_on": None, **shared}]
    if one.sector:
        world.rows["service"] = [{"key": "S", "name": "Internet", "sector": one.sector, **shared}]
        if one.suspended:
            world.rows["service_state"] = [{"key": "S", "customer_key": "A", "desired": "suspended"}]
    world.rows["action"] = [
        {
            "customer_key": "A",
            "kind": "remind",
            "state": "done",
            "stage": stage,
            "rules": ["r"],
            "items": ["item"],
            "as_of": AS_OF,
            "done_on": AS_OF - timedelta(days=ago),
        }
        for stage, ago in one.sent.items()
    ]
    context = CaseContext(source, AS_OF, moment(1), 1, 1, Rates(), always, LAWS.get, Terms())
    with database.begin() as connection:
        write(connection, source, world)
        rows = read_rows(connection, source, "A", "A", AS_OF, context.known_at)
    ((case, _),) = build_cases(rows, context, lambda _facts, _pinned: RULESET)
    return case


def by_request(source: str, one: Situation) -> CustomerCase:
    sent = [{"stage": stage, "day": AS_OF - timedelta(days=ago)} for stage, ago in one.sent.items()]
    item = {"key": "item", "document": "1/2026", "facts": wire(one.item()), "sent": sent}
    return supplied_case(wire(one.customer(source)), [item], RULESET, AS_OF, always).case


def wire(facts: Mapping[str, FactValue]) -> dict[str, Any]:
    """As a request is loaded."""
    money = {fact.name for fact in CATALOGUE if fact.type == "money"}
    return {
        name: WrittenAmount(Decimal(value).scaleb(-2)) if name in money and value is not None else value
        for name, value in facts.items()
    }


def by_rule_case(source: str, one: Situation) -> CustomerCase:
    return case_of(Case("", "item", {**one.customer(source), **one.item()}, (), one.sent), RULESET)


@st.composite
def situations(draw: st.DrawFn) -> Situation:
    sector = draw(st.none() | st.sampled_from(sorted(set(SECTORS) - {"water"})))
    late = draw(st.sampled_from([-3, 0, 1, 31, 45, 800]))
    return Situation(
        amount=draw(st.integers(1, 10**7)),
        late=late,
        customer_kind=draw(st.sampled_from(["business", "consumer"])),
        country=draw(st.sampled_from([None, "PL", "DE"])),
        segment=draw(st.sampled_from([None, "vip"])),
        claim=draw(st.sampled_from([None, "carriage", "judgment"])),
        credit=draw(st.sampled_from([0, 1, 5000_00])),
        limit=draw(st.sampled_from([None, 0, 700_00])),
        hold=draw(st.none() | st.sampled_from(HOLD_REASONS)),
        sector=sector,
        suspended=sector is not None and draw(st.booleans()),
        sent=dict(zip(draw(st.permutations(STAGES)), draw(st.sets(st.sampled_from([0, 1, 6, 16, 20]))), strict=False)),
    )


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(situations())
def test_a_situation_is_one_case_whoever_tells_of_it(database: Engine, one: Situation) -> None:
    source = f"w{next(SOURCES)}"
    books, request, rule_case = by_the_books(database, source, one), by_request(source, one), by_rule_case(source, one)
    for told in (request, rule_case):
        assert told.facts == books.facts
        assert [item.facts for item in told.items] == [item.facts for item in books.items]
        assert told.lines == books.lines
