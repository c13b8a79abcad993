"""Suspension and resumption as the CRM hears of them: signed, fenced by versions, repeated under one id."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from standardwebhooks.webhooks import Webhook

from adapters.outbox.store import PostgresOutbox
from tests.adapters.crm.conftest import Receiver
from tests.adapters.delivery.conftest import Inbox
from tests.adapters.installation import DEBT, NOTICE, PAID, SECRET, SUSPENSION, Installation

NEXT = SUSPENSION + timedelta(days=1)
WEBHOOK = "channel = 'webhook'"
INTERNAL = "channel = 'internal'"


@pytest.fixture
def house(install: Callable[..., Installation], receiver: Receiver) -> Installation:
    """An installation with an endpoint, in which the suspension of customer A is decided."""
    made = install(webhook=receiver.url, webhook_internal=True)
    made.day(NOTICE, DEBT)
    assert made.deliver(NOTICE) == {"done": 1}
    made.day(SUSPENSION)
    assert made.states("kind = 'suspend'") == ["ready", "ready"]
    return made


def events(receiver: Receiver) -> list[dict[str, Any]]:
    """What the endpoint received, each with the signature that the library makes for its bytes, id and time."""
    for _, headers, body in receiver.requests:
        at = datetime.fromtimestamp(int(headers["webhook-timestamp"]), UTC)
        assert headers["webhook-signature"] == Webhook(SECRET).sign(headers["webhook-id"], at, body.decode())
    return [json.loads(body) for _, _, body in receiver.requests]


def ids(receiver: Receiver) -> list[str]:
    return [headers["webhook-id"] for _, headers, _ in receiver.requests]


def confirmed(house: Installation) -> set[int]:
    with house.system.database.engine.connect() as connection:
        return set(connection.exec_driver_sql("select confirmed_version from service_state").scalars())


def due_now(house: Installation) -> None:
    """Let the back-off be over."""
    house.write("update action set not_before = null where state = 'ready'")


def test_the_crm_is_told_of_a_suspension_in_a_webhook_it_can_verify(house: Installation, receiver: Receiver) -> None:
    assert house.deliver(SUSPENSION) == {"done": 2}
    (event,) = events(receiver)
    assert event["type"] == "service.suspended"
    data = event["data"]
    assert (data["customer"], data["services"], data["state"], data["version"], data["as_of"]) == (
        "A",
        ["S1", "S2"],
        "suspended",
        1,
        SUSPENSION.isoformat(),
    )
    action = house.action(WEBHOOK)
    assert house.system.records.archive.content(action.message_hash) == receiver.requests[0][2]
    assert house.recorded(action) == ["action:intended", "action:done"]
    assert confirmed(house) == {1}
    assert house.system.records.archive.verify().ok


def test_the_staff_is_told_too_and_what_has_to_be_paid(house: Installation, inbox: Inbox) -> None:
    house.deliver(SUSPENSION)
    assert inbox.kept[-1].rcpt_tos == ["manager@house.example"]


def test_an_endpoint_that_is_gone_fails_the_action_for_a_person_to_see(house: Installation, receiver: Receiver) -> None:
    receiver.status = 410
    assert house.deliver(SUSPENSION) == {"failed": 1, "done": 1}
    assert house.recorded(house.action(WEBHOOK)) == ["action:intended", "action:failed"]
    assert confirmed(house) == {0}
    house.sync(NEXT)
    assert house.deliver(NEXT) == {}
    assert len(receiver.requests) == 1


def test_a_webhook_that_met_an_error_comes_again_under_the_same_id(house: Installation, receiver: Receiver) -> None:
    receiver.status = 500
    assert house.deliver(SUSPENSION) == {"retry": 1, "done": 1}
    action = house.action(WEBHOOK)
    assert (action.state, action.attempts) == ("ready", 1)
    assert action.not_before > house.clock.now
    receiver.status = 200
    due_now(house)
    assert house.deliver(SUSPENSION) == {"done": 1}
    first, second = ids(receiver)
    assert first == second
    assert [event["data"]["version"] for event in events(receiver)] == [1, 1]


def test_a_webhook_whose_worker_died_comes_again_under_the_same_id(house: Installation, receiver: Receiver) -> None:
    with house.system.database.engine.begin() as connection:
        outbox = PostgresOutbox()
        claimed = outbox.claim(connection, "dead worker", house.clock.now, SUSPENSION, limit=1)[0]
        assert (claimed.channel, outbox.move(connection, claimed, "sending", house.clock.now)) == ("webhook", True)
    house.write("update action set lease_until = :past where state = 'sending'", past=house.clock.now)
    house.clock.now += timedelta(seconds=1)
    assert house.deliver(SUSPENSION) == {"done": 2}
    assert len(receiver.requests) == 1
    assert house.action(WEBHOOK).attempts == 1, "the endpoint may have got it before"


def test_the_crm_hears_nothing_of_a_suspension_that_is_withdrawn(
    house: Installation, receiver: Receiver, inbox: Inbox
) -> None:
    house.sync(SUSPENSION, PAID)
    assert house.deliver(SUSPENSION) == {"cancelled": 2}
    assert house.services() == {"S1": ("active", 2), "S2": ("active", 2)}
    assert (receiver.requests, len(inbox.kept)) == ([], 1)


def reinstated(house: Installation, receiver: Receiver) -> None:
    """The next day's run undoes what the CRM was, or may have been, told."""
    house.day(NEXT)
    house.deliver(NEXT)
    assert house.states("kind = 'reinstate'") == ["done", "done"]
    event = events(receiver)[-1]
    assert (event["type"], event["data"]["version"]) == ("service.reinstated", 2)
    assert confirmed(house) == {2}


