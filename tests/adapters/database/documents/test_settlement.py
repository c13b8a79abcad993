"""How issued documents stand after syncs of the books: matched by number and customer, noted for good, archived."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import ProgrammingError

from adapters.database.documents.ledger_match import BOOKED_AS
from documents.catalogue import kinds
from documents.model import ModelSchema
from tests.adapters.database.documents.document_issuer import model
from tests.adapters.database.documents.settling_books import DUE, TODAY, Books


@pytest.fixture
def books(database: Engine, tmp_path: Path) -> Books:
    return Books(database, tmp_path)


def test_a_document_is_unbilled_until_the_books_know_it(books: Books) -> None:
    document = books.issue()
    assert books.sync().settled == 0
    stands = books.stands(document)
    assert (stands.state, stands.open_minor, stands.booked_key, stands.synced_at) == ("unbilled", 12300, None, None)
    books.book(document.number)
    assert books.sync().settled == 1
    stands = books.stands(document)
    assert (stands.state, stands.open_minor, stands.booked_key) == ("unpaid", 12300, document.number)
    assert (stands.mismatch, stands.vanished, stands.synced_at) == (False, False, books.now)


def test_payments_settle_it_in_part_and_whole_and_each_step_is_kept(books: Books) -> None:
    document = books.issue()
    books.book(document.number)
    books.sync()
    books.pay("P1", document.number, "23.00")
    books.sync()
    assert (books.stands(document).state, books.stands(document).open_minor) == ("partly", 10000)
    books.pay("P2", document.number, "100.00")
    books.sync()
    assert (books.stands(document).state, books.stands(document).open_minor) == ("paid", 0)
    history = books.register.history(document.id)
    assert [(step.state, step.open_minor) for step in history] == [("unpaid", 12300), ("partly", 10000), ("paid", 0)]
    assert [entry.public["state"] for entry in books.entries()] == ["unpaid", "partly", "paid"]
    assert books.entries()[1].personal["open_minor"] == 10000
    books.archive.integrate()
    assert books.archive.verify().ok


def test_a_payment_that_is_taken_back_opens_it_again(books: Books) -> None:
    document = books.issue()
    books.book(document.number)
    books.pay("P1", document.number, "123.00")
    books.sync()
    assert books.stands(document).state == "paid"
    books.payments.clear()
    books.sync()
    assert (books.stands(document).state, books.stands(document).open_minor) == ("unpaid", 12300)


def test_syncing_again_notes_nothing_twice(books: Books) -> None:
    document = books.issue()
    books.book(document.number)
    books.sync()
    again = books.sync()
    assert (again.skipped_unchanged, again.settled) == (True, 0)
    books.book("OTHER/1", customer="C2")
    read = books.sync()
    assert (read.skipped_unchanged, read.settled) == (False, 0)
    assert len(books.register.history(document.id)) == len(books.entries()) == 1


def test_a_document_issued_under_a_number_the_books_have_is_found_though_the_files_are_the_same(books: Books) -> None:
    books.book("FV/00001/2026")
    books.sync()
    document = books.issue()
    assert books.sync().skipped_unchanged
    assert books.stands(document).state == "unpaid"


@pytest.mark.parametrize(
    ("booked", "expected"),
    [
        ({"gross": "132.00"}, ("unpaid", 13200, "PLN", 13200)),
        ({"gross": "123.00", "currency": "EUR"}, ("unpaid", 12300, "EUR", 12300)),
        ({"gross": "100.00"}, ("unpaid", 10000, "PLN", 10000)),
    ],
)
def test_another_amount_in_the_books_is_recorded_and_shown(books: Books, booked: Any, expected: Any) -> None:
    document = books.issue()
    books.book(document.number, **booked)
    books.sync()
    stands = books.stands(document)
    assert stands.mismatch
    assert (stands.state, stands.open_minor, stands.currency, stands.booked_gross_minor) == expected
    assert (document.gross_minor, books.entries()[0].public["mismatch"]) == (12300, True)
    books.book(document.number)
    books.sync()
    assert not books.stands(document).mismatch


def test_the_number_of_another_customer_is_not_ours(books: Books) -> None:
    document = books.issue()
    books.book(document.number, customer="C2")
    books.book("OFFER", kind="proforma")
    books.sync()
    assert books.stands(document).state == "unbilled"


def test_an_older_document_of_the_books_under_our_number_is_another_one(books: Books) -> None:
    books.book("FV/00001/2026")
    books.documents["FV/00001/2026"] = books.documents["FV/00001/2026"].replace("2026-11-24", "2026-11-23")
    books.sync()
    document = books.issue()
    books.sync()
    assert (document.number, books.stands(document).state) == ("FV/00001/2026", "unbilled")


def test_a_document_that_is_renumbered_in_the_books_is_unbilled_again(books: Books) -> None:
    document = books.issue()
    books.book(document.number)
    books.sync()
    books.documents[document.number] = books.documents[document.number].replace(",C1,", ",C2,")
    books.sync()
    stands = books.stands(document)
    assert (stands.state, stands.open_minor) == ("unbilled", 12300)
    assert [step.state for step in books.register.history(document.id)] == ["unpaid", "unbilled"]


def test_an_item_that_vanishes_unpaid_is_told_from_one_that_was_paid(books: Books) -> None:
    gone, paid = books.issue(), books.issue()
    for document in (gone, paid):
        books.book(document.number)
    books.pay("P1", paid.number, "123.00")
    books.sync()
    books.items.clear()
    books.documents.clear()
    books.payments.clear()
    books.sync(days=1)
    assert (books.stands(gone).state, books.stands(gone).vanished) == ("paid", True)
    assert (books.stands(paid).state, books.stands(paid).vanished) == ("paid", False)
    assert [step.state for step in books.register.history(paid.id)] == ["paid"]
    books.book(gone.number)
    books.sync(days=1)
    assert (books.stands(gone).state, books.stands(gone).vanished) == ("unpaid", False)


def test_a_correction_is_a_credit_until_it_is_used(books: Books) -> None:
    invoice = books.issue()
    correction = books.issue(
        "correcting_invoice",
        corrected={"number": invoice.number, "issue_date": str(TODAY)},
        reason="zwrot",
        changes=[{"position": 1, "before": model()["lines"][0], "after": {**model()["lines"][0], "quantity": 0}}],
    )
    assert (correction.gross_minor, books.stands(correction).open_minor) == (-12300, -12300)
    books.book(invoice.number)
    books.book(correction.number, "-123.00", kind="correction", direction="credit")
    books.sync()
    assert (books.stands(correction).state, books.stands(correction).open_minor) == ("unpaid", -12300)
    books.credits["1"] = (invoice.number, correction.number, "123.00")
    books.sync()
    assert [(books.stands(one).state, books.stands(one).open_minor) for one in (invoice, correction)] == [
        ("paid", 0),
        ("paid", 0),
    ]


def test_instalments_count_together(books: Books) -> None:
    document = books.issue()
    books.book(document.number, item="23.00")
    books.items["second"] = f"I-second,{document.number},C1,2026-11-24,2027-01-08,PLN,100.00,debit"
    books.sync()
    assert (books.stands(document).state, books.stands(document).open_minor) == ("unpaid", 12300)
    books.pay("P1", document.number, "23.00")
    books.sync()
    assert (books.stands(document).state, books.stands(document).open_minor) == ("partly", 10000)


def test_what_the_books_register_without_a_debt_is_paid(books: Books) -> None:
    document = books.issue()
    books.book(document.number, item=None)
    books.sync()
    assert (books.stands(document).state, books.stands(document).open_minor) == ("paid", 0)


def test_the_kind_of_the_books_matters_only_between_twins(books: Books) -> None:
    document = books.issue()
    books.book(document.number, kind="other")
    books.sync()
    assert books.stands(document).state == "unpaid"


def test_what_was_paid_before_it_was_issued_is_not_owed(books: Books) -> None:
    document = books.issue(payment={"form": "cash", "paid_on": str(TODAY)})
    assert (books.stands(document).state, books.stands(document).open_minor) == ("unbilled", 0)


def test_of_what_was_paid_in_part_the_rest_is_owed(books: Books) -> None:
    payment = {"form": "cash", "paid_on": str(TODAY), "paid_amount": "23.00", "due_date": str(DUE)}
    document = books.issue(payment=payment)
    assert document.gross_minor == 12300
    assert (books.stands(document).state, books.stands(document).open_minor) == ("unbilled", 10000)


def test_a_proforma_is_no_claim(books: Books) -> None:
    proforma = books.issue("proforma")
    books.book(proforma.number, kind="proforma")
    assert books.sync().settled == 0
    assert books.register.get(proforma.id, today=TODAY).settlement is None


def test_overdue_is_a_matter_of_the_day(books: Books) -> None:
    document = books.issue()
    late = [books.register.get(document.id, today=DUE + timedelta(days=days)).days_overdue for days in (-1, 0, 1, 30)]
    assert late == [0, 0, 1, 30]


def test_the_document_itself_never_changes_and_its_history_only_grows(books: Books) -> None:
    document = books.issue()
    books.book(document.number, "1.00")
    books.sync()
    assert books.issued.get(document.id) == document
    assert json.loads(books.issued.content(document.id, "json"))["number"] == document.number
    with pytest.raises(ProgrammingError, match="permission denied"), books.database.begin() as connection:
        connection.execute(text("update document_settlement set state = 'paid'"))


def test_a_sync_that_fails_notes_nothing(books: Books, monkeypatch: pytest.MonkeyPatch) -> None:
    document = books.issue()
    books.book(document.number)
    written = books.archive.append

    def append_and_fail(*given: Any) -> Any:
        written(*given)
        raise RuntimeError("no disk")

    monkeypatch.setattr(books.archive, "append", append_and_fail)
    with pytest.raises(RuntimeError, match="no disk"):
        books.sync()
    monkeypatch.undo()
    assert books.register.history(document.id) == books.entries() == []
    assert books.sync().settled == 1


def test_every_numbered_kind_that_charges_is_a_claim_but_the_proforma() -> None:
    charging = {
        name for name, kind in kinds().items() if kind.numbering and kind.model.charge is not ModelSchema.charge
    }
    assert charging - {"proforma"} == set(BOOKED_AS)
