"""A claim package has what was demanded in vain, as the record and the archive have it, and refuses what may not go."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text

from documents.register.issued import IssuedDocument
from engine.errors import InvalidInput, IssueRefused
from engine.law.claims.payments import Payment, settle
from engine.law.policy import Policy
from engine.money import Money
from rules.parameters.loading import law
from tests.adapters.database.documents.filling.books import TODAY, Books
from tests.adapters.delivery.conftest import Inbox
from tests.adapters.installation import DEBT, NOTICE, SOURCE, SUSPENSION, Installation


def _issue(books: Books, customer: str = "K1", **given: Any) -> tuple[IssuedDocument, Any]:
    issued = books.issue("claim_package", customer=customer, **given)
    return issued, books.facts(issued)


def _demanded(books: Books, *documents: str, customer: str = "K1", day: str = "2026-06-22", **told: Any) -> None:
    """A demand that was sent, as a worker leaves it."""
    params = {"wording": "final_demand", "announce": ["amicable_attempt"], **told}
    with books.engine.begin() as connection:
        number = connection.execute(
            text(
                "insert into action (key, decision_key, source, customer_key, kind, channel, stage, as_of, params, "
                "state, outcome, done_on, created_at, updated_at) values (:key, :key, 'firma', :customer, 'remind', "
                "'email', 'final', :day, :params, 'done', 'mailed to a@b.example', :day, now(), now()) returning id"
            ),
            {"key": f"{customer}:{documents}:{day}", "customer": customer, "day": day, "params": json.dumps(params)},
        ).scalar_one()
        for document in documents:
            connection.execute(
                text("insert into action_item values (:action, :item, 'firma', 'PLN', 1)"),
                {"action": number, "item": f"I-{document}"},
            )


def _refusal(books: Books, customer: str = "K1", **given: Any) -> str:
    with pytest.raises(IssueRefused) as caught:
        _issue(books, customer, **given)
    assert books.documents.find(kind="claim_package") == []
    return caught.value.rule.removeprefix("pl.claim_package.")


def test_what_was_mailed_is_named_with_its_archive_entries(house: Installation, inbox: Inbox) -> None:
    house.day(NOTICE, DEBT)
    house.deliver(NOTICE)
    house.sync(SUSPENSION)
    system, action = house.system, house.action("kind = 'remind'")
    issued = system.issuance.issuing.issue(
        "claim_package", SOURCE, "A", {}, actor="anna", at=system.clock(), today=system.today()
    )
    model = json.loads(system.issuance.documents.content(issued.id, "json"))
    [row], [demand] = model["rows"], model["demands"]
    assert (row["document"], row["principal"]["amount"], row["interest_from"]) == ("OLD", "5000.00", "2026-01-21")
    assert (demand["day"], demand["final"], demand["documents"]) == (str(NOTICE), True, ["OLD"])
    assert system.records.archive.content(demand["message"]) == system.records.archive.content(action.message_hash)
    assert demand["amicable"] == ("amicable_attempt" in action.params.get("announce", []))
    entries = [system.records.archive.entry(demand[name]) for name in ("intent", "proof")]
    assert [entry.kind for entry in entries] == ["action:intended", "action:done"]
    assert demand["message"] in entries[0].documents
    assert demand["outcome"] == action.outcome
    assert system.issuance.documents.reproduce(issued.id).same
    table = list(csv.DictReader(io.StringIO(system.issuance.documents.content(issued.id, "csv").decode())))
    assert [(one["claim"], one["amount"]) for one in table] == [
        ("principal", "5000.00"),
        ("compensation", model["compensations"][0]["amount"]["amount"]),
    ]


@pytest.mark.parametrize("order", ["interest_first", "principal_first"])
def test_payments_are_credited_by_the_policy(books: Books, order: Any) -> None:
    books.company = type(books.company)(
        "firma", books.company.sender, "a@b.example", policy=Policy(payment_order=order)
    )
    books.invoice("FV/1", "2026-04-01", "1845.00")
    books.pay("FV/1", "2026-05-04", "845.00")
    books.sync()
    _demanded(books, "FV/1")
    _, model = _issue(books)
    [row] = model["rows"]
    pl = law("pl")
    paid = [Payment(date(2026, 5, 4), Money("PLN", 84500))]
    expected = settle(
        Money("PLN", 184500),
        date(2026, 4, 1),
        paid,
        pl.delay_rates("business"),
        pl.days_off,
        Policy(payment_order=order),
    ).steps[0]
    [part] = row["credited"]
    amounts = (row["principal"], row["accrued"], part["to_interest"], part["to_principal"])
    assert [Money.of(amount["amount"], "PLN").minor for amount in amounts] == [
        expected.principal_left,
        expected.interest_left,
        expected.to_interest,
        expected.to_principal,
    ]
    assert (row["principal"]["amount"] == "1000.00") == (order == "principal_first")
    assert row["interest_from"] == "2026-05-05"
    assert ("najpierw na odsetki" in " ".join(model["justification"])) == (order == "interest_first")


def test_fees_are_of_the_value_in_dispute_in_whole_zloty(books: Books) -> None:
    books.invoice("FV/1", "2026-04-01", "12000.01")
    books.sync()
    _demanded(books, "FV/1")
    _, model = _issue(books)
    compensation = Decimal(model["compensations"][0]["amount"]["amount"])
    total = Decimal("12000.01") + compensation
    assert Decimal(model["totals"][0]["amount"]) == total
    assert total <= Decimal(model["dispute"]["amount"]) < total + 1
    fees = model["fees"]
    assert (fees["ordinary"]["amount"], fees["electronic"]["amount"], fees["in_time"]) == ("750.00", "188.00", True)


def test_interest_a_note_has_is_claimed_with_the_note(books: Books) -> None:
    books.invoice("FV/1", "2026-04-01", "1845.00")
    books.sync(today=date(2026, 5, 4))
    note = books.issue("interest_note", today=date(2026, 5, 4))
    _demanded(books, "FV/1")
    _, model = _issue(books)
    [row] = model["rows"]
    assert (row["interest_from"], row["charged_by"], row["accrued"]["amount"]) == ("2026-05-05", note.number, "0.00")
    gross = note.amount("gross")
    assert gross is not None
    assert [(one["document"], one["amount"]["amount"]) for one in model["notes"]] == [(note.number, str(gross.amount))]
    assert {one["document"]: one["entry"] for one in model["issued"]}[note.number]


def test_compensation_that_a_note_claims_is_not_claimed_again(books: Books) -> None:
    books.invoice("FV/1", "2026-04-01", "1845.00")
    books.sync(today=date(2026, 5, 4))
    note = books.issue("compensation_note", today=date(2026, 5, 4))
    _demanded(books, "FV/1")
    _, model = _issue(books)
    assert model["compensations"] == []
    assert [(one["document"], one["kind"]) for one in model["notes"]] == [(note.number, "compensation_note")]


def test_what_may_not_be_claimed_is_left_out_with_the_reason(books: Books) -> None:
    books.invoice("FV/1", "2026-04-01", "100.00")
    books.invoice("FV/2", "2026-04-01", "100.00")
    books.invoice("FV/3", "2026-08-01", "100.00")
    books.invoice("FV/4", "2020-04-01", "100.00", issued="2020-03-02")
    books.sync()
    _demanded(books, "FV/1", "FV/3", "FV/4")
    _, model = _issue(books)
    assert [row["document"] for row in model["rows"]] == ["FV/1"]
    assert model["rows"][0]["limitation"] == "2028-12-31"
    assert {one["document"]: one["reason"] for one in model["left_out"]} == {
        "FV/2": "no_final_demand",
        "FV/3": "not_due",
        "FV/4": "time_barred",
    }
    for document, rule in (("FV/2", "no_final_demand"), ("FV/3", "not_due"), ("FV/4", "time_barred")):
        with pytest.raises(IssueRefused, match=rf"pl\.claim_package\.{rule}"):
            _issue(books, documents=[document])


def test_without_a_final_demand_there_is_no_package(books: Books) -> None:
    books.invoice("FV/1", "2026-04-01", "100.00")
    books.sync()
    assert _refusal(books) == "no_final_demand"
    _demanded(books, "FV/1", wording="demand")
    assert _refusal(books) == "no_final_demand"
    _demanded(books, "FV/1", day="2026-07-21")
    assert _refusal(books) == "no_final_demand"


def test_an_attempt_that_was_not_offered_is_not_claimed_to_have_been(books: Books) -> None:
    books.invoice("FV/1", "2026-04-01", "100.00")
    books.sync()
    _demanded(books, "FV/1", announce=[])
    _, model = _issue(books)
    assert "nie zawierały propozycji" in model["justification"][-1]
    _demanded(books, "FV/1", day="2026-06-29")
    _, model = _issue(books)
    assert "podjął próbę pozasądowego rozwiązania sporu" in model["justification"][-1]
    assert "29\N{NO-BREAK SPACE}czerwca" in model["justification"][-1]
    assert "22\N{NO-BREAK SPACE}czerwca" not in model["justification"][-1]


@pytest.mark.parametrize(
    ("reason", "rule"), [("dispute", "disputed"), ("complaint", "disputed"), ("insolvency", "insolvency")]
)
def test_held_claims_do_not_go_to_court(books: Books, reason: str, rule: str) -> None:
    books.invoice("FV/1", "2026-04-01", "100.00")
    books.invoice("FV/2", "2026-04-01", "100.00")
    books.hold(reason, item="FV/2")
    books.sync()
    _demanded(books, "FV/1", "FV/2")
    assert _refusal(books) == rule
    if rule == "insolvency":  # of the debtor, whatever is claimed
        assert _refusal(books, documents=["FV/1"]) == rule
        return
    _, model = _issue(books, documents=["FV/1"])
    assert [row["document"] for row in model["rows"]] == ["FV/1"]


def test_nothing_due_is_nothing_to_claim(books: Books) -> None:
    books.invoice("FV/1", "2026-04-01", "100.00")
    books.pay("FV/1", "2026-05-04", "100.00")
    books.sync()
    _demanded(books, "FV/1")
    assert _refusal(books) == "nothing"


def test_a_consumer_owes_statutory_interest_and_no_compensation(books: Books) -> None:
    books.invoice("FV/1", "2026-04-01", "100.00", customer="K2")
    books.sync()
    _demanded(books, "FV/1", customer="K2")
    _, model = _issue(books, "K2", defendant={"pesel": "44051401359"})
    assert (model["compensations"], model["consumer"]) == ([], True)
    assert model["interest"]["name"] == law("pl").delay_rates("consumer").name
    assert _refusal_of_rate(books) == "pl.claim_package.consumer"


def _refusal_of_rate(books: Books) -> str:
    with pytest.raises(IssueRefused) as caught:
        _issue(books, "K2", rate="commercial_general")
    return caught.value.rule


def test_claims_in_another_currency_have_no_fees_here(books: Books) -> None:
    books.invoice("FV/1", "2026-04-01", "100.00", currency="EUR")
    books.invoice("FV/2", "2026-04-01", "100.00")
    books.sync()
    _demanded(books, "FV/1", "FV/2")
    with pytest.raises(InvalidInput) as caught:
        _issue(books)
    assert caught.value.field == "currency"
    _, model = _issue(books, currency="EUR")
    assert (model["dispute"], model["fees"]) == (None, None)
    assert {one["document"]: one["reason"] for one in model["left_out"]} == {"FV/2": "other_currency"}


def test_wrong_fields_are_named(books: Books) -> None:
    books.invoice("FV/1", "2026-04-01", "100.00")
    books.sync(today=TODAY)
    _demanded(books, "FV/1")
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"rows": []}, "rows"),
        ({"as_of": "2026-07-01"}, "as_of"),
        ({"dispute": "1.00"}, "dispute"),
        ({"defendant": {"pesel": "44051401358"}}, "defendant.pesel"),
        ({"plaintiff": {"krs": "123"}}, "plaintiff.krs"),
        ({"documents": ["FV/9"]}, "documents.0"),
        ({"colour": "red"}, "colour"),
    ]
    for given, field in wrong:
        with pytest.raises(InvalidInput) as caught:
            _issue(books, **given)
        assert caught.value.field == field
    assert books.documents.find() == []
