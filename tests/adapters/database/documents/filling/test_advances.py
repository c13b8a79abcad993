"""Final invoices held against our advances: customer, currency, amounts, KSeF, and each is taken off once."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine, text

from documents.register.issued import IssuedDocument
from engine.errors import InvalidInput, IssueRefused
from tests.adapters.database.documents.filling.books import TODAY, Books

_OUTSIDE = {"mode": "outside"}
_LINES = [{"description": "Instalacja", "quantity": "1", "price": "1000.00", "rate": 23}]
_ORDER: dict[str, Any] = {"currency": "PLN", "ksef": _OUTSIDE, "lines": _LINES}
_BUYER = {"buyer": {"tax_id": "7740001454"}}
_DUE = {"payment": {"due_date": "2026-08-03"}}


@pytest.fixture
def shop(books: Books) -> Books:
    books.sync()
    return books


def _advance(shop: Books, amount: str = "246.00", **changes: Any) -> IssuedDocument:
    payment = {"paid_on": str(TODAY), "paid_amount": amount}
    return shop.issue("advance_invoice", **{**_ORDER, **_BUYER, "payment": payment, **changes})


def _final(shop: Books, *numbers: str, **changes: Any) -> IssuedDocument:
    advances = [{"number": number} for number in numbers]
    return shop.issue("final_invoice", **{**_ORDER, **_BUYER, **_DUE, "advances": advances, **changes})


def test_the_amounts_and_days_of_our_advances_are_filled_in(shop: Books) -> None:
    first, second = _advance(shop), _advance(shop, "123.00")
    final = _final(shop, first.number, second.number)
    assert (first.gross_minor, second.gross_minor, final.gross_minor) == (24600, 12300, 86100)
    facts = shop.facts(final)
    assert [(one["number"], one["issue_date"], one["gross"]["amount"]) for one in facts["advances"]] == [
        ("FZ/00001/2026", str(TODAY), "246.00"),
        ("FZ/00002/2026", str(TODAY), "123.00"),
    ]
    assert shop.documents.reproduce(final.id).same


def test_an_advance_is_taken_off_once(shop: Books) -> None:
    number = _advance(shop).number
    _final(shop, number)
    with pytest.raises(IssueRefused, match="taken off in FR/00001/2026 already"):
        _final(shop, number)
    with pytest.raises(IssueRefused, match="taken off"):
        _advance(shop, advances=[{"number": number}])


def test_every_open_advance_of_the_order_is_named(shop: Books) -> None:
    order = {"order": {"number": "Z/7"}}
    first = _advance(shop, **order).number
    with pytest.raises(IssueRefused, match=f"{first} was issued for the order Z/7 too"):
        _advance(shop, **order, advances=[])
    second = _advance(shop, **order, advances=[{"number": first}]).number
    with pytest.raises(IssueRefused, match=second):
        _final(shop, first, **order)
    assert _final(shop, first, second, **order).gross_minor == 123000 - 2 * 24600
    assert _advance(shop, order={"number": "Z/8"}).number == "FZ/00003/2026"


def test_advances_together_are_no_more_than_the_order(shop: Books) -> None:
    first = _advance(shop, "1000.00").number
    with pytest.raises(InvalidInput, match=r"230\.00 PLN that the order leaves"):
        _advance(shop, "230.01", advances=[{"number": first}])
    second = _advance(shop, "230.00").number
    dearer = [{**_LINES[0], "price": "900.00"}]
    with pytest.raises(InvalidInput, match="more than the order is worth") as caught:
        _final(shop, first, second, lines=dearer)
    assert caught.value.field == "advances"
    assert _final(shop, first, second).gross_minor == 0


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"customer": "K3"}, "advances.0.number", "another customer"),
        ({"currency": "EUR", "exchange": {"rate": "4.2", "day": "2026-07-17"}}, "advances.0.number", "is in PLN"),
        (
            {"advances": [{"number": "FZ/00001/2026", "rates": [{"rate": "23", "net": "1.00", "vat": "0.23"}]}]},
            "advances.0.rates",
            "leave it out",
        ),
        ({"advances": [{"number": "FZ/00001/2026", "issue_date": "2026-07-01"}]}, "advances.0.issue_date", "leave"),
        ({"advances": [{"number": "FV/00001/2026"}]}, "advances.0.number", "a vat_invoice, no advance invoice"),
        ({"advances": [{"number": "FZ/00009/2026"}]}, "advances.0.number", "was not issued here"),
        ({"advances": [{"number": 7}]}, "advances.0.number", "as text"),
        ({"advances": {"number": "x"}}, "advances", "list"),
        ({"advances": []}, "advances", "between 1 and 100"),
    ],
)
def test_what_is_not_the_advance_we_issued_is_refused_with_the_field(
    shop: Books, changes: dict[str, Any], field: str, said: str
) -> None:
    number = _advance(shop).number
    shop.issue("vat_invoice", **_ORDER, **_BUYER, **_DUE)
    with pytest.raises(InvalidInput, match=said) as caught:
        _final(shop, number, **changes)
    assert caught.value.field == field


def test_an_advance_from_elsewhere_stands_as_it_is_given(shop: Books) -> None:
    given = {"number": "ZAL 3/26", "issue_date": "2026-06-30", "rates": [{"rate": 23, "net": "100.00", "vat": "23.00"}]}
    assert _final(shop, advances=[given]).gross_minor == 110700


def _in_ksef(database: Engine, document: IssuedDocument, state: str, number: str | None) -> None:
    statement = text(
        "insert into ksef_sending (document_id, state, xml_sha256, attempts, ksef_number, changed_at) "
        "values (:id, :state, 'x', 1, :n, now())"
    )
    with database.begin() as connection:
        connection.execute(statement, {"id": document.id, "state": state, "n": number})


def test_an_advance_in_ksef_is_named_by_its_ksef_number(shop: Books, database: Engine) -> None:
    sent = _advance(shop, ksef={})
    with pytest.raises(IssueRefused, match="no KSeF number yet; run: monitum ksef send"):
        _final(shop, sent.number)
    number = "5265877635-20250826-0100001AF629-AF"
    _in_ksef(database, sent, "accepted", number)
    final = _final(shop, sent.number, ksef={})
    assert b"<NrKSeFFaZaliczkowej>" + number.encode() in shop.documents.content(final.id, "xml")


def test_what_ksef_rejected_was_not_issued(shop: Books, database: Engine) -> None:
    rejected = _advance(shop, ksef={}, order={"number": "Z/7"})
    _in_ksef(database, rejected, "rejected", None)
    with pytest.raises(IssueRefused, match="KSeF rejected"):
        _final(shop, rejected.number)
    anew = _advance(shop, order={"number": "Z/7"})
    first = _final(shop, anew.number, ksef={})
    _in_ksef(database, first, "rejected", None)
    assert _final(shop, anew.number).number == "FR/00002/2026"


@pytest.mark.parametrize("ksef_number", [None, "5265877635-20250826-0100001AF629-AF"])
def test_their_corrections_are_refused_and_an_invoice_is_still_corrected(shop: Books, ksef_number: str | None) -> None:
    first = _advance(shop)
    final = _final(shop, first.number)
    invoice = shop.issue("vat_invoice", **_ORDER, **_BUYER, **_DUE)
    changes = [{"position": 1, "before": _LINES[0], "after": {**_LINES[0], "quantity": "0"}}]

    def correct(document: IssuedDocument) -> IssuedDocument:
        corrected = {"number": document.number, "issue_date": str(TODAY)}
        corrected |= {"ksef_number": ksef_number} if ksef_number else {}
        given = {"currency": "PLN", "ksef": _OUTSIDE, "corrected": corrected, "reason": "zwrot", "changes": changes}
        return shop.issue("correcting_invoice", **given, **_BUYER)

    for document, form in ((first, "KOR_ZAL"), (final, "KOR_ROZ")):
        with pytest.raises(IssueRefused, match=form):
            correct(document)
    if ksef_number is None:
        assert correct(invoice).gross_minor == -123000


def test_advances_are_paid_and_final_invoices_owe_the_rest(shop: Books) -> None:
    number = _advance(shop).number
    _final(shop, number)
    with shop.engine.connect() as connection:
        query = text("select kind, gross_minor, payable_minor from issued_document order by id")
        assert [tuple(row) for row in connection.execute(query)] == [
            ("advance_invoice", 24600, 0),
            ("final_invoice", 98400, 98400),
        ]


def test_the_rate_of_exchange_is_that_of_the_day_of_payment(shop: Books) -> None:
    paid = {"paid_on": "2026-07-13", "paid_amount": "246.00"}
    issued = shop.issue("advance_invoice", **{**_ORDER, **_BUYER, "currency": "EUR", "payment": paid})
    assert shop.facts(issued)["exchange"]["day"] == str(date(2026, 7, 10))
