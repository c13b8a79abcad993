"""Laws of snapshots, over random books: they equal a naive recomputation, in a batch as alone."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, insert

from adapters.database.facts.fact_store import PostgresFacts
from adapters.database.facts.snapshot_rows import read_rows
from adapters.database.facts.snapshots import CaseContext, build_cases
from adapters.database.tables import metadata
from engine.facts.case import CustomerCase
from engine.facts.legal import Terms
from engine.ruleset.model import Ladder, Ruleset, Stage
from rules.parameters.loading import law
from tests.adapters.database.facts.naive_snapshots import DIGITS, LEDGER, NOTICE, STAGES, Naive, Rates, World

_T = TypeVar("_T")
SOURCES = itertools.count()
START = datetime(2026, 3, 1, tzinfo=UTC)
CUSTOMERS = ("A", "B")
#: A few, so that one reason often holds twice.
REASONS = ("insolvency", "dispute", "promise")
STATES = ("proposed", "ready", "claimed", "sending", "done", "failed", "unknown", "cancelled", "held")
#: The Polish law as it ships, and a company that supplies energy.
LAWS = {"pl": law("pl")}
TERMS = Terms(sector="energy")
RULESET = Ruleset(
    id="test.law",
    title={"pl": "x", "en": "x"},
    ledger_currency=LEDGER,
    jurisdiction="pl",
    rules=(),
    version="v",
    ladder=Ladder(tuple(Stage(name) for name in STAGES), notice=NOTICE),
)

days = st.sampled_from([date(2026, 3, 10), date(2024, 2, 29)])
currencies = st.sampled_from(["PLN", "PLN", "EUR", "JPY", "KWD", "GBP"])
units = st.integers(1, 400)
near = st.integers(-3, 2)


def amount(number: int, currency: str) -> Decimal:
    return Decimal(number).scaleb(-DIGITS[currency])


class Books:
    """Draws the rows of a world."""

    def __init__(self, draw: Callable[[st.SearchStrategy[Any]], Any], as_of: date) -> None:
        self.draw = draw
        self.as_of = as_of
        self.world = World()

    def one(self, *choices: _T) -> _T:
        drawn: _T = self.draw(st.sampled_from(choices))
        return drawn

    def day(self) -> date:
        return self.as_of + timedelta(days=self.draw(near))

    def days_ago(self, *ago: int) -> date:
        return self.as_of - timedelta(days=self.one(*ago))

    def some(self, most: int) -> range:
        return range(self.draw(st.integers(0, most)))

    def money(self, currency: str) -> Decimal:
        return amount(self.draw(units), currency)

    def put(self, table: str, key: str, always: bool = False, **columns: Callable[[], Any]) -> None:
        """One version of a fact, or two, or one that ended; `always`: believed at every moment."""
        first = 0 if always else self.draw(st.integers(0, 2))
        ends = self.draw(st.one_of(st.none(), st.integers(first + 1, first + 2)))
        versions = [(first, None)]
        if ends is not None:
            versions = [(first, ends), (ends, None)] if always or self.draw(st.booleans()) else [(first, ends)]
        for begin, end in versions:
            row = {name: value() for name, value in columns.items()}
            row |= {"key": key, "recorded_from": moment(begin), "recorded_to": None if end is None else moment(end)}
            self.world.rows.setdefault(table, []).append(row)

    def fill(self, customer: str) -> None:
        """Everything of a customer."""
        currency = self.draw(currencies)
        limit = self.one(None, 0, 100)
        self.put(
            "customer",
            customer,
            always=True,
            name=lambda: customer,
            kind=lambda: self.one("business", "consumer"),
            language=lambda: "pl",
            dunning_allowed=lambda: True,
            credit_currency=lambda: currency,
            credit_limit=lambda: None if limit is None else amount(limit, currency),
        )
        items = [self.item(customer, f"{customer}I{number}") for number in self.some(3)]
        self.allocations(customer, items)
        for number in self.some(3):
            self.put(
                "hold",
                f"{customer}H{number}",
                customer_key=lambda: customer,
                reason=lambda: self.one(*REASONS),
                item_key=lambda: self.one(None, *(key for key, _ in items)),
                placed_on=self.day,
                expires_on=lambda: self.one(None, self.day()),
            )
        for number in self.some(2):
            key = f"{customer}S{number}"
            self.put(
                "service",
                key,
                customer_key=lambda: customer,
                name=lambda: "Internet",
                sector=lambda: self.one(None, "telecom", "water", "default"),
            )
            if self.draw(st.booleans()):
                state = {"customer_key": customer, "key": key, "desired": self.one("active", "suspended")}
                rows = self.world.rows.setdefault("service_state", [])
                rows.append({**state, "recorded_from": moment(0), "recorded_to": None})
        for number in self.some(2):
            self.doubt(customer, f"{customer}Q{number}")
        for _ in self.some(2):
            letter = {"customer_key": customer, "issue_date": self.day(), "kind": self.one("interest_note", "proforma")}
            self.world.rows.setdefault("issued_document", []).append(letter)
        for _ in self.some(4):
            self.action(customer, [key for key, _ in items])

    def doubt(self, customer: str, key: str) -> None:
        """Doubt about the customer's books, about all books, or about money of the customer."""
        whose = self.one("money", "customer", "everyone")
        currency = self.draw(currencies) if whose == "money" else None
        self.put(
            "doubt",
            key,
            **dict.fromkeys(("code", "tab", "file", "column", "value", "reason"), lambda: ""),
            customer_key=lambda: None if whose == "everyone" else customer,
            currency=lambda: currency,
            day=lambda: self.day() if currency else None,
            amount=lambda: self.money(currency) if currency else None,
        )

    def item(self, customer: str, key: str) -> tuple[str, str]:
        """An open item with its document; key and currency."""
        currency = self.draw(currencies)
        issued = self.as_of - timedelta(days=self.one(*range(-1, 3), 364, 365, 366))
        self.put(
            "document",
            f"D{key}",
            always=True,
            customer_key=lambda: customer,
            number=lambda: key,
            issue_date=lambda: issued,
            kind=lambda: self.one("invoice", "receipt", "correction", "proforma"),
            currency=lambda: currency,
            gross=lambda: self.money(currency),
            net=lambda: self.one(None, self.money(currency), -self.money(currency)),
        )
        self.put(
            "open_item",
            key,
            customer_key=lambda: customer,
            document_key=lambda: f"D{key}",
            issue_date=lambda: issued,
            due_date=lambda: max(issued, self.one(self.day(), self.days_ago(40, 400))),
            claim=lambda: self.one(None, None, "carriage", "judgment"),
            currency=lambda: currency,
            amount=lambda: self.money(currency),
            direction=lambda: self.one("debit", "debit", "credit"),
            instalment=lambda: self.draw(st.booleans()),
            closed_on=lambda: self.one(None, None, None, self.day()),
        )
        return key, currency

    def allocations(self, customer: str, items: list[tuple[str, str]]) -> None:
        """Payments and what settles the items: payments, credit items, or nobody knows what."""
        payments = [self.payment(customer, f"{customer}P{number}") for number in self.some(2)]
        for number in self.some(3) if items else ():
            settled, currency = self.one(*items)
            paying = [key for key, other in payments if other == currency]
            crediting = [key for key, other in items if other == currency]
            self.allocation(f"{customer}L{number}", settled, currency, self.one(None, *paying), self.one(*crediting))

    def payment(self, customer: str, key: str) -> tuple[str, str]:
        """A payment; key and currency."""
        currency = self.draw(currencies)
        self.put(
            "payment",
            key,
            customer_key=lambda: customer,
            paid_on=self.day,
            currency=lambda: currency,
            amount=lambda: self.money(currency),
        )
        return key, currency

    def allocation(self, key: str, item: str, currency: str, payment: str | None, credit: str | None) -> None:
        self.put(
            "allocation",
            key,
            item_key=lambda: item,
            allocated_on=self.day,
            amount=lambda: self.money(currency),
            payment_key=lambda: payment,
            credit_item_key=lambda: None if payment else self.one(None, credit),
        )

    def action(self, customer: str, items: list[str]) -> None:
        kind = self.one("remind", "remind", "remind", "suspend", "reinstate", "notify", "notify")
        state = self.one(*STATES, "done", "done")
        self.world.rows.setdefault("action", []).append(
            {
                "customer_key": customer,
                "kind": kind,
                "state": state,
                "as_of": self.day(),
                "stage": self.one(*STAGES, "of another ladder") if kind == "remind" else None,
                "done_on": self.one(self.day(), self.days_ago(9, 16, 20)) if state == "done" else None,
                "rules": [self.one("r1", "r2")],
                "items": self.draw(st.lists(st.sampled_from(items), unique=True)) if items and kind == "remind" else [],
            }
        )


