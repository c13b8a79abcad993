from __future__ import annotations

import datetime as dt
import json
from hashlib import sha256
from typing import Any

import pytest

from documents.identifiers import require_ksef_number
from documents.register.issued import IssuedDocument
from engine.errors import Conflict
from tests.adapters.database.documents.document_issuer import AT, model
from tests.adapters.ksef.conftest import NIP, Firm


def test_an_invoice_is_accepted_and_its_confirmation_kept(firm: Firm) -> None:
    issued = firm.issue()
    [sending] = firm.send()
    assert (sending.state, sending.attempts, sending.reason) == ("accepted", 1, None)
    assert sending.ksef_number is not None
    require_ksef_number(sending.ksef_number)
    assert sending.ksef_number.startswith(f"{NIP}-20261124-")
    assert sending.accepted_at == AT
    [taken] = firm.fake.sent()
    assert taken.xml == firm.documents.content(issued.id, "xml")
    assert sha256(taken.xml).hexdigest() == issued.xml_sha256
    assert sending.upo_sha256 is not None
    assert sending.ksef_number.encode() in firm.archive.content(sending.upo_sha256)


def test_everything_that_happened_is_in_the_archive_and_says_nothing_of_the_customer_in_public(firm: Firm) -> None:
    issued = firm.issue()
    [sending] = firm.send()
    entries = [entry for entry in firm.archive.show("pl", "K-1") if entry.case == f"document:{issued.id}"]
    kinds = [entry.kind.removeprefix("document:") for entry in entries]
    assert kinds == ["issued", "submitted", "accepted", "confirmed"]
    assert (entries[2].personal or {})["ksef_number"] == sending.ksef_number
    assert all(set(entry.public) == {"xml_sha256"} for entry in entries[1:])
    assert entries[3].documents == {sending.upo_sha256: "application/xml"}
    firm.archive.integrate()
    assert firm.archive.verify().ok


def test_several_go_in_one_session_and_a_second_call_sends_nothing(firm: Firm) -> None:
    for _ in range(5):
        firm.issue()
    assert [one.state for one in firm.send()] == ["accepted"] * 5
    assert len(firm.fake.state.sessions) == 1
    assert firm.send() == []
    assert firm.fake.calls.count("send") == 5
    assert firm.fake.calls.count("open") == 1


def test_what_does_not_go_to_ksef_is_not_taken_up(firm: Firm) -> None:
    firm.issue("proforma")
    firm.issue(model=model(ksef={"mode": "outside"}))
    assert firm.send() == []
    assert firm.fake.sent() == []


def test_an_invoice_of_offline24_says_so(firm: Firm) -> None:
    firm.issue(model=model(ksef={"mode": "offline24"}))
    firm.issue()
    firm.send()
    assert [sent.mode for sent in firm.fake.sent()] == [True, False]


def test_only_the_named_documents_go(firm: Firm) -> None:
    first, second = firm.issue(), firm.issue()
    [sending] = firm.send(ids=[second.id])
    assert (sending.document_id, sending.state) == (second.id, "accepted")
    assert firm.state(first).state == "waiting"


def test_a_refused_invoice_shows_the_reason_and_the_element(firm: Firm) -> None:
    firm.fake.state.now = AT - dt.timedelta(days=1)
    issued = firm.issue()
    [sending] = firm.send()
    assert (sending.state, sending.reason_code, sending.field) == ("rejected", 450, "P_1")
    assert "lies in the future" in (sending.reason or "")
    assert firm.send() == []
    assert firm.state(issued).attempts == 1
    kinds = [entry.kind for entry in firm.archive.show("pl", "K-1")]
    assert kinds[-1] == "document:rejected"


def _correction(firm: Firm, corrected: dict[str, Any]) -> IssuedDocument:
    line = {"description": "Usługa", "quantity": 1, "price": "100.00", "rate": 23}
    common = {name: value for name, value in model().items() if name not in {"lines", "payment"}}
    return firm.issue(
        "correcting_invoice",
        model={
            **common,
            "corrected": {"issue_date": "2026-11-24", **corrected},
            "reason": "rabat",
            "changes": [{"position": 1, "before": line, "after": {**line, "price": "90.00"}}],
        },
    )


def test_a_correction_waits_for_the_number_of_what_it_corrects_and_must_state_it(firm: Firm) -> None:
    first = firm.issue()
    early = _correction(firm, {"number": first.number})
    firm.send(looks=0)
    assert (firm.state(first).state, firm.state(early).state) == ("sent", "waiting")
    assert firm.state(early).reason == f"{first.number} has no KSeF number yet."
    firm.send()
    assert firm.state(early).state == "waiting"
    number = firm.state(first).ksef_number
    assert number is not None
    assert number in (firm.state(early).reason or "")
    late = _correction(firm, {"number": first.number, "ksef_number": number})
    firm.send()
    assert firm.state(late).state == "accepted"


def test_a_correction_of_an_invoice_from_elsewhere_goes_at_once(firm: Firm) -> None:
    correction = _correction(firm, {"number": "STARY/7"})
    firm.send()
    assert firm.state(correction).state == "accepted"


def test_two_processes_do_not_send_at_once(firm: Firm) -> None:
    firm.issue()
    with firm.submissions.sendings.alone("pl"), pytest.raises(Conflict, match="Another process"):
        firm.send()
    with firm.submissions.sendings.alone("other"):
        assert [one.state for one in firm.send()] == ["accepted"]


def test_the_bytes_that_were_issued_stay(firm: Firm) -> None:
    issued = firm.issue()
    before = {part: firm.documents.content(issued.id, part) for part in ("pdf", "json", "xml")}
    firm.send()
    assert {part: firm.documents.content(issued.id, part) for part in before} == before
    assert json.loads(before["json"])["ksef"]["number"] is None
    assert firm.documents.reproduce(issued.id).same
