"""From a decision to its effect: facts are looked at again, intent comes first, outcome last."""

from __future__ import annotations

import email
from datetime import date, datetime, timedelta
from email import policy
from hashlib import sha256

import pytest
from aiosmtpd.smtp import Envelope

from app.installation.clock import ZONE
from app.usecases.decide import decide_day
from tests.adapters.delivery.conftest import Inbox
from tests.adapters.installation import DAY, DEBT, ITEMS, NOTICE, PAID, SOURCE, SUSPENSION, Installation

NEXT = date(2026, 3, 13)
PAYMENT = {"payments": [{"key": "P1", "paid": DAY.isoformat(), "amount": "300.00", "pays": {"I1": "300.00"}}]}
PAID_BOTH = {
    "payments": [{"key": "P1", "paid": DAY.isoformat(), "amount": "500.00", "pays": {"I1": "300.00", "I2": "200.00"}}]
}
DISPUTE = {"holds": [{"key": "H1", "item": "I1", "from": DAY.isoformat()}]}
HELD = {"holds": [{"key": "H1", "from": DAY.isoformat()}]}


def body(envelope: Envelope) -> str:
    """The plain text of a message."""
    assert isinstance(envelope.content, bytes)
    part = email.message_from_bytes(envelope.content, policy=policy.default).get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def test_a_reminder_leaves_with_its_letter_and_the_archive_keeps_the_bytes_received(
    house: Installation, inbox: Inbox
) -> None:
    house.sync(DAY, ITEMS)
    assert decide_day(house.system.rules.library, house.system.runs, SOURCE, DAY).counts["decisions"] == 1
    assert house.deliver(DAY) == {"done": 1}
    (envelope,) = inbox.kept
    assert isinstance(envelope.content, bytes)
    assert envelope.rcpt_tos == ["a@customers.example"]
    assert b"Content-Type: application/pdf" in envelope.content
    action = house.action()
    assert action.message_hash == sha256(envelope.content).hexdigest()
    assert house.system.records.archive.content(action.message_hash) == envelope.content
    assert (action.state, action.done_on, action.lease_until) == ("done", DAY, None)


def test_the_intent_precedes_and_the_outcome_follows_in_an_archive_that_verifies(house: Installation) -> None:
    house.day(DAY, ITEMS)
    house.deliver(DAY)
    assert house.recorded(house.action()) == ["action:intended", "action:done"]
    assert house.system.records.archive.verify().problems == ()


def test_a_second_run_and_a_second_round_add_nothing(house: Installation, inbox: Inbox) -> None:
    house.day(DAY, ITEMS)
    house.deliver(DAY)
    assert house.run(DAY)["decisions"] == 0
    assert house.deliver(DAY) == {}
    assert len(inbox.kept) == 1


@pytest.mark.parametrize("change", [PAYMENT, DISPUTE], ids=["payment", "hold"])
def test_an_item_settled_or_held_before_the_effect_is_left_out(
    house: Installation, inbox: Inbox, change: dict[str, object]
) -> None:
    house.day(DAY, ITEMS)
    assert house.action().items == ["I1", "I2"]
    house.sync(DAY, change)
    assert house.deliver(DAY) == {"done": 1}
    text = body(inbox.kept[0])
    assert "200,00" in text
    assert "300,00" not in text
    assert house.action().items == ["I2"], "what the message does not list was not sent"


def test_an_item_held_when_the_message_left_gets_its_own_once_the_hold_is_lifted(
    house: Installation, inbox: Inbox
) -> None:
    house.day(DAY, ITEMS)
    house.sync(DAY, DISPUTE)
    house.deliver(DAY)
    house.books.remove({"holds": ["H1"]})
    monday = date(2026, 3, 16)
    house.day(monday)
    assert house.deliver(monday) == {"done": 1}
    assert house.actions()[-1].items == ["I1"]
    assert "300,00" in body(inbox.kept[1])


@pytest.mark.parametrize("change", [PAID_BOTH, HELD], ids=["payment", "hold"])
def test_nothing_left_to_ask_for_cancels_the_action(
    house: Installation, inbox: Inbox, change: dict[str, object]
) -> None:
    house.day(DAY, ITEMS)
    house.sync(DAY, change)
    assert house.deliver(DAY) == {"cancelled": 1}
    assert inbox.kept == []
    action = house.action()
    assert (action.state, action.message_hash) == ("cancelled", None)
    assert house.recorded(action) == ["action:cancelled"]


def test_a_cancelled_reminder_comes_again_on_a_later_day_once_the_hold_is_lifted(
    house: Installation, inbox: Inbox
) -> None:
    house.day(DAY, ITEMS)
    house.sync(DAY, HELD)
    house.deliver(DAY)
    house.books.remove({"holds": ["H1"]})
    house.sync(DAY)
    assert house.run(DAY)["decisions"] == 0, "on the same day the decision stands"
    house.day(NEXT)
    house.deliver(NEXT)
    first, second = house.actions()
    assert (first.state, second.state, first.items, second.items) == ("cancelled", "done", ["I1", "I2"], ["I1", "I2"])
    assert first.decision_key.replace(DAY.isoformat(), NEXT.isoformat()) == second.decision_key
    assert len(inbox.kept) == 1