def moment(hour: int) -> datetime:
    return START + timedelta(hours=hour)


@st.composite
def worlds(draw: Callable[[st.SearchStrategy[Any]], Any]) -> tuple[World, date, datetime]:
    """A world, a day, and a moment of knowledge, which may be the very moment at which a version begins or ends."""
    as_of = draw(days)
    books = Books(draw, as_of)
    for customer in CUSTOMERS:
        books.fill(customer)
    return books.world, as_of, moment(draw(st.integers(0, 4)))


def write(connection: Connection, source: str, world: World) -> None:
    """Put a world into the tables."""
    for table, rows in world.rows.items():
        if table == "issued_document":
            for number, row in enumerate(rows):
                add(connection, table, source=source, series="main", year=2026, ordinal=number, number=str(number),
                    language="pl", inputs={}, recipe="", pdf_sha256="", json_sha256="", issued_at=START, issued_by="x",
                    entry_id=1, **row)  # fmt: skip
        elif table == "action":
            write_actions(connection, source, rows)
        elif table == "service_state":
            for row in rows:
                add(
                    connection,
                    table,
                    source=source,
                    customer_key=row["customer_key"],
                    service_key=row["key"],
                    desired=row["desired"],
                    version=1,
                    decided_by="x",
                    decided_on=START.date(),
                )
        else:
            plain = [{**row, "source": source, "digest": row["key"]} for row in rows]
            connection.execute(insert(metadata.tables[table]), plain)


