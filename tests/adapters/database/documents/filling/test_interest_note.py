"""What delay cost, out of the books: figures of the published examples, what is left out, and nothing twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.filling.account import Item, Settled
from documents.kinds.interest_note.fill import accrued
from engine.errors import ChoiceNeeded, InvalidInput, IssueRefused, ParameterNotVerified
from engine.law.policy import Policy
from rules.parameters.loading import law
from tests.adapters.database.documents.filling.books import Books


def test_the_figures_of_a_published_example_come_out_of_the_books(books: Books) -> None:
    """Worked example INT-07 of the reference: due on a Saturday, two half-years."""
    books.invoice("FV/1", "2026-01-10", "100000.00")
    books.sync()
    issued = books.issue("interest_note")
    facts = books.facts(issued)
    [row] = facts["rows"]
    assert (issued.number, issued.currency, issued.gross_minor, issued.vat_minor) == ("NO/00001/2026", "PLN", 723561, 0)
    assert issued.due_date == date(2026, 7, 27)
    assert (row["effective_due"], row["days"]) == ("2026-01-12", 189)
    segments = [(part["first"], part["last"], part["rate"], part["amount"]["amount"]) for part in row["segments"]]
    assert segments == [
        ("2026-01-13", "2026-06-30", "14.00", "6482.19"),
        ("2026-07-01", "2026-07-20", "13.75", "753.42"),
    ]
    assert row["segments"][0]["source"] == "M.P. 2025 poz. 1257"
    assert "art. 4 pkt 3 lit. b" in facts["basis"]["pl"]
    assert books.documents.reproduce(issued.id).same


@pytest.mark.parametrize(("customer", "rate", "basis"), [("K2", "9.25", "art. 481"), ("K3", "11.75", "lit. a")])
def test_each_kind_of_debtor_owes_the_rate_of_the_law(books: Books, customer: str, rate: str, basis: str) -> None:
    books.invoice("FV/1", "2026-07-01", "1000.00", customer=customer)
    books.sync()
    facts = books.facts(books.issue("interest_note", customer=customer))
    assert {part["rate"] for part in facts["rows"][0]["segments"]} == {rate}
    assert basis in facts["basis"]["pl"]


def test_a_consumer_never_owes_the_commercial_rate(books: Books) -> None:
    books.invoice("FV/1", "2026-07-01", "1000.00", customer="K2")
    books.sync()
    with pytest.raises(IssueRefused, match=r"pl\.interest_note\.consumer"):
        books.issue("interest_note", customer="K2", rate="commercial_general")
    with pytest.raises(InvalidInput, match=r"^rate: "):
        books.issue("interest_note", customer="K2", rate="max_delay")


def test_a_contract_rate_is_cut_to_the_maximum(books: Books) -> None:
    books.invoice("FV/1", "2026-07-01", "1000.00")
    books.sync()
    within = books.facts(books.issue("interest_note", contract_rate="12.00", until="2026-07-10"))
    above = books.facts(books.issue("interest_note", contract_rate="24.00"))
    assert [(part["rate"], part["source"]) for part in within["rows"][0]["segments"]] == [("12.00", "umowa")]
    assert [(part["rate"], part["source"]) for part in above["rows"][0]["segments"]] == [
        ("18.50", "art. 481 § 2¹ k.c.")
    ]


@pytest.mark.parametrize("kind", ["interest_note", "compensation_note"])
def test_nothing_is_charged_on_a_day_that_the_books_do_not_say(books: Books, kind: str) -> None:
    books.invoice("FV/1", "2026-04-01", "1845.00", left="845.00")
    books.invoice("FV/2", "2026-04-01", "1845.00", left="1845.00")
    books.sync()
    [row] = books.facts(books.issue(kind))["rows"]
    assert row["document"] == "FV/2"
    with pytest.raises(IssueRefused, match="settled on an unknown day"):
        books.issue(kind, documents=["FV/1"])


def test_a_part_payment_ends_a_segment_on_the_day_the_money_came(books: Books) -> None:
    books.invoice("FV/1", "2026-04-01", "1845.00")
    books.pay("FV/1", "2026-05-04", "845.00", booked="2026-05-20")
    books.sync()
    [row] = books.facts(books.issue("interest_note"))["rows"]
    assert [(part["last"], part["principal"]["amount"]) for part in row["segments"]] == [
        ("2026-05-04", "1845.00"),
        ("2026-06-30", "1000.00"),
        ("2026-07-20", "1000.00"),
    ]
    assert [(part["day"], part["amount"]["amount"]) for part in row["settled"]] == [("2026-05-04", "845.00")]


def test_an_item_paid_late_is_charged_to_the_day_of_payment_and_one_paid_in_time_is_not(books: Books) -> None:
    books.invoice("FV/1", "2026-06-01", "1000.00")
    books.invoice("FV/2", "2026-06-01", "1000.00")
    books.pay("FV/1", "2026-06-11", "1000.00")
    books.pay("FV/2", "2026-06-01", "1000.00", booked="2026-06-30")
    books.sync()
    [row] = books.facts(books.issue("interest_note"))["rows"]
    assert (row["document"], row["days"], row["interest"]["amount"]) == ("FV/1", 10, "3.84")
    with pytest.raises(IssueRefused, match=r"pl\.interest_note\.paid_in_time"):
        books.issue("interest_note", documents=["FV/2"])


def test_a_credit_note_counts_from_when_both_were_due(books: Books) -> None:
    books.invoice("FV/1", "2026-06-01", "1000.00")
    books.invoice("FK/1", "2026-06-05", "-400.00", kind="correction", issued="2026-06-05")
    books.rows["allocation"].append("A1,I-FV/1,,I-FK/1,2026-07-10,400.00")
    books.sync()
    [row] = books.facts(books.issue("interest_note"))["rows"]
    assert [(part["last"], part["principal"]["amount"]) for part in row["segments"]][:2] == [
        ("2026-06-05", "1000.00"),
        ("2026-06-30", "600.00"),
    ]


def test_days_that_were_charged_are_not_charged_again(books: Books) -> None:
    books.invoice("FV/1", "2026-04-01", "50000.00")
    books.sync()
    first = books.issue("interest_note", until="2026-05-31")
    second = books.issue("interest_note")
    [row] = books.facts(second)["rows"]
    assert (row["segments"][0]["first"], row["charged_by"]) == ("2026-06-01", first.number)
    with pytest.raises(IssueRefused, match="charged"):
        books.issue("interest_note")
    with pytest.raises(IssueRefused, match=r"pl\.interest_note\.charged"):
        books.issue("interest_note", documents=["FV/1"])


def test_after_a_payment_that_became_known_late_nothing_is_charged_on_top(books: Books) -> None:
    books.invoice("FV/1", "2026-04-01", "50000.00")
    books.invoice("FV/2", "2026-04-01", "50000.00")
    books.sync()
    books.issue("interest_note", until="2026-05-31")
    books.pay("FV/1", "2026-05-31", "10000.00", booked="2026-07-20")
    books.pay("FV/2", "2026-05-30", "10000.00", booked="2026-07-20")
    books.sync()
    with pytest.raises(IssueRefused, match=r"pl\.interest_note\.charged_too_much"):
        books.issue("interest_note", documents=["FV/2"])
    [row] = books.facts(books.issue("interest_note"))["rows"]
    assert (row["document"], row["segments"][0]["principal"]["amount"]) == ("FV/1", "40000.00")


def test_two_at_once_charge_once(books: Books) -> None:
    books.invoice("FV/1", "2026-04-01", "50000.00")
    books.sync()

    def issue(_: int) -> str:
        try:
            return books.issue("interest_note").number
        except IssueRefused as error:
            return error.rule

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(issue, range(4))) == ["NO/00001/2026", *["pl.interest_note.nothing"] * 3]


@pytest.mark.parametrize(
    ("reason", "rule"),
    [("dispute", "disputed"), ("complaint", "disputed"), ("insolvency", "insolvency"), ("factored", "assigned")],
)
def test_held_items_are_left_out_and_refused_when_named(books: Books, reason: str, rule: str) -> None:
    books.invoice("FV/1", "2026-06-01", "1000.00")
    books.invoice("FV/2", "2026-06-01", "1000.00")
    books.hold(reason, item="FV/1")
    books.hold("promise", item="FV/2")
    books.sync()
    with pytest.raises(IssueRefused, match=rf"pl\.interest_note\.{rule}"):
        books.issue("interest_note", documents=["FV/1", "FV/2"])
    assert [row["document"] for row in books.facts(books.issue("interest_note"))["rows"]] == ["FV/2"]


def test_time_barred_items_are_left_out_from_the_day_after_the_last(books: Books) -> None:
    """Due in May 2022: the price of a sale ends with 2024 (k.c. art. 554), a claim of a trade with 2025 (art. 118)."""
    books.invoice("FV/1", "2022-05-04", "1000.00", issued="2022-04-04")
    books.sync(today=date(2024, 12, 30))
    lasts = [({}, date(2024, 12, 31)), ({"claim": "periodic"}, date(2025, 12, 31))]
    for claim, day in lasts:
        with pytest.raises(IssueRefused, match=r"pl\.interest_note\.time_barred"):
            books.issue("interest_note", today=day + timedelta(days=1), documents=["FV/1"], **claim)
        books.issue("interest_note", today=day, **claim)


def test_a_company_decides_what_the_law_leaves_open(books: Books) -> None:
    books.invoice("FV/1", "2026-01-10", "100000.00")
    books.invoice("FV/2", "2019-12-04", "1000.00", issued="2019-11-04")
    books.sync(today=date(2020, 6, 1))
    books.company = replace(books.company, policy=Policy(day_off="kept", before_transition="split"))
    [old] = books.facts(books.issue("interest_note", today=date(2020, 6, 1)))["rows"]
    assert [part["rate"] for part in old["segments"]] == ["9.50", "11.50"]
    [row] = books.facts(books.issue("interest_note"))["rows"]
    assert (row["effective_due"], row["segments"][0]["first"]) == ("2026-01-10", "2026-01-11")
    books.company = replace(books.company, policy=Policy(year="actual"))
    with pytest.raises(InvalidInput, match=r"policy\.year"):
        books.issue("interest_note")


def test_interest_bears_no_interest(books: Books) -> None:
    books.invoice("FV/1", "2026-04-01", "50000.00")
    books.sync(today=date(2026, 5, 31))
    note = books.issue("interest_note", today=date(2026, 5, 31))
    books.invoice(note.number, "2026-06-07", "1150.68", kind="debit_note", issued="2026-05-31")
    books.invoice("N/9", "2026-06-07", "100.00", kind="interest_note", issued="2026-05-31")
    books.sync()
    for number in (note.number, "N/9"):
        with pytest.raises(IssueRefused, match=r"pl\.interest_note\.interest"):
            books.issue("interest_note", documents=[number])
    assert [row["document"] for row in books.facts(books.issue("interest_note"))["rows"]] == ["FV/1"]


def test_a_note_is_in_one_currency(books: Books) -> None:
    books.invoice("FV/1", "2026-06-01", "1000.00")
    books.invoice("FV/2", "2026-06-01", "1000.00", currency="EUR")
    books.sync()
    with pytest.raises(InvalidInput, match="EUR, PLN") as caught:
        books.issue("interest_note")
    assert caught.value.field == "currency"
    euro = books.issue("interest_note", currency="EUR")
    assert (euro.currency, [row["document"] for row in books.facts(euro)["rows"]]) == ("EUR", ["FV/2"])
    assert books.issue("interest_note").currency == "PLN"


_WRONG: list[tuple[dict[str, Any], str]] = [
    ({"documents": ["FV/9"]}, "documents.0"),
    ({"documents": "FV/1"}, "documents"),
    ({"until": "2026-07-21"}, "until"),
    ({"until": "soon"}, "until"),
    ({"rate": "nothing"}, "rate"),
    ({"contract_rate": 12.5}, "contract_rate"),
    ({"contract_rate": "-1"}, "contract_rate"),
    ({"rate": "statutory_delay", "contract_rate": "12"}, "contract_rate"),
    ({"claim": "forever"}, "claim"),
    ({"currency": "USD"}, "currency"),
    ({"rows": []}, "rows"),
    ({"total": "1.00"}, "total"),
    ({"colour": "red"}, "colour"),
    ({"deadline_days": 0}, "deadline_days"),
]


def test_what_is_wrong_is_named_and_nothing_is_numbered(books: Books) -> None:
    books.invoice("FV/1", "2026-06-01", "1000.00")
    books.sync()
    for model, field in _WRONG:
        with pytest.raises(InvalidInput) as caught:
            books.issue("interest_note", **model)
        assert caught.value.field == field
    assert books.documents.find() == []


def test_days_without_a_verified_rate_and_open_questions_stop_it(books: Books) -> None:
    books.invoice("FV/1", "2026-06-01", "1000.00")
    books.invoice("FV/2", "2019-12-04", "1000.00", issued="2019-11-04")
    books.sync(today=date(2020, 6, 1))
    with pytest.raises(ChoiceNeeded):
        books.issue("interest_note", today=date(2020, 6, 1))
    with pytest.raises(ParameterNotVerified):
        books.issue("interest_note", today=date(2027, 1, 1), documents=["FV/1"])


def test_what_is_not_late_or_vanished_from_the_books_is_not_charged(books: Books) -> None:
    books.invoice("FV/1", "2026-06-01", "1000.00")
    books.sync(today=date(2026, 7, 1))
    for table in ("document", "open_item"):
        books.rows[table].clear()
    books.invoice("FV/2", "2026-07-19", "1000.00")
    books.sync()
    with pytest.raises(IssueRefused, match=r"FV/1 \(vanished\), FV/2 \(not due\)"):
        books.issue("interest_note")


_DAYS = st.dates(date(2024, 1, 2), date(2026, 7, 20))
_PARTS = st.lists(st.tuples(_DAYS, st.integers(1, 3_000_000)), max_size=5)


def _item(parts: list[tuple[date, int]]) -> Item:
    amount = sum(minor for _, minor in parts) + 100_000
    settled = tuple(Settled(*part) for part in sorted(parts))
    return Item(
        key="I",
        document="FV",
        kind="invoice",
        issue_date=date(2024, 1, 1),
        due_date=date(2024, 1, 1),
        currency="PLN",
        original_minor=amount,
        claim=None,
        settled=settled,
        closed_on=None,
        holds=frozenset(),
    )


@given(parts=_PARTS, stops=st.lists(_DAYS, min_size=1, max_size=4))
def test_notes_in_a_row_charge_what_one_note_would(parts: list[tuple[date, int]], stops: list[date]) -> None:
    """Exactly, before rows are rounded; and each further note adds at most one row, so at most half a grosz twice."""
    item, begun = _item(parts), date(2024, 1, 2)
    rates = law("pl").delay_rates("business")
    ends = sorted(set(stops))
    whole = [part for _, part in accrued(item, begun, begun, ends[-1], rates)]
    pieces = []
    for start, end in zip([begun, *(end + timedelta(days=1) for end in ends)], ends, strict=False):
        pieces += [part for _, part in accrued(item, begun, start, end, rates)]
    assert sum((part.raw for part in pieces), Fraction()) == sum((part.raw for part in whole), Fraction())
    assert sum(part.days for part in pieces) == sum(part.days for part in whole)
    apart = abs(sum(part.amount for part in pieces) - sum(part.amount for part in whole))
    assert apart <= len(ends) - 1


@given(parts=_PARTS, until=_DAYS)
def test_interest_is_that_of_every_single_day(parts: list[tuple[date, int]], until: date) -> None:
    item, rates = _item(parts), law("pl").delay_rates("business")
    day, expected = date(2024, 1, 2), Fraction()
    while day <= until:
        expected += item.owed(day) * Fraction(rates.on(day).value, 10_000 * 365)
        day += timedelta(days=1)
    found = (part.raw for _, part in accrued(item, date(2024, 1, 2), date(2024, 1, 2), until, rates))
    assert sum(found, Fraction()) == expected