def test_a_payment_between_preparation_and_data_has_the_message_prepared_anew(
    house: Installation, inbox: Inbox
) -> None:
    house.day(DAY, ITEMS)
    house.meddle(lambda: house.sync(DAY, PAYMENT))
    assert house.deliver(DAY) == {"retry": 1, "done": 1}
    (envelope,) = inbox.kept
    assert "300,00" not in body(envelope)
    action = house.action()
    assert (action.items, action.attempts) == (["I2"], 0)
    assert house.system.records.archive.content(action.message_hash) == envelope.content
    assert house.recorded(action) == ["action:intended", "action:intended", "action:done"]


def test_a_payment_of_everything_between_preparation_and_data_stops_the_message(
    house: Installation, inbox: Inbox
) -> None:
    house.day(DAY, ITEMS)
    house.meddle(lambda: house.sync(DAY, PAID_BOTH))
    assert house.deliver(DAY) == {"retry": 1, "cancelled": 1}
    assert inbox.kept == []


@pytest.mark.parametrize(
    ("moment", "again"),
    [
        (datetime(2026, 3, 12, 22, tzinfo=ZONE), datetime(2026, 3, 13, 8, tzinfo=ZONE)),
        (datetime(2026, 3, 13, 5, tzinfo=ZONE), datetime(2026, 3, 13, 8, tzinfo=ZONE)),
        (datetime(2026, 3, 14, 12, tzinfo=ZONE), datetime(2026, 3, 16, 8, tzinfo=ZONE)),
        (datetime(2026, 5, 1, 12, tzinfo=ZONE), datetime(2026, 5, 4, 8, tzinfo=ZONE)),
    ],
    ids=["at night", "before dawn", "on a Saturday", "on a public holiday before a weekend"],
)
def test_a_reminder_waits_for_a_decent_hour_of_a_working_day(
    house: Installation, inbox: Inbox, moment: datetime, again: datetime
) -> None:
    house.day(DAY, ITEMS)
    house.read_again(moment - timedelta(hours=1))
    assert house.deliver_at(moment) == {"deferred": 1}
    action = house.action()
    assert (action.state, action.not_before, action.attempts, action.lease_until) == ("ready", again, 0, None)
    assert house.deliver_at(moment) == {}, "not before its time"
    house.read_again(again - timedelta(hours=1))
    assert house.deliver_at(again) == {"done": 1}
    assert len(inbox.kept) == 1


def suspended(house: Installation) -> None:
    """A customer whose suspension is decided but not carried out."""
    house.day(NOTICE, DEBT)
    assert house.deliver(NOTICE) == {"done": 1}
    house.day(SUSPENSION)
    assert house.services() == {"S1": ("suspended", 1), "S2": ("suspended", 1)}


def test_a_suspension_whose_debt_is_paid_before_the_effect_is_cancelled(house: Installation, inbox: Inbox) -> None:
    suspended(house)
    house.sync(SUSPENSION, PAID)
    assert house.deliver(SUSPENSION) == {"cancelled": 1}
    assert house.states("kind = 'suspend'") == ["cancelled"]
    assert house.services() == {"S1": ("active", 2), "S2": ("active", 2)}
    assert len(inbox.kept) == 1, "only the notice"


def test_a_reinstatement_withdrawn_before_the_effect_can_be_decided_again(house: Installation) -> None:
    suspended(house)
    house.deliver(SUSPENSION)
    day = date(2026, 3, 18)
    house.day(day, PAID | {"services": [{"key": "NEW"}]})
    assert (house.services()["S1"], house.services()["NEW"]) == (("active", 2), ("active", 1))
    house.books.remove({"payments": ["P1"]})
    house.sync(day)
    assert house.deliver(day) == {"cancelled": 1}
    assert house.services()["S1"] == ("suspended", 3), "nobody was told otherwise"
    assert house.services()["NEW"] == ("active", 1), "it never was suspended"
    house.day(date(2026, 3, 19), PAID)
    house.deliver(date(2026, 3, 19))
    assert house.states("kind = 'reinstate'") == ["cancelled", "done"]
    assert house.services()["S1"] == ("active", 4)


def test_a_reinstatement_goes_before_everything(house: Installation, inbox: Inbox) -> None:
    suspended(house)
    house.deliver(SUSPENSION)
    day = date(2026, 3, 18)
    others = {
        "customers": [{"key": "0", "language": "pl"}],
        "items": [{"key": "I1", "customer": "0", "issued": "2026-02-01", "due": "2026-03-02", "amount": "300.00"}],
    }
    house.day(day, others)
    house.day(date(2026, 3, 19), PAID)
    assert house.states("state = 'ready'") == ["ready", "ready"]
    assert house.deliver_at(datetime(2026, 3, 19, 12, tzinfo=ZONE), limit=1) == {"done": 1}
    assert inbox.kept[-1].rcpt_tos == ["manager@house.example"]
    assert house.states("kind = 'reinstate'") == ["done"]
    assert len(house.actions("state = 'ready'")) == 1