def add(connection: Connection, table: str, **values: Any) -> int:
    result = connection.execute(insert(metadata.tables[table]).values(**values))
    return int(result.inserted_primary_key[0]) if table in {"run", "action"} else 0


def write_actions(connection: Connection, source: str, rows: list[dict[str, Any]]) -> None:
    run = add(
        connection,
        "run",
        source=source,
        as_of=START.date(),
        known_at=START,
        status="running",
        versions={},
        started_at=START,
    )
    for number, row in enumerate(rows):
        key = f"{source}:{number}"
        shared = {
            "source": source,
            "customer_key": row["customer_key"],
            "kind": row["kind"],
            "stage": row["stage"],
            "as_of": row["as_of"],
        }
        add(
            connection,
            "decision",
            key=key,
            run_id=run,
            rules=row["rules"],
            ruleset="x",
            version="x",
            entry_id=1,
            **shared,
        )
        action = add(
            connection,
            "action",
            key=key,
            decision_key=key,
            channel="email",
            params={},
            state=row["state"],
            done_on=row["done_on"],
            created_at=START,
            updated_at=START,
            **shared,
        )
        for item in row["items"]:
            add(connection, "action_item", action_id=action, item_key=item, source=source, currency="PLN", open_minor=1)


def always(_day: date, _country: str) -> bool:
    return True


def assert_equal(case: CustomerCase, naive: Naive) -> None:
    shared = naive.customer_facts()
    assert {name: case.customer.facts[name] for name in shared} == shared
    lines = {line.key: line for line in case.lines}
    assert {line.key: line.open_minor for line in case.lines} == {key: left for key, (_, left) in naive.items.items()}
    assert [item.key for item in case.items] == [line.key for line in case.lines]
    assert [(line.due_date, line.key) for line in case.lines] == sorted((one.due_date, one.key) for one in case.lines)
    for item in case.items:
        # a customer's on_hold and hold_reason are the item's own in its snapshot
        assert item.facts == case.customer.facts | shared | naive.item_facts(item.key)
        line = lines[item.key]
        assert line.hold_until == naive.rest(item.key)["until"]
        assert (list(line.sent), line.pending) == (naive.sent(item.key), naive.pending_stage(item.key))
    assert case.credits == naive.credits()
    assert case.hold_until == naive.rest(None)["until"]
    assert (case.pending, case.notified) == (naive.pending_kinds(), naive.notified())


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(worlds())
def test_snapshots_equal_a_naive_recomputation(database: Engine, drawn: tuple[World, date, datetime]) -> None:
    world, as_of, known_at = drawn
    source = f"s{next(SOURCES)}"
    context = CaseContext(source, as_of, known_at, None, None, Rates(), always, LAWS.get, TERMS)
    with database.begin() as connection:
        write(connection, source, world)
        rows = read_rows(connection, source, CUSTOMERS[0], CUSTOMERS[-1], as_of, known_at)
    cases: Mapping[str, CustomerCase] = {
        case.customer.key: case for case, _ in build_cases(rows, context, lambda _facts, _pinned: RULESET)
    }
    assert set(cases) == set(CUSTOMERS)
    for customer, case in cases.items():
        assert_equal(case, Naive(world, customer, as_of, known_at))
    facts = PostgresFacts(database, Rates(), always, lambda: known_at, law=LAWS.get, terms=lambda _source: TERMS)
    assert facts.case(source, "A", as_of, RULESET, known_at=known_at) == cases["A"]
