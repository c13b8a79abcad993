"""What keeps a worker from acting: old books, a clock that jumped, a target that fails; and what must not wait."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, timedelta
from threading import Event
from time import perf_counter
from typing import Any

import pytest

from adapters.outbox.dispatch import dispatch, dispatcher_of
from app.installation.clock import ZONE, now
from engine.execution.dispatcher import ClockJumped
from engine.execution.ports import Moment
from engine.execution.states import TOLERATED
from tests.adapters.crm.conftest import Receiver
from tests.adapters.delivery.conftest import Inbox
from tests.adapters.installation import DAY, DEBT, ITEMS, NOTICE, PAID, SUSPENSION, Installation
from tests.adapters.runs.test_mass_hold import indebted, past

Install = Callable[..., Installation]
HOUR = timedelta(hours=1)


def test_a_reminder_waits_while_the_books_are_old_and_goes_when_they_are_read(install: Install, inbox: Inbox) -> None:
    house = install(fresh_hours=24)
    house.day(DAY, ITEMS)
    house.clock.now += 25 * HOUR
    assert house.deliver(date(2026, 3, 13)) == {"deferred": 1}
    action = house.action()
    assert (action.state, action.attempts) == ("ready", 0)
    assert "more than 24 hours" in action.outcome
    assert inbox.kept == []
    house.sync(date(2026, 3, 13))
    house.clock.now += timedelta(minutes=16)
    assert house.deliver(date(2026, 3, 13)) == {"done": 1}


def test_a_reminder_waits_for_the_end_of_the_blackout_days_and_none_is_decided_on_them(
    install: Install, inbox: Inbox
) -> None:
    house = install(blackout_days=["2026-03-13..2026-03-17", "monday"])
    house.day(DAY, ITEMS)
    friday = datetime(2026, 3, 13, 10, tzinfo=ZONE)
    house.sync(friday.date())
    assert house.deliver_at(friday) == {"deferred": 1}
    assert house.action().not_before == datetime(2026, 3, 18, 8, tzinfo=ZONE)
    assert "pl.guard.blackout" in house.action().outcome
    more = {**ITEMS["items"][0], "key": "J", "customer": "B"}
    house.day(date(2026, 3, 17), {"customers": [{"key": "B"}], "items": [more]})
    assert len(house.actions()) == 1
    house.day(date(2026, 3, 18))
    assert house.deliver_at(datetime(2026, 3, 18, 10, tzinfo=ZONE)) == {"done": 2}
    assert len(inbox.kept) == 2


def test_the_edge_of_old_is_the_bound_itself(install: Install) -> None:
    house = install(fresh_hours=24)
    house.day(DAY, ITEMS)
    with house.system.database.engine.connect() as connection:
        synced: Any = connection.exec_driver_sql("select synced_at from source").scalar_one()
    house.clock.now = synced + 24 * HOUR
    assert house.deliver(DAY) == {"done": 1}


def test_a_suspension_is_not_carried_out_on_old_books_though_it_was_decided_on_fresh_ones(
    install: Install, receiver: Receiver
) -> None:
    house = install(webhook=receiver.url, webhook_internal=True, fresh_hours=24)
    house.day(NOTICE, DEBT)
    house.deliver(NOTICE)
    house.day(SUSPENSION)
    house.clock.now += 30 * HOUR
    assert house.deliver(SUSPENSION) == {"deferred": 2}
    assert receiver.requests == []


def test_a_reinstatement_never_waits_for_the_books(install: Install, receiver: Receiver) -> None:
    house = install(webhook=receiver.url, webhook_internal=True, fresh_hours=24)
    house.day(NOTICE, DEBT)
    house.deliver(NOTICE)
    house.day(SUSPENSION)
    house.deliver(SUSPENSION)
    house.day(SUSPENSION + timedelta(days=1), PAID)
    house.clock.now += 100 * HOUR
    house.deliver(SUSPENSION + timedelta(days=1))
    assert set(house.states("kind = 'reinstate'")) == {"done"}


def test_a_clock_far_from_the_databases_stops_the_worker_before_anything_is_taken(house: Installation) -> None:
    house.day(DAY, ITEMS)
    jumped = replace(house.worker_context, skew=timedelta(minutes=5))
    with pytest.raises(ClockJumped, match="away from the database's"):
        dispatch(jumped, house.system.moment(DAY))
    assert house.states() == ["ready"]
    right = replace(jumped, clock=now)
    house.clock.now = now()
    house.write("update source set synced_at = :now, books_at = :now", now=now())
    assert dispatch(right, replace(house.system.moment(DAY), now=now())) == {"done": 1}


def test_only_an_installation_on_the_real_clock_is_watched(house: Installation) -> None:
    assert house.worker_context.skew is None, "the tests' clock is set"
    assert dispatcher_of(house.worker_context).skew is None


def test_an_endpoint_that_fails_rests_and_mail_goes_on(install: Install, receiver: Receiver, inbox: Inbox) -> None:
    customers = [f"C{number}" for number in range(TOLERATED + 2)]
    house = install(webhook=receiver.url, webhook_internal=True)
    past(house, [10, 10, 10], before=SUSPENSION - timedelta(days=3))
    house.day(NOTICE, indebted(customers))
    house.deliver(NOTICE)
    house.day(SUSPENSION)
    told = len(inbox.kept)
    receiver.status = 503
    house.deliver(SUSPENSION)
    assert len(receiver.requests) == TOLERATED
    assert sorted(house.states("kind = 'suspend' and channel = 'webhook'")) == ["ready"] * len(customers)
    assert len(inbox.kept) - told == len(customers), "the staff is told"
    house.write("update action set not_before = null")
    house.deliver(SUSPENSION)
    assert len(receiver.requests) == TOLERATED, "it rests"
    receiver.status = 200
    house.write("update target_rest set rests_until = :past", past=house.clock.now)
    house.deliver(SUSPENSION)
    assert set(house.states("kind = 'suspend' and channel = 'webhook'")) == {"done"}


#: What waits in front of the reinstatement, and the seconds it may take nevertheless.
QUEUED = 10_000
PROMISED = 60


def test_a_reinstatement_goes_out_at_once_behind_ten_thousand_reminders(house: Installation, inbox: Inbox) -> None:
    house.day(NOTICE, DEBT)
    house.deliver(NOTICE)
    house.day(SUSPENSION)
    house.deliver(SUSPENSION)
    day = SUSPENSION + timedelta(days=1)
    house.day(
        day,
        {
            "customers": [{"key": f"R{number}", "language": "pl"} for number in range(20)],
            "items": [
                {
                    "key": f"I{number}",
                    "customer": f"R{number}",
                    "issued": "2026-02-01",
                    "due": "2026-03-02",
                    "amount": "300.00",
                }
                for number in range(20)
            ],
        },
    )
    assert len(house.states("state = 'ready'")) == 20
    house.write(
        "insert into action (key, decision_key, source, customer_key, kind, channel, stage, as_of, params, state, "
        "created_at, updated_at) select key || n, decision_key, source, customer_key, kind, channel, stage, as_of, "
        "params, state, created_at, updated_at from action, generate_series(1, :times) n where state = 'ready'",
        times=QUEUED // 20,
    )
    over = Event()

    def work() -> None:
        while not over.is_set():
            dispatch(house.worker_context, Moment(house.clock.now, day, 12))

    with ThreadPoolExecutor(1) as pool:
        worker = pool.submit(work)
        try:
            house.sync(day, PAID)
            visible = perf_counter()
            house.run(day)
            while house.states("kind = 'reinstate'") != ["done"] and perf_counter() - visible < PROMISED:
                assert not worker.done()
            seconds = perf_counter() - visible
        finally:
            over.set()
        worker.result(60)
    assert house.states("kind = 'reinstate'") == ["done"]
    left = len(house.states("state = 'ready'"))
    print(f"payment visible to reinstatement sent: {seconds:.2f} s, {left:,} reminders still waiting")
    assert seconds < PROMISED
    assert left > QUEUED // 2, "it did not wait for its turn"