def test_a_suspension_the_crm_took_is_undone_by_a_reinstatement_not_in_silence(
    house: Installation, receiver: Receiver, inbox: Inbox
) -> None:
    inbox.rcpt["manager@house.example"] = "451 try later"
    assert house.deliver(SUSPENSION) == {"done": 1, "retry": 1}
    inbox.rcpt.clear()
    house.sync(SUSPENSION, PAID)
    due_now(house)
    assert house.deliver(SUSPENSION) == {"cancelled": 1}
    assert house.services()["S1"] == ("suspended", 1)
    reinstated(house, receiver)


def test_a_suspension_the_crm_may_have_taken_is_undone_by_a_reinstatement_too(
    house: Installation, receiver: Receiver
) -> None:
    receiver.status = 500
    house.deliver(SUSPENSION)
    receiver.status = 200
    house.sync(SUSPENSION, PAID)
    due_now(house)
    assert house.deliver(SUSPENSION) == {"held": 1}, "nobody knows whether the first attempt arrived"
    assert house.services()["S1"] == ("suspended", 1)
    reinstated(house, receiver)


def test_a_reinstatement_overtakes_a_suspension_that_waits(
    house: Installation, receiver: Receiver, inbox: Inbox
) -> None:
    house.day(NEXT, PAID)
    assert house.deliver(NEXT) == {"done": 2, "cancelled": 2}
    assert [event["type"] for event in events(receiver)] == ["service.reinstated"]
    assert {action.outcome for action in house.actions("kind = 'suspend'")} == {"superseded by a newer decision"}
    assert house.services()["S1"] == ("active", 2)


def test_a_company_that_lost_its_endpoint_has_the_action_held(house: Installation, receiver: Receiver) -> None:
    companies = {key: replace(company, webhook=None) for key, company in house.worker_context.companies.items()}
    house.worker_context = replace(house.worker_context, companies=companies)
    assert house.deliver(SUSPENSION) == {"held": 1, "done": 1}
    assert "no webhook" in house.action(WEBHOOK).outcome
    assert receiver.requests == []


def test_events_of_a_customer_carry_versions_that_rise(house: Installation, receiver: Receiver) -> None:
    house.deliver(SUSPENSION)
    house.day(NEXT, PAID)
    house.deliver(NEXT)
    later = date(2026, 3, 19)
    house.books.remove({"payments": ["P1"]})
    house.day(later)
    house.deliver(later)
    assert [(event["data"]["state"], event["data"]["version"]) for event in events(receiver)] == [
        ("suspended", 1),
        ("active", 2),
        ("suspended", 3),
    ]
    assert len(set(ids(receiver))) == 3
