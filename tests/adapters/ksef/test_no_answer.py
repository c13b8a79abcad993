"""KSeF does not answer, or asks to wait: what may have arrived is looked up, never sent again."""

from __future__ import annotations

import datetime as dt

import pytest

from engine.errors import AdapterError
from tests.adapters.database.documents.document_issuer import AT
from tests.adapters.ksef.conftest import Firm


@pytest.mark.parametrize("fault", ["lose", "drop", 500, 503])
def test_no_answer_leaves_it_unknown_and_the_next_look_finds_out(firm: Firm, fault: str | int) -> None:
    firm.fake.faults["send"] = [fault]
    issued, after = firm.issue(), firm.issue()
    states = {one.document_id: one.state for one in firm.send(looks=0)}
    assert states == {issued.id: "unknown", after.id: "waiting"}
    sent = len(firm.fake.sent())
    assert sent == (1 if fault == "lose" else 0)
    assert [one.state for one in firm.send()] == ["accepted", "accepted"]
    assert len(firm.fake.sent()) == 2
    assert firm.state(issued).attempts == (1 if fault == "lose" else 2)


def test_an_unknown_invoice_is_found_beyond_the_first_page_of_its_session(firm: Firm) -> None:
    for _ in range(5):
        firm.issue()
    firm.fake.faults["send"] = [0, 0, 0, 0, "lose"]
    firm.send(looks=0)
    assert [one.state for one in firm.send()][-1:] == ["accepted"]
    assert len(firm.fake.sent()) == 5


def test_an_unknown_invoice_waits_while_ksef_cannot_say_whether_it_has_it(firm: Firm) -> None:
    firm.fake.faults["send"] = ["lose"]
    issued = firm.issue()
    firm.send(looks=0)
    [session] = firm.fake.state.sessions.values()
    session.code, kept = 170, session.invoices
    session.invoices = []
    firm.send()
    assert firm.state(issued).state == "unknown"
    assert "handled" in (firm.state(issued).reason or "")
    session.code, session.invoices = 200, kept
    assert [one.state for one in firm.send()] == ["accepted"]
    assert len(firm.fake.sent()) == 1


def test_ksef_that_asks_to_wait_is_left_alone_until_then(firm: Firm) -> None:
    firm.fake.faults["send"] = [429]
    issued = firm.issue()
    [sending] = firm.send()
    assert (sending.state, sending.not_before) == ("waiting", AT + dt.timedelta(seconds=30))
    calls = firm.fake.calls.count("send")
    assert firm.send(at=AT + dt.timedelta(seconds=29))[0].state == "waiting"
    assert firm.fake.calls.count("send") == calls
    firm.send(at=AT + dt.timedelta(seconds=31))
    assert firm.state(issued).state == "accepted"


def test_a_ksef_that_is_not_there_changes_nothing(firm: Firm) -> None:
    issued = firm.issue()
    firm.fake.url = "http://127.0.0.1:9"
    with pytest.raises(AdapterError, match="does not answer"):
        firm.send()
    assert (firm.state(issued).state, firm.state(issued).attempts) == ("waiting", 0)
