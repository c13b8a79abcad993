"""A customer's account agrees with what the rules see, on every day, and as known at every moment."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from adapters.database.documents.open_items import account_of
from adapters.database.facts.snapshot_rows import read_rows
from documents.filling.account import Account, Settled
from engine.errors import NotFound
from tests.adapters.database.documents.filling.books import TODAY, Books

LATER = datetime(2026, 7, 20, 12, tzinfo=UTC)


def _account(books: Books, as_of: date, known_at: datetime = LATER, customer: str = "K1") -> Account:
    with books.engine.connect() as connection:
        return account_of(connection, "firma", customer, as_of, known_at)


def _mixed(books: Books) -> None:
    books.invoice("FV/1", "2026-03-02", "100.00", issued="2026-02-16")
    books.invoice("FV/2", "2026-03-09", "250.00", issued="2026-02-23", currency="EUR")
    books.invoice("FV/3", "2026-03-16", "75.50", issued="2026-03-02")
    books.invoice("FK/1", "2026-03-10", "-30.00", issued="2026-03-10", kind="correction")
    books.invoice("FV/9", "2026-03-10", "1.00", customer="K2")
    books.pay("FV/1", "2026-03-05", "60.00", booked="2026-03-12")
    books.pay("FV/1", "2026-03-20", "40.00")
    books.rows["allocation"].append("A9,I-FV/3,,I-FK/1,2026-03-18,20.00")
    books.rows["payment"].append("P9,K1,2026-03-04,PLN,7.00")
    books.sync(today=date(2026, 4, 1))


def test_what_is_open_is_what_the_rules_see_on_every_day(books: Books) -> None:
    _mixed(books)
    day = date(2026, 2, 15)
    while day < date(2026, 3, 25):
        with books.engine.begin() as connection:
            seen = read_rows(connection, "firma", "K1", "K1", day, LATER)
        account = _account(books, day)
        assert [(item.key, item.open_minor, item.original_minor) for item in account.open_items] == [
            (row.key, row.open_minor, row.original_minor) for row in seen.items
        ]
        totals: dict[str, int] = {}
        for credit in account.credits:
            totals[credit.currency] = totals.get(credit.currency, 0) + credit.open_minor
        assert totals == {row.currency: row.minor for row in seen.credits}
        day += timedelta(days=1)


def test_settlements_count_from_the_day_of_the_money_and_set_offs_from_when_both_were_due(books: Books) -> None:
    _mixed(books)
    items = {item.document: item for item in _account(books, TODAY).items}
    assert items["FV/1"].settled == (Settled(date(2026, 3, 5), 6000), Settled(date(2026, 3, 20), 4000))
    assert items["FV/3"].settled == (Settled(date(2026, 3, 16), 2000),)
    assert [items["FV/1"].owed(date(2026, 3, day)) for day in (5, 6, 20, 21)] == [10000, 4000, 4000, 0]


def test_a_past_belief_is_answered_as_it_was(books: Books) -> None:
    books.invoice("FV/1", "2026-03-02", "100.00")
    books.sync(today=date(2026, 4, 1))
    books.pay("FV/1", "2026-03-20", "40.00")
    books.hold("dispute", item="FV/1", day="2026-03-21", until="2026-03-25")
    books.sync(today=date(2026, 5, 1))
    [then] = _account(books, date(2026, 3, 31), datetime(2026, 4, 15, tzinfo=UTC)).items
    [now] = _account(books, date(2026, 3, 31)).items
    assert (then.open_minor, now.open_minor) == (10000, 6000)
    held = [bool(_account(books, date(2026, 3, day)).items[0].holds) for day in (20, 21, 25, 26)]
    assert held == [False, True, True, False]


def test_an_item_that_vanished_is_closed_from_that_day(books: Books) -> None:
    books.invoice("FV/1", "2026-03-02", "100.00")
    books.invoice("FV/2", "2026-03-02", "100.00")
    books.sync(today=date(2026, 4, 1))
    del books.rows["open_item"][0]
    books.sync(today=date(2026, 5, 4))
    assert [item.document for item in _account(books, date(2026, 5, 3)).open_items] == ["FV/1", "FV/2"]
    account = _account(books, date(2026, 5, 4))
    assert [item.document for item in account.open_items] == ["FV/2"]
    assert account.items[0].closed_on == date(2026, 5, 4)


def test_an_unknown_customer_is_told(books: Books) -> None:
    books.sync()
    assert _account(books, TODAY).items == ()
    with pytest.raises(NotFound):
        _account(books, TODAY, customer="K9")
