"""Balances as the books have them, only in the days and for the debtors for which they are confirmed."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from engine.errors import InvalidInput, IssueRefused, ParameterNotVerified
from tests.adapters.database.documents.filling.books import Books

NOW = date(2026, 11, 24)


def _issue(books: Books, customer: str = "K1", **given: Any) -> Any:
    return books.facts(books.issue("balance_confirmation", customer=customer, today=NOW, **given))


@pytest.mark.parametrize(
    ("first", "last", "before", "after", "year_end"),
    [
        ("2026-10-01", None, "2026-09-30", None, {}),
        ("2025-10-01", "2026-01-15", "2025-09-30", "2026-01-16", {}),
        ("2026-04-01", "2026-07-15", "2026-03-31", "2026-07-16", {"year_end": "2026-06-30"}),
    ],
)
def test_the_window_has_two_edges(
    books: Books, first: str, last: str | None, before: str, after: str | None, year_end: dict[str, str]
) -> None:
    books.invoice("FV/1", "2025-06-01", "1000.00", issued="2025-05-01")
    books.sync(today=date(2025, 9, 1))
    for day in filter(None, (first, last)):
        facts = _issue(books, as_of=day, **year_end)
        assert (facts["as_of"], facts["balance_date"]) == (day, day)
    for day in filter(None, (before, after)):
        with pytest.raises(IssueRefused, match=r"pl\.balance_confirmation\.window") as caught:
            _issue(books, as_of=day, **year_end)
        assert day in str(caught.value)


def test_the_day_of_the_balance_lies_in_the_window_too(books: Books) -> None:
    books.invoice("FV/1", "2026-06-01", "1000.00")
    books.sync()
    with pytest.raises(IssueRefused, match=r"window.*2026-09-30"):
        _issue(books, balance_date="2026-09-30")
    assert _issue(books, balance_date="2026-10-01")["balance_date"] == "2026-10-01"


def test_every_open_item_and_credit_adds_up_for_each_currency(books: Books) -> None:
    books.invoice("FV/1", "2026-10-14", "1000.00")
    books.invoice("FV/2", "2026-12-14", "200.00")
    books.invoice("FV/3", "2026-10-14", "50.00", currency="EUR")
    books.invoice("FK/1", "2026-10-20", "-30.00", kind="correction")
    books.pay("FV/1", "2026-10-31", "400.00")
    books.rows["payment"].append("P9,K1,2026-10-30,USD,5.00")
    books.sync(today=NOW)
    facts = _issue(books, balance_date="2026-10-31")
    assert [(row["document"], row["open"]["amount"]) for row in facts["rows"]] == [
        ("FV/1", "600.00"),
        ("FV/3", "50.00"),
        ("FV/2", "200.00"),
    ]
    assert [row["document"] for row in facts["credit_rows"]] == ["FK/1", "P9"]
    names = ("debit", "credit", "balance")
    assert [tuple(balance[name]["amount"] for name in names) for balance in facts["balances"]] == [
        ("50.00", "0.00", "50.00"),
        ("800.00", "30.00", "770.00"),
        ("0.00", "5.00", "-5.00"),
    ]
    earlier = _issue(books, balance_date="2026-10-29")
    assert [row["open"]["amount"] for row in earlier["rows"]] == ["1000.00", "50.00", "200.00"]


def test_it_charges_nothing_and_can_be_reproduced(books: Books) -> None:
    books.invoice("FV/1", "2026-10-14", "1000.00")
    books.sync(today=NOW)
    issued = books.issue("balance_confirmation", today=NOW)
    assert (issued.number, issued.currency, issued.due_date) == ("PS/00001/2026", None, None)
    assert books.documents.reproduce(issued.id).same


def test_not_for_a_consumer(books: Books) -> None:
    for customer in ("K1", "K2"):
        books.invoice(f"FV/{customer}", "2026-10-14", "1000.00", customer=customer)
    books.sync(today=NOW)
    with pytest.raises(IssueRefused, match=r"pl\.balance_confirmation\.consumer"):
        _issue(books, "K2")
    assert len(_issue(books)["rows"]) == 1


@pytest.mark.parametrize(
    ("reason", "rule"), [("dispute", "disputed"), ("complaint", "disputed"), ("insolvency", "doubtful")]
)
def test_not_while_an_open_item_is_disputed_or_doubtful(books: Books, reason: str, rule: str) -> None:
    books.invoice("FV/1", "2026-10-14", "1000.00")
    books.invoice("FV/2", "2026-10-14", "1000.00")
    books.hold("promise", item="FV/1")
    books.hold(reason, item="FV/2", day="2026-11-24")
    books.sync(today=NOW)
    with pytest.raises(IssueRefused, match=rf"pl\.balance_confirmation\.{rule}: .*FV/2"):
        _issue(books)
    with pytest.raises(IssueRefused, match=rule):  # disputed on the day of the letter, not yet on that of the balance
        _issue(books, balance_date="2026-10-31")
    assert len(_issue(books, as_of="2026-11-23")["rows"]) == 2


def test_a_dispute_of_what_is_paid_or_over_does_not_matter(books: Books) -> None:
    books.invoice("FV/1", "2026-10-14", "1000.00")
    books.invoice("FV/2", "2026-10-14", "1000.00")
    books.hold("dispute", item="FV/1")
    books.hold("dispute", item="FV/2", until="2026-11-23")
    books.pay("FV/1", "2026-11-02", "1000.00")
    books.sync(today=NOW)
    assert [row["document"] for row in _issue(books)["rows"]] == ["FV/2"]


def test_nothing_open_is_nothing_to_confirm(books: Books) -> None:
    books.sync(today=NOW)
    with pytest.raises(IssueRefused, match=r"pl\.balance_confirmation\.nothing"):
        _issue(books)


def test_wrong_fields_are_named(books: Books) -> None:
    books.invoice("FV/1", "2026-10-14", "1000.00")
    books.sync(today=NOW)
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"balance_date": "2026-11-25"}, "balance_date"),
        ({"as_of": "2026-11-25"}, "as_of"),
        ({"year_end": "never"}, "year_end"),
        ({"rows": []}, "rows"),
        ({"balances": []}, "balances"),
        ({"documents": ["FV/1"]}, "documents"),
        ({"reply_days": 0}, "reply_days"),
    ]
    for given, field in wrong:
        with pytest.raises(InvalidInput) as caught:
            _issue(books, **given)
        assert caught.value.field == field
    with pytest.raises(ParameterNotVerified):
        _issue(books, year_end="2027-02-28")
    assert books.documents.find() == []
