"""What was issued counts in turnover and debt at once, and once: until the books know it, and never beside them."""

from __future__ import annotations

import itertools
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from adapters.database.facts.fact_store import PostgresFacts
from adapters.database.facts.snapshot_rows import read_rows
from adapters.finance.working_days import WorkingDays
from engine.facts.legal import Terms
from rules.parameters.loading import known_law
from tests.adapters.database.documents.document_issuer import model
from tests.adapters.database.documents.settling_books import TODAY, Books

_NEXT = itertools.count(1)
#: The books enter every invoice wrongly, so that it shows whose amount counted: ours is 100.00 net, 123.00 gross.
BOOKED = Decimal(200)


class Rates:
    """Euro alone."""

    def rate(self, currency: str, _day: date) -> Decimal | None:
        return {"PLN": Decimal(1), "EUR": Decimal("4.25")}.get(currency)


def finances(books: Books, customer: str) -> Any:
    """As the API shows them."""
    facts = PostgresFacts(
        books.database, Rates(), WorkingDays(known_law), lambda: books.now, law=known_law, terms=lambda _source: Terms()
    )
    return facts.finances("test", customer, TODAY - timedelta(days=365), TODAY, None, TODAY)


def turnover(books: Books, customer: str, known_at: Any = None) -> Decimal:
    """What rules are told of (turnover_12m), before it is converted."""
    with books.database.begin() as connection:
        rows = read_rows(connection, "test", customer, customer, TODAY, known_at or books.now)
    return sum((Decimal(row.minor).scaleb(-2) for row in rows.turnover), Decimal(0))


class Story:
    """One customer, and what his turnover and debt must be."""

    def __init__(self, books: Books) -> None:
        self.books = books
        self.customer = f"E{next(_NEXT)}"
        books.customers.append(f"{self.customer},Ewa")
        books.sync()
        self.numbers: list[str] = []
        self.known: set[str] = set()
        self.open: dict[str, Decimal] = {}
        self.told: list[tuple[Any, Decimal]] = []

    def do(self, what: str, which: int) -> None:
        """Let something happen a minute later, to one of the documents."""
        books = self.books
        books.now += timedelta(minutes=1)
        number = self.numbers[which % len(self.numbers)] if self.numbers else None
        if what == "issue":
            self.numbers.append(books.issue(customer=self.customer).number)
        elif what == "sync":
            self.sync()
        elif number is None:
            return
        elif what == "book":
            books.book(number, str(BOOKED), customer=self.customer)
        elif number in books.documents and what == "pay":
            books.payments.setdefault(f"P{number}", (number, str(1 + which)))
        elif number in books.documents and what == "vanish":
            books.vanish(number)

    def sync(self) -> None:
        """Mirror the books, and note what they say."""
        self.books.sync()
        self.known |= set(self.numbers) & set(self.books.documents)
        paid = {number: Decimal(amount) for number, amount in self.books.payments.values()}
        self.open = {
            number: BOOKED - paid.get(number, Decimal(0)) for number in self.numbers if number in self.books.documents
        }

    def check(self) -> None:
        """Everything counts once: theirs where they know it, ours where they do not."""
        unknown = [number for number in self.numbers if number not in self.known]
        expected = len(self.known) * BOOKED + len(unknown) * 100
        money = finances(self.books, self.customer)
        assert turnover(self.books, self.customer) == Decimal(money["turnover"]["net"]) == expected
        debt = sum(self.open.values(), Decimal(0)) + len(unknown) * 123
        assert Decimal(money["debt"]["total"]) == debt
        assert sorted(item["document"] for item in money["open_items"] if not item["booked"]) == sorted(unknown)
        assert Decimal(money["credit_limit"]["used"]) == debt
        self.told.append((self.books.now, expected))


@pytest.fixture
def books(database: Engine, tmp_path: Path) -> Books:
    return Books(database, tmp_path)


def test_nothing_counts_twice_or_not_at_all_whatever_happens_in_whatever_order(books: Books) -> None:
    steps = st.lists(
        st.tuples(st.sampled_from(["issue", "issue", "book", "pay", "vanish", "sync"]), st.integers(0, 5)),
        min_size=4,
        max_size=12,
    )

    # a story takes a second, so a wrong one is told as it is and not made smaller
    @settings(
        max_examples=12,
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )
    @given(steps)
    def play(events: list[tuple[str, int]]) -> None:
        story = Story(books)
        for event in (("issue", 0), *events, ("book", 0), ("sync", 0)):
            story.do(*event)
            story.check()
        for moment, expected in story.told:  # what was known then stays what was known then
            assert turnover(books, story.customer, moment) == expected

    play()


def test_a_correction_lowers_turnover_and_debt_at_once(books: Books) -> None:
    books.sync()
    invoice = books.issue()
    line = model()["lines"][0]
    books.issue(
        "correcting_invoice",
        corrected={"number": invoice.number, "issue_date": str(TODAY)},
        reason="zwrot",
        changes=[{"position": 1, "before": line, "after": {**line, "price": "40.00"}}],
    )
    money = finances(books, "C1")
    assert (turnover(books, "C1"), money["turnover"]["gross"]) == (Decimal(40), "49.20")
    assert (money["debt"]["total"], money["debt"]["credits"], money["debt"]["balance"]) == ("123.00", "73.80", "49.20")


def test_a_proforma_and_what_was_paid_before_are_no_debt(books: Books) -> None:
    books.sync()
    books.issue("proforma")
    books.issue(payment={"form": "cash", "paid_on": str(TODAY)})
    money = finances(books, "C1")
    assert (money["turnover"]["net"], money["debt"]["total"], money["open_items"]) == ("100.00", "0.00", [])


def test_another_customer_and_another_day_have_none_of_it(books: Books) -> None:
    books.sync()
    books.issue()
    assert turnover(books, "C2") == 0
    with books.database.begin() as connection:
        before = read_rows(connection, "test", "C1", "C1", TODAY - timedelta(days=1), books.now)
        year = read_rows(connection, "test", "C1", "C1", TODAY + timedelta(days=365), books.now)
    assert (before.turnover, year.turnover) == ([], [])
