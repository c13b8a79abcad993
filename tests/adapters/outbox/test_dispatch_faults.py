"""What goes wrong outside: refusals, lost connections, dead workers; nothing leaves twice and nothing is lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy.exc import OperationalError

from adapters.outbox.store import PostgresOutbox
from app.installation.clock import ZONE
from engine.errors import EffectUnknown, InvalidInput
from engine.execution.states import MAX_ATTEMPTS
from tests.adapters.delivery.conftest import Inbox, scripted
from tests.adapters.installation import DAY, ITEMS, Installation

FRIDAY = date(2026, 3, 13)
MONDAY = date(2026, 3, 16)
ADDRESS = "a@customers.example"
NOON = datetime(2026, 3, 12, 12, tzinfo=ZONE)
OUTBOX = PostgresOutbox()


def polite(command: bytes) -> bytes:
    return b"354 go on\r\n" if command == b"DATA" else b"250 fine\r\n"


def test_a_refused_recipient_fails_and_is_not_decided_anew(house: Installation, inbox: Inbox) -> None:
    inbox.rcpt[ADDRESS] = "550 no such user"
    house.day(DAY, ITEMS)
    assert house.deliver(DAY) == {"failed": 1}
    action = house.action()
    assert "550 no such user" in action.outcome
    assert (action.lease_until, action.done_on) == (None, None)
    assert house.recorded(action) == ["action:intended", "action:failed"]
    for day in (FRIDAY, MONDAY, date(2026, 3, 17)):
        assert house.day(day)["decisions"] == 0, "a person has to look first"
        assert house.deliver(day) == {}
    assert house.states() == ["failed"]


def test_what_the_mail_server_says_is_not_in_the_open_part_of_the_archive(house: Installation, inbox: Inbox) -> None:
    inbox.rcpt[ADDRESS] = "550 no such user"
    house.day(DAY, ITEMS)
    house.deliver(DAY)
    with house.system.database.engine.connect() as connection:
        bodies = connection.exec_driver_sql("select body from archive_entry where kind like 'action:%%'").scalars()
        assert not [body for body in bodies if b"no such user" in bytes(body) or ADDRESS.encode() in bytes(body)]


def test_a_busy_server_is_tried_again_later_and_then_the_action_is_held(house: Installation, inbox: Inbox) -> None:
    inbox.rcpt[ADDRESS] = "451 try later"
    house.day(DAY, ITEMS)
    moment = NOON
    for attempt in range(1, MAX_ATTEMPTS):
        assert house.deliver_at(moment) == {"retry": 1}
        action = house.action()
        assert (action.state, action.attempts) == ("ready", attempt)
        assert moment < action.not_before <= moment + timedelta(seconds=1 + 30 * 2 ** (attempt - 1))
        assert house.deliver_at(moment) == {}, "not before its time"
        moment = action.not_before.astimezone(ZONE)
    assert house.deliver_at(moment) == {"held": 1}
    action = house.action()
    assert (action.state, action.lease_until) == ("held", None)
    assert f"given up after {MAX_ATTEMPTS} tries" in action.outcome
    inbox.rcpt.clear()
    assert house.day(FRIDAY)["decisions"] == 0
    assert house.deliver(FRIDAY) == {}
    assert inbox.kept == []


def test_a_server_that_refuses_the_text_for_now_gets_it_later_once(house: Installation, inbox: Inbox) -> None:
    inbox.data = "452 disk full"
    house.day(DAY, ITEMS)
    assert house.deliver_at(NOON) == {"retry": 1}
    inbox.data = "250 OK"
    assert house.deliver_at(house.action().not_before.astimezone(ZONE)) == {"done": 1}
    assert len(inbox.kept) == 1


def test_a_connection_lost_after_the_text_leaves_the_message_unknown_for_good(
    house: Installation, inbox: Inbox
) -> None:
    house.day(DAY, ITEMS)
    with scripted(polite, at_end=None) as (port, received):
        house.mail_to(port)
        assert house.deliver(DAY) == {"unknown": 1}
    assert len(received) == 1
    action = house.action()
    assert house.recorded(action) == ["action:intended", "action:unknown"]
    house.worker_context = house.system.outbox.worker_context
    for day in (FRIDAY, date(2026, 3, 20), date(2026, 4, 2)):
        assert house.day(day)["decisions"] == 0, "no further stage for items whose last message nobody knows of"
        assert house.deliver(day) == {}
    assert (house.states(), inbox.kept) == (["unknown"], [])


def test_an_action_whose_message_cannot_be_written_is_left_to_a_person(house: Installation, inbox: Inbox) -> None:
    house.day(DAY, ITEMS)
    house.write("update action set params = jsonb_set(params, '{wording}', '\"nonsense\"')")
    assert house.deliver(DAY) == {"held": 1}
    assert "nonsense" in house.action().outcome
    assert house.recorded(house.action()) == ["action:held"]
    assert inbox.kept == []


TWO = {
    "customers": [{"key": "A", "language": "pl"}, {"key": "B", "language": "pl"}],
    "items": [
        {"key": "I1", "issued": "2026-02-01", "due": "2026-03-02", "amount": "300.00"},
        {"key": "I2", "customer": "B", "issued": "2026-02-01", "due": "2026-03-02", "amount": "200.00"},
    ],
}


def test_an_action_of_a_company_that_is_not_set_up_any_more_is_left_to_a_person(
    house: Installation, inbox: Inbox
) -> None:
    house.day(DAY, TWO)
    house.worker_context = replace(house.worker_context, companies={})
    assert house.deliver(DAY) == {"held": 2}
    assert "There is no company of source 'books'" in house.actions()[0].outcome
    assert inbox.kept == []


def test_actions_wait_while_nobody_can_read_what_their_company_has_settled(house: Installation, inbox: Inbox) -> None:
    house.day(DAY, TWO)
    whole = house.worker_context
    broken = {"books": InvalidInput("company.yaml: mail_from: Not a valid email address.", field="mail_from")}
    house.worker_context = replace(whole, companies={}, unreadable=broken)
    assert house.deliver(DAY) == {"deferred": 2}
    assert "mail_from" in house.actions()[0].outcome
    house.worker_context = whole
    house.clock.now += timedelta(minutes=15)
    assert house.deliver(DAY) == {"done": 2}
    assert len(inbox.kept) == 2


def test_an_action_that_breaks_the_program_does_not_stop_those_behind_it(
    house: Installation, inbox: Inbox, caplog: pytest.LogCaptureFixture
) -> None:
    house.day(DAY, TWO)
    house.write("update action set params = params - 'wording' where customer_key = 'A'")
    assert house.deliver(DAY) == {"held": 1, "done": 1}
    first, second = house.actions()
    assert (first.state, first.outcome, second.state) == ("held", "KeyError: 'wording'", "done")
    assert house.recorded(first) == ["action:held"]
    assert [record.exc_info is not None for record in caplog.records if "books:A:" in record.getMessage()] == [True]
    assert [envelope.rcpt_tos for envelope in inbox.kept] == [["b@customers.example"]]


def test_a_program_that_breaks_while_a_message_leaves_says_that_nobody_knows(house: Installation) -> None:
    house.day(DAY, ITEMS)
    real = house.worker_context.smtp.send

    def broken(message: bytes, sender: str, recipients: list[str], before_data: object) -> None:
        real(message, sender, recipients, before_data=before_data)  # type: ignore[arg-type]
        raise ZeroDivisionError("after the text was sent")

    house.worker_context.smtp.send = broken  # type: ignore[method-assign, assignment]
    assert house.deliver(DAY) == {"unknown": 1}
    assert house.action().outcome == "ZeroDivisionError: after the text was sent"


def test_a_database_that_goes_away_holds_no_action_against_it(house: Installation, inbox: Inbox) -> None:
    house.day(DAY, ITEMS)

    def hang_up() -> None:
        with house.system.database.engine.connect() as connection:
            connection.exec_driver_sql("select pg_terminate_backend(pg_backend_pid())")

    house.meddle(hang_up)
    with pytest.raises(OperationalError):
        house.deliver(DAY)
    assert (house.states(), inbox.kept) == (["claimed"], [])
    house.clock.now += timedelta(minutes=1)
    assert house.deliver(DAY) == {"done": 1}


def test_a_worker_that_died_before_sending_is_taken_over(house: Installation, inbox: Inbox) -> None:
    house.day(DAY, ITEMS)
    with house.system.database.engine.begin() as connection:
        assert len(OUTBOX.claim(connection, "dead worker", house.clock.now, DAY)) == 1
    assert house.deliver(DAY) == {}, "its lease still runs"
    house.write("update action set lease_until = :past", past=house.clock.now - timedelta(seconds=1))
    assert house.deliver(DAY) == {"done": 1}
    assert house.action().epoch == 2
    assert len(inbox.kept) == 1


def test_a_worker_that_died_while_sending_leaves_the_message_unknown(house: Installation, inbox: Inbox) -> None:
    house.day(DAY, ITEMS)
    with house.system.database.engine.begin() as connection:
        (claimed,) = OUTBOX.claim(connection, "dead worker", house.clock.now, DAY)
        assert OUTBOX.move(connection, claimed, "sending", house.clock.now)
    house.write("update action set lease_until = :past", past=house.clock.now - timedelta(seconds=1))
    assert house.deliver(DAY) == {"unknown": 1}
    action = house.action()
    assert (action.state, action.owner) == ("unknown", None)
    assert house.recorded(action) == ["action:unknown"]
    assert house.deliver(DAY) == {}
    assert inbox.kept == []


def test_a_worker_that_is_only_slow_cannot_write_what_another_took_over(house: Installation, inbox: Inbox) -> None:
    house.day(DAY, ITEMS)
    with house.system.database.engine.begin() as connection:
        (stale,) = OUTBOX.claim(connection, house.worker_context.owner, house.clock.now, DAY)
    house.write("update action set lease_until = :past", past=house.clock.now - timedelta(seconds=1))
    assert house.deliver(DAY) == {"done": 1}
    with house.system.database.engine.begin() as connection:
        assert not OUTBOX.move(connection, stale, "ready", house.clock.now)
    house.write("update action set state = 'claimed'")
    with house.system.database.engine.begin() as connection:
        assert not OUTBOX.move(connection, stale, "sending", house.clock.now), "same owner and state, older epoch"
    assert len(inbox.kept) == 1


def test_a_claim_lost_between_preparation_and_data_sends_nothing(house: Installation, inbox: Inbox) -> None:
    house.day(DAY, ITEMS)
    house.meddle(lambda: house.write("update action set epoch = epoch + 1, owner = 'another'"))
    assert house.deliver(DAY) == {"lost": 1}
    assert inbox.kept == []
    assert house.states() == ["claimed"]


def test_a_round_that_takes_long_still_has_its_full_lease_when_it_sends(house: Installation) -> None:
    house.day(DAY, ITEMS)
    seen: list[timedelta] = []

    def slow() -> None:
        house.clock.now += timedelta(seconds=25)

    house.meddle(slow)
    real = house.worker_context.smtp.send

    def watched(message: bytes, sender: str, recipients: list[str], before_data: object) -> None:
        def before() -> None:
            before_data()  # type: ignore[operator]
            seen.append(house.action().lease_until - house.clock.now)

        real(message, sender, recipients, before_data=before)

    house.worker_context.smtp.send = watched  # type: ignore[method-assign, assignment]
    assert house.deliver(DAY) == {"done": 1}
    assert seen == [timedelta(minutes=2)]


def test_a_round_that_outlives_its_lease_sends_nothing_and_the_next_one_does(house: Installation, inbox: Inbox) -> None:
    house.day(DAY, ITEMS)

    def stopped() -> None:
        house.clock.now += timedelta(minutes=5)

    house.meddle(stopped)
    assert house.deliver(DAY) == {"lost": 1, "done": 1}
    assert len(inbox.kept) == 1


def test_an_answer_nobody_can_read_is_unknown_too(house: Installation) -> None:
    house.day(DAY, ITEMS)
    with scripted(polite, at_end=b"what?\r\n") as (port, _):
        house.mail_to(port)
        assert house.deliver(DAY) == {"unknown": 1}
    assert house.action().outcome == str(EffectUnknown("No readable answer came after the message was sent."))
