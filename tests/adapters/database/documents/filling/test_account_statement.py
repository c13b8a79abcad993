"""Every statement adds up, and its balances are those of the finances on the same day, whatever the books hold."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest

from adapters.database.documents.account_movements import holdings_of
from adapters.database.facts.fact_store import PostgresFacts
from adapters.finance.rates.nbp import NbpRates
from adapters.finance.working_days import WorkingDays
from documents.filling.movements import movements
from engine.errors import InvalidInput, IssueRefused
from engine.facts.legal import Terms
from engine.money import Money
from rules.parameters.loading import known_law, law
from tests.adapters.database.documents.filling.books import TODAY, Books

NOON = datetime(2026, 7, 20, 12, tzinfo=UTC)
DAYS = [date(2025, 12, 31), date(2026, 2, 14), date(2026, 4, 30), date(2026, 6, 3), TODAY]


def _statement(books: Books, *, customer: str = "K1", today: date = TODAY, **given: Any) -> Any:
    return books.facts(books.issue("account_statement", customer=customer, today=today, **given))


def _finances(books: Books, customer: str, day: date) -> Mapping[str, tuple[int, int]]:
    """Balance and overdue debt by currency, minor units."""
    facts = PostgresFacts(
        books.engine, NbpRates(), WorkingDays(known_law), lambda: NOON, law=law, terms=lambda _: Terms()
    )
    found: Any = facts.finances("firma", customer, day, day, None, day)
    minor = Money.of
    return {
        row["currency"]: (
            minor(row["open"], row["currency"]).minor - minor(row["credits"], row["currency"]).minor,
            minor(row["overdue"], row["currency"]).minor,
        )
        for row in found["debt"]["by_currency"]
    }


def _random_customer(books: Books, key: str, chance: Random) -> None:
    """Documents, payments and settlements without much sense: ahead of the money, beyond it, of others' money."""

    def day(first: date = date(2025, 10, 1)) -> date:
        return first + timedelta(days=chance.randrange(270))

    books.rows["customer"].append(f"{key},business,Dom")
    currency = chance.choice(["PLN", "EUR"])
    debits: list[str] = []
    credits_: list[str] = []
    payments: list[str] = []
    for number in range(chance.randint(1, 6)):
        issued, negative = day(), chance.random() < 0.25
        name, due = f"{key}/{number}", issued + timedelta(days=chance.randrange(40))
        amount = Decimal(chance.randint(1, 50_000)) / 100
        books.invoice(
            name,
            str(due),
            str(-amount if negative else amount),
            customer=key,
            currency=currency,
            issued=str(issued),
            kind="correction" if negative else "invoice",
        )
        (credits_ if negative else debits).append(f"I-{name}")
    for number in range(chance.randint(0, 4)):
        payments.append(f"P-{key}/{number}")
        amount = Decimal(chance.randint(1, 50_000)) / 100
        books.rows["payment"].append(f"{payments[-1]},{key},{day()},{currency},{amount}")
    for number in range(chance.randint(0, 8) if debits else 0):
        kinds: list[tuple[str, str]] = [("P-X", "")]
        kinds += [(payment, "") for payment in payments] + [("", credit) for credit in credits_]
        payment, credit = chance.choice(kinds)
        amount = Decimal(chance.randint(1, 30_000)) / 100
        books.rows["allocation"].append(f"A-{key}/{number},{chance.choice(debits)},{payment},{credit},{day()},{amount}")


@pytest.mark.parametrize("seed", [1, 2])
def test_movements_make_the_balance_and_the_debt_of_the_finances_on_every_day(books: Books, seed: int) -> None:
    chance = Random(seed)  # noqa: S311 - books for a test, not secrets
    keys = [f"R{number}" for number in range(40)]
    books.rows["payment"].append("P-X,K2,2026-01-31,PLN,99999.00")
    for key in keys:
        _random_customer(books, key, chance)
    books.sync()
    books.rows["open_item"] = [row for row in books.rows["open_item"] if chance.random() < 0.8]
    left = {row.split(",")[0] for row in books.rows["open_item"]}
    books.rows["allocation"] = [row for row in books.rows["allocation"] if row.split(",")[1] in left]
    books.rows["allocation"] = [row for row in books.rows["allocation"] if row.split(",")[3] in {"", *left}]
    books.sync()
    seen = set()
    for key in keys:
        with books.engine.connect() as connection:
            held = holdings_of(connection, "firma", key, NOON)
        for day in DAYS:
            moved, overdue = movements(*held, day)
            balances: dict[str, int] = {}
            for one in moved:
                balances[one.currency] = balances.get(one.currency, 0) + one.minor
            expected = _finances(books, key, day)
            assert {c: (b, overdue.get(c, 0)) for c, b in balances.items() if b or overdue.get(c)} == {
                c: pair for c, pair in expected.items() if any(pair)
            }, (key, day)
            seen |= {one.kind for one in moved}
    assert seen == {"invoice", "correction", "payment", "settlement", "closing"}


