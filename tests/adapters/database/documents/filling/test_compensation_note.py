"""40, 70 and 100 euro for late payments: thresholds, rate of exchange, and nothing twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from documents.kinds.compensation_note.fill import euro
from engine.errors import InvalidInput, IssueRefused, ParameterNotVerified, RateMissing
from engine.law.policy import Policy
from rules.parameters.loading import law
from tests.adapters.database.documents.filling.books import Books

#: Before every month of the parameters.
START = date(2015, 12, 31)


def _amounts(books: Books, **given: Any) -> dict[str, tuple[str, str]]:
    facts = books.facts(books.issue("compensation_note", **given))
    return {row["document"]: (row["lump"]["amount"], row["amount"]["amount"]) for row in facts["rows"]}


def test_each_side_of_the_thresholds_in_euro_and_in_pln(books: Books) -> None:
    """Art. 10 par. 1: to 5,000.00 PLN 40 euro; above 70; from 50,000.00 100. April 2026: 4.2894 of 2026-03-31."""
    for key, amount in (("A", "5000.00"), ("B", "5000.01"), ("C", "49999.99"), ("D", "50000.00")):
        books.invoice(key, "2026-04-01", amount)
    books.sync()
    assert _amounts(books) == {
        "A": ("40.00", "171.58"),
        "B": ("70.00", "300.26"),
        "C": ("70.00", "300.26"),
        "D": ("100.00", "428.94"),
    }


def test_the_rate_is_that_of_the_month_in_which_the_moved_due_date_lies(books: Books) -> None:
    """2026-05-31 is a Sunday: the claim matures in June, so the rate is of the end of May."""
    books.invoice("A", "2026-05-31", "1000.00")
    books.sync()
    [row] = books.facts(books.issue("compensation_note"))["rows"]
    assert (row["maturity"], row["conversion"]["day"]) == ("2026-06-01", "2026-05-29")


def test_the_claim_is_what_was_not_paid_in_time(books: Books) -> None:
    books.invoice("A", "2026-04-01", "5100.00")
    books.invoice("B", "2026-04-01", "5100.00")
    books.pay("A", "2026-04-01", "100.00")
    books.pay("B", "2026-04-02", "5100.00")
    books.sync()
    assert {key: lump for key, (lump, _) in _amounts(books).items()} == {"A": "40.00", "B": "70.00"}


def test_a_claim_in_euro_is_measured_at_the_rate_of_the_same_day(books: Books) -> None:
    books.invoice("A", "2026-04-01", "1165.00", currency="EUR")
    books.invoice("B", "2026-04-01", "1166.00", currency="EUR")
    books.sync()
    note = books.issue("compensation_note")
    rows = {row["document"]: row for row in books.facts(note)["rows"]}
    assert [(rows[key]["claim_pln"]["amount"], rows[key]["lump"]["amount"]) for key in "AB"] == [
        ("4997.15", "40.00"),
        ("5001.44", "70.00"),
    ]
    assert (note.currency, note.gross_minor, rows["A"]["claim_rate"]["day"]) == ("PLN", 17158 + 30026, "2026-03-31")


def test_never_from_a_consumer_and_from_a_public_body(books: Books) -> None:
    books.invoice("A", "2026-04-01", "1000.00", customer="K2")
    books.invoice("B", "2026-04-01", "1000.00", customer="K3")
    books.sync()
    with pytest.raises(IssueRefused, match=r"pl\.compensation_note\.consumer"):
        books.issue("compensation_note", customer="K2")
    assert books.issue("compensation_note", customer="K3").gross_minor == 17158


def test_not_twice_for_an_item_and_the_oldest_ten_first(books: Books) -> None:
    for day in range(1, 13):
        books.invoice(f"F{day:02d}", f"2026-04-{day + 12}", "1000.00")
    books.sync()
    assert list(_amounts(books)) == [f"F{day:02d}" for day in range(1, 11)]
    with pytest.raises(IssueRefused, match=r"pl\.compensation_note\.claimed"):
        books.issue("compensation_note", documents=["F01"])
    assert list(_amounts(books)) == ["F11", "F12"]
    with pytest.raises(IssueRefused, match=r"pl\.compensation_note\.nothing"):
        books.issue("compensation_note")


def test_a_letter_of_one_compensation_has_the_largest(books: Books) -> None:
    books.company = replace(books.company, policy=Policy(compensation_per="letter"))
    books.invoice("A", "2026-04-01", "1000.00")
    books.invoice("B", "2026-04-02", "20000.00")
    books.sync()
    assert list(_amounts(books)) == ["B"]


def test_interest_and_compensation_do_not_hinder_each_other(books: Books) -> None:
    books.invoice("A", "2026-04-01", "1000.00")
    books.sync()
    assert books.issue("interest_note").number == "NO/00001/2026"
    assert books.issue("compensation_note").number == "NR/00001/2026"


def test_a_debt_begins_to_be_late_on_the_day_after_the_due_date(books: Books) -> None:
    books.invoice("A", "2026-04-01", "1000.00")
    books.invoice("B", "2026-04-01", "1000.00")
    books.pay("B", "2026-04-01", "1000.00")
    books.sync(today=date(2026, 4, 1))
    with pytest.raises(IssueRefused, match=r"A \(not due\)"):
        books.issue("compensation_note", today=date(2026, 4, 1))
    with pytest.raises(IssueRefused, match=r"pl\.compensation_note\.paid_in_time"):
        books.issue("compensation_note", today=date(2026, 4, 2), documents=["B"])
    assert books.issue("compensation_note", today=date(2026, 4, 2)).gross_minor == 17158


def test_a_month_after_the_parameters_has_the_rate_of_the_same_table(books: Books) -> None:
    """For every month of the parameters the table gives the same rate and day; past them it goes on."""
    known = law("pl").euro()
    assert known is not None
    ended = replace(law("pl"), parameters={**law("pl").parameters, "euro_by_month": replace(known, verified_to=START)})
    # the table of January 2016 is of a day before those whose days off are known
    for valid in known.values[1:]:
        with books.engine.connect() as connection:
            by_table = euro(books.sources(connection), ended, valid.first)
        assert by_table is not None
        assert by_table.on(valid.first).value == valid.value


def test_a_month_without_any_rate_and_wrong_fields_stop_it(books: Books) -> None:
    books.invoice("A", "2027-09-01", "1000.00", issued="2026-07-03")
    books.invoice("B", "2026-07-03", "1000.00")
    books.sync()
    with pytest.raises((RateMissing, ParameterNotVerified)):
        books.issue("compensation_note", today=date(2027, 9, 24))
    with pytest.raises(InvalidInput, match=r"^currency: "):
        books.issue("compensation_note", currency="EUR")
    with pytest.raises(InvalidInput, match=r"^until"):
        books.issue("compensation_note", until="2026-07-01")
    assert books.documents.find() == []
