"""The outbox alone: who may claim what, in which order, and one run of a source at a time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from threading import Barrier, Event
from typing import Any

import pytest

from adapters.crm.webhooks import TIMEOUT
from adapters.database.tables.execution import PENDING_STATES
from adapters.delivery.smtp import SmtpSettings
from adapters.outbox.status import actions_by_state
from adapters.outbox.store import PostgresOutbox
from app.usecases.decide import decide_day
from engine.errors import Conflict
from engine.execution.states import MAX_ATTEMPTS, SENDING_LEASE, retry_at
from tests.adapters.installation import DAY, ITEMS, SOURCE, Installation

CUSTOMERS = 12
OUTBOX = PostgresOutbox()
MANY = {
    "customers": [{"key": f"C{number:02}", "language": "pl"} for number in range(CUSTOMERS)],
    "items": [
        {
            "key": f"I{number:02}",
            "customer": f"C{number:02}",
            "issued": "2026-02-01",
            "due": "2026-03-02",
            "amount": "300.00",
        }
        for number in range(CUSTOMERS)
    ],
}


@pytest.fixture
def busy(house: Installation) -> Installation:
    """An installation with a reminder due for each of many customers."""
    house.day(DAY, MANY)
    return house


def claimed(house: Installation, owner: str, **options: Any) -> list[int]:
    with house.system.database.engine.begin() as connection:
        return [action.id for action in OUTBOX.claim(connection, owner, house.clock.now, DAY, **options)]


def test_workers_that_claim_at_once_share_the_actions(busy: Installation) -> None:
    start = Barrier(4)

    def work(owner: str) -> list[int]:
        start.wait(10)
        found: list[int] = []
        while some := claimed(busy, owner, limit=2):
            found += some
        return found

    with ThreadPoolExecutor(4) as pool:
        shares = list(pool.map(work, ["w1", "w2", "w3", "w4"]))
    assert sorted(id_ for share in shares for id_ in share) == [action.id for action in busy.actions()]
    assert {action.epoch for action in busy.actions()} == {1}


def test_a_claim_takes_only_what_is_due_of_the_source_asked_for(busy: Installation) -> None:
    first, second = busy.actions()[:2]
    busy.write("update action set not_before = :later where id = :id", later=busy.clock.now + timedelta(1), id=first.id)
    busy.write("update action set state = 'proposed' where id = :id", id=second.id)
    assert claimed(busy, "w", source="elsewhere") == []
    assert claimed(busy, "w", source=SOURCE) == [action.id for action in busy.actions()[2:]]


def test_what_was_decided_for_a_later_day_waits_for_it(busy: Installation) -> None:
    with busy.system.database.engine.begin() as connection:
        assert OUTBOX.claim(connection, "w", busy.clock.now, DAY - timedelta(days=1)) == []
        assert len(OUTBOX.claim(connection, "w", busy.clock.now, DAY + timedelta(days=1))) == CUSTOMERS


def test_claims_are_in_lane_order(busy: Installation) -> None:
    last = busy.actions()[-1].id
    busy.write("update action set lane = 0 where id = :id", id=last)
    assert claimed(busy, "w", limit=1) == [last]


def test_only_leases_that_ended_are_taken_back(busy: Installation) -> None:
    claimed(busy, "w")
    with busy.system.database.engine.begin() as connection:
        assert OUTBOX.reap(connection, busy.clock.now + timedelta(seconds=30)) == []
        assert set(busy.states()) == {"claimed"}
        assert {one.state for one in OUTBOX.reap(connection, busy.clock.now + timedelta(seconds=31))} == {"ready"}
    assert set(busy.states()) == {"ready"}
    assert {action.owner for action in busy.actions()} == {None}


def test_the_back_off_doubles_is_spread_and_ends(busy: Installation) -> None:
    now = busy.clock.now
    with busy.system.database.engine.begin() as connection:
        action = OUTBOX.claim(connection, "w", now, DAY, limit=1)[0]
    longest = [retry_at(replace(action, attempts=tried), now, 1.0) for tried in range(MAX_ATTEMPTS)]
    seconds = [(moment - now).total_seconds() for moment in longest if moment]
    assert seconds == [31, 61, 121, 241, 481, 961, 1921]
    assert longest[-1] is None
    assert retry_at(action, now, 0.0) == now + timedelta(seconds=1)


def test_the_lease_of_an_effect_outlasts_the_answers_waited_for() -> None:
    assert SENDING_LEASE.total_seconds() > max(2 * SmtpSettings("x", 25).timeout, TIMEOUT)


@pytest.mark.parametrize("state", PENDING_STATES)
def test_a_pending_action_keeps_its_items_from_being_decided_anew(house: Installation, state: str) -> None:
    house.day(DAY, ITEMS)
    house.write("update action set state = :state", state=state)
    assert house.day(date(2026, 3, 16))["decisions"] == 0


def test_the_outbox_is_counted_by_state(busy: Installation) -> None:
    claimed(busy, "w", limit=5)
    with busy.system.database.engine.connect() as connection:
        rows = actions_by_state(connection)
    assert [(row["kind"], row["channel"], row["state"], row["count"]) for row in rows] == [
        ("remind", "email", "claimed", 5),
        ("remind", "email", "ready", CUSTOMERS - 5),
    ]


def test_a_second_run_of_a_source_at_the_same_time_is_refused(house: Installation) -> None:
    house.sync(DAY, ITEMS)
    inside, go_on = Event(), Event()
    batches = house.batches

    def slow(orders: Any) -> Any:
        inside.set()
        assert go_on.wait(30)
        return batches(orders)

    house.batches = slow  # type: ignore[method-assign]
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(house.run, DAY)
        assert inside.wait(30)
        for day in (DAY, date(2026, 3, 13)):
            with pytest.raises(Conflict, match="Another run of 'books' is under way"):
                decide_day(house.system.rules.library, house.system.runs, SOURCE, day)
        go_on.set()
        assert first.result(30)["decisions"] == 1
    house.batches = batches  # type: ignore[method-assign]
    assert house.run(DAY)["decisions"] == 0, "the lock is given back"


def test_a_run_that_fails_gives_its_lock_back(house: Installation) -> None:
    house.sync(DAY, ITEMS)
    batches = house.batches

    def broken(orders: Any) -> Any:
        raise Conflict("as a batch might")

    house.batches = broken  # type: ignore[method-assign]
    with pytest.raises(Conflict, match="as a batch might"):
        house.run(DAY)
    house.batches = batches  # type: ignore[method-assign]
    assert house.run(DAY)["decisions"] == 1