def test_what_is_known_and_shown_in_a_period(books: Books) -> None:
    books.invoice("FV/1", "2026-02-01", "100.00", issued="2026-01-10")
    books.invoice("FV/2", "2026-03-01", "250.00", issued="2026-02-10")
    books.invoice("FV/3", "2026-05-01", "9.00", issued="2026-04-02", currency="EUR")
    books.invoice("FK/1", "2026-02-20", "-30.00", issued="2026-02-20", kind="correction")
    books.pay("FV/1", "2026-02-12", "60.00", booked="2026-02-15")
    books.sync()
    [euro, zloty] = _statement(books, first="2026-02-01", last="2026-06-30")["currencies"]
    assert [
        (
            row["day"],
            row["kind"],
            row["document"],
            row["debit"]["amount"],
            row["credit"]["amount"],
            row["balance"]["amount"],
        )
        for row in zloty["movements"]
    ] == [
        ("2026-02-10", "invoice", "FV/2", "250.00", "0.00", "350.00"),
        ("2026-02-12", "payment", "P0", "0.00", "60.00", "290.00"),
        ("2026-02-20", "correction", "FK/1", "0.00", "30.00", "260.00"),
    ]
    names = ("opening", "debit", "credit", "closing", "overdue")
    assert [zloty[name]["amount"] for name in names] == ["100.00", "250.00", "90.00", "260.00", "290.00"]
    assert [euro[name]["amount"] for name in names] == ["0.00", "9.00", "0.00", "9.00", "9.00"]


def test_twelve_months_to_today_are_stated_without_a_period(books: Books) -> None:
    books.invoice("FV/1", "2025-08-01", "100.00", issued="2025-07-20")
    books.invoice("FV/2", "2025-08-01", "10.00", issued="2025-07-21")
    books.sync()
    facts = _statement(books)
    assert (facts["first"], facts["last"]) == ("2025-07-21", "2026-07-20")
    [account] = facts["currencies"]
    assert (account["opening"]["amount"], [row["document"] for row in account["movements"]]) == ("100.00", ["FV/2"])


def test_what_we_issued_counts_before_the_books_know_it(books: Books) -> None:
    books.invoice("FV/1", "2026-04-20", "1000.00")
    books.sync()
    note = books.issue("interest_note")
    [account] = _statement(books)["currencies"]
    assert [(row["kind"], row["document"]) for row in account["movements"]] == [
        ("invoice", "FV/1"),
        ("interest_note", note.number),
    ]
    assert Money.of(account["closing"]["amount"], "PLN").minor == _finances(books, "K1", TODAY)["PLN"][0]


def test_an_item_the_books_dropped_is_closed_on_that_day(books: Books) -> None:
    books.invoice("FV/1", "2026-03-02", "100.00")
    books.invoice("FV/2", "2026-03-02", "40.00")
    books.pay("FV/1", "2026-03-10", "30.00")
    books.sync(today=date(2026, 4, 1))
    del books.rows["open_item"][0]
    del books.rows["allocation"][0]
    books.sync(today=date(2026, 5, 4))
    [account] = _statement(books)["currencies"]
    [closing] = [row for row in account["movements"] if row["kind"] == "closing"]
    assert (closing["day"], closing["document"]) == ("2026-05-04", "FV/1")
    assert Money.of(account["closing"]["amount"], "PLN").minor == _finances(books, "K1", TODAY)["PLN"][0]


def test_it_charges_nothing_and_can_be_reproduced(books: Books) -> None:
    books.invoice("FV/1", "2026-03-02", "100.00")
    books.sync()
    issued = books.issue("account_statement")
    assert (issued.number, issued.currency, issued.due_date) == ("WK/00001/2026", None, None)
    assert books.documents.reproduce(issued.id).same


def test_nothing_owed_and_nothing_moved_is_no_statement(books: Books) -> None:
    books.invoice("FV/1", "2026-03-02", "100.00", issued="2026-02-02")
    books.sync()
    for customer, last in (("K2", "2026-07-20"), ("K1", "2026-02-01")):
        with pytest.raises(IssueRefused, match=r"account_statement\.nothing"):
            _statement(books, customer=customer, last=last)


def test_wrong_fields_are_named(books: Books) -> None:
    books.invoice("FV/1", "2026-03-02", "100.00")
    books.sync()
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"last": "2026-07-21"}, "last"),
        ({"first": "2026-07-20", "last": "2026-07-19"}, "first"),
        ({"first": "soon"}, "first"),
        ({"currencies": []}, "currencies"),
        ({"as_of": "2026-07-01", "last": "2026-07-02"}, "last"),
        ({"rows": []}, "rows"),
    ]
    for given, field in wrong:
        with pytest.raises(InvalidInput) as caught:
            _statement(books, **given)
        assert caught.value.field == field
