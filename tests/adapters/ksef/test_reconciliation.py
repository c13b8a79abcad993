"""Wrong, late and double answers of KSeF: none is believed blindly."""

from __future__ import annotations

import pytest

from tests.adapters.database.documents.document_issuer import AT
from tests.adapters.ksef.conftest import Firm


def test_an_invoice_under_way_is_asked_for_again_and_never_sent_again(firm: Firm) -> None:
    firm.fake.state.delay = 4
    issued = firm.issue()
    assert [one.state for one in firm.send(looks=1)] == ["sent"]
    assert [one.state for one in firm.send(looks=1)] == ["sent"]
    assert firm.send(looks=9)[0].state == "accepted"
    assert firm.state(issued).attempts == 1
    assert len(firm.fake.sent()) == 1


def test_a_duplicate_with_the_same_bytes_is_the_one_that_was_sent_before(firm: Firm) -> None:
    issued = firm.issue()
    firm.send()
    number = firm.state(issued).ksef_number
    _forget(firm)
    [sending] = firm.send()
    assert (sending.state, sending.ksef_number) == ("accepted", number)
    assert sending.upo_sha256 is not None
    assert sending.accepted_at == AT
    assert [sent.code for sent in firm.fake.sent()] == [200, 440]


def test_a_duplicate_with_other_bytes_is_rejected_and_names_the_first(firm: Firm) -> None:
    firm.issue()
    firm.send()
    [first] = firm.fake.sent()
    first.xml += b"\n"
    _forget(firm)
    [sending] = firm.send()
    assert (sending.state, sending.reason_code) == ("rejected", 440)
    assert str(first.number) in (sending.reason or "")


def _forget(firm: Firm) -> None:
    """As if the database had been restored from before the sending."""
    with firm.engine.begin() as connection:
        connection.exec_driver_sql("delete from ksef_sending")


def test_a_number_that_is_none_is_not_taken_over(firm: Firm) -> None:
    issued = firm.issue()
    firm.fake.state.delay = 99
    firm.send(looks=1)
    [sent] = firm.fake.sent()
    firm.fake.state.delay = 0
    right = str(sent.number)
    for wrong in (right[:-2] + "00", "7740001454" + right[10:]):
        sent.number = wrong
        firm.send()
        assert (firm.state(issued).state, firm.state(issued).ksef_number) == ("sent", None)
        assert wrong in (firm.state(issued).reason or "")
    sent.number = right
    assert firm.send()[0].ksef_number == right


def test_a_confirmation_of_other_bytes_is_not_kept(firm: Firm) -> None:
    issued = firm.issue()
    firm.fake.faults["upo"] = [503]
    [sending] = firm.send(looks=1)
    assert (sending.state, sending.upo_sha256) == ("accepted", None)
    [sent] = firm.fake.sent()
    right, sent.xml = sent.xml, b"<other/>"
    firm.submissions.settle("pl", at=AT)
    assert firm.state(issued).upo_sha256 is None
    assert "other bytes" in (firm.state(issued).reason or "")
    sent.xml = right
    firm.submissions.settle("pl", at=AT)
    assert firm.state(issued).upo_sha256 is not None


@pytest.mark.parametrize("code", [405, 550])
def test_what_ksef_gave_up_for_reasons_of_its_own_is_sent_again(firm: Firm, code: int) -> None:
    firm.fake.state.delay = 1
    issued = firm.issue()
    firm.send(looks=1)
    [sent] = firm.fake.sent()
    sent.code, sent.words, number, sent.number = code, "Operacja anulowana", str(sent.number), None
    firm.fake.state.registry.pop(number)
    firm.fake.state.unique.clear()
    firm.submissions.settle("pl", at=AT)
    assert (firm.state(issued).state, firm.state(issued).reason_code) == ("waiting", code)
    firm.send()
    assert (firm.state(issued).state, firm.state(issued).attempts) == ("accepted", 2)
