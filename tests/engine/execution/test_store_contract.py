"""What every store of actions keeps: the same tests on PostgreSQL and in memory."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, text

from engine.execution.action import ClaimedAction
from engine.execution.states import LEASE, MAX_ATTEMPTS, SENDING_LEASE, SUSPECT, TOLERATED
from tests.engine.execution.stores import DAY, NOW, Store, memory_store, postgres_store

SECOND = timedelta(seconds=1)


@pytest.fixture(scope="module")
def engine(_template: tuple[str, str]) -> Any:
    """One database for all tests of the module; each starts with empty tables."""
    from adapters.database.connection import connect
    from tests.databases import fresh_database

    with fresh_database(_template) as url:
        engine = connect(url)
        yield engine
        engine.dispose()


@pytest.fixture(params=["memory", "postgres"])
def store(request: pytest.FixtureRequest, engine: Engine) -> Store:
    if request.param == "memory":
        return memory_store()
    with engine.begin() as connection:
        for table in ("action_item", "action", "target_rest"):
            connection.execute(text(f"delete from {table}"))
    return postgres_store(engine)


def claim(store: Store, owner: str = "w", now: datetime = NOW, **options: Any) -> list[ClaimedAction]:
    with store.unit() as unit:
        claimed: list[ClaimedAction] = store.outbox.claim(unit, owner, now, options.pop("day", DAY), **options)
        return claimed


def move(store: Store, action: ClaimedAction, state: str, now: datetime = NOW, **options: Any) -> bool:
    with store.unit() as unit:
        moved: bool = store.outbox.move(unit, action, state, now, **options)
        return moved


def reap(store: Store, now: datetime) -> list[tuple[int, str]]:
    with store.unit() as unit:
        return [(one.action.id, one.state) for one in store.outbox.reap(unit, now)]


def test_a_claim_takes_what_is_due_by_lane_then_age(store: Store) -> None:
    late = store.add(lane=1)
    later = store.add(lane=1)
    first = store.add(lane=0)
    store.add(state="proposed")
    store.add(not_before=NOW + SECOND)
    store.add(as_of=DAY + timedelta(days=1))
    assert [action.id for action in claim(store)] == [first, late, later]
    row = store.row(late)
    assert (row["state"], row["owner"], row["epoch"], row["lease_until"]) == ("claimed", "w", 1, NOW + LEASE)
    assert claim(store) == []


def test_a_claim_is_of_one_source_if_asked_and_of_so_many(store: Store) -> None:
    store.add(source="other")
    mine = [store.add() for _ in range(3)]
    assert [action.id for action in claim(store, source="books", limit=2)] == mine[:2]


def test_an_action_comes_due_when_its_time_has_come(store: Store) -> None:
    id_ = store.add(not_before=NOW)
    assert [action.id for action in claim(store)] == [id_]


@pytest.mark.parametrize("state", ["ready", "done", "failed", "unknown", "cancelled", "held", "sending"])
def test_a_move_writes_what_it_is_told(store: Store, state: str) -> None:
    store.add()
    (action,) = claim(store)
    told: dict[str, Any] = {"outcome": "so it went", "done_on": DAY, "message_hash": "ab", "not_before": NOW + SECOND}
    assert move(store, action, state, failed_attempt=True, **told)
    row = store.row(action.id)
    assert (row["state"], row["attempts"]) == (state, 1)
    assert {name: row[name] for name in told} == told
    assert row["lease_until"] == (NOW + SENDING_LEASE if state == "sending" else None)
    assert row["offered"] is (state == "sending")


def test_a_move_leaves_what_it_is_not_told(store: Store) -> None:
    store.add()
    (action,) = claim(store)
    move(store, action, "claimed", message_hash="ab")
    move(store, action, "sending")
    move(store, action, "ready", outcome="again")
    (again,) = claim(store)
    assert move(store, again, "done")
    row = store.row(action.id)
    assert (row["message_hash"], row["outcome"], row["offered"], row["not_before"]) == ("ab", "again", True, None)


def test_an_older_epoch_or_another_owner_writes_nothing(store: Store) -> None:
    store.add()
    (stale,) = claim(store, "zombie")
    reap(store, NOW + LEASE + SECOND)
    (fresh,) = claim(store, "zombie", NOW + LEASE + SECOND)
    before = store.row(fresh.id)
    assert not move(store, stale, "sending")
    assert not move(store, stale, "done")
    with store.unit() as unit:
        store.outbox.renew(unit, [stale], NOW + timedelta(hours=1))
    assert store.row(fresh.id) == before
    assert move(store, fresh, "sending", NOW + LEASE + SECOND)


def test_a_settled_action_is_not_moved_again(store: Store) -> None:
    store.add()
    (action,) = claim(store)
    assert move(store, action, "done")
    assert not move(store, action, "sending")
    assert store.row(action.id)["state"] == "done"


def test_a_claim_whose_lease_runs_is_nobody_elses(store: Store) -> None:
    store.add()
    claim(store)
    assert reap(store, NOW + LEASE) == []


def test_a_dead_workers_claim_counts_against_the_action(store: Store) -> None:
    id_ = store.add()
    claim(store)
    assert reap(store, NOW + LEASE + SECOND) == [(id_, "ready")]
    row = store.row(id_)
    assert (row["state"], row["owner"], row["deaths"], row["attempts"], row["lease_until"]) == ("ready", "", 1, 0, None)
    assert row["outcome"] == "the worker died"


def test_a_mail_that_was_being_sent_is_unknown_and_a_webhook_is_sent_again(store: Store) -> None:
    mail, hook = store.add(), store.add(channel="webhook", kind="suspend")
    for action in claim(store):
        move(store, action, "sending")
    assert reap(store, NOW + SENDING_LEASE + SECOND) == [(mail, "unknown"), (hook, "ready")]
    assert (store.row(mail)["attempts"], store.row(hook)["attempts"]) == (0, 1)
    assert store.row(mail)["outcome"] == "the worker died while sending"
    assert [action.id for action in claim(store, now=NOW + SENDING_LEASE + SECOND)] == [hook]


@pytest.mark.parametrize("state", ["claimed", "sending"])
def test_an_action_that_kills_every_worker_ends_on_hold(store: Store, state: str) -> None:
    id_ = store.add(channel="webhook", kind="suspend")
    now, reached = NOW, []
    while some := claim(store, now=now):
        move(store, some[0], state, now)
        now += SENDING_LEASE + SECOND
        reached += [state for _, state in reap(store, now)]
    assert reached == ["ready"] * (MAX_ATTEMPTS - 1) + ["held"]
    assert store.row(id_)["outcome"] == f"given up after {MAX_ATTEMPTS} tries: the worker died over it"


def test_an_action_that_workers_died_of_goes_alone_and_the_others_without_it(store: Store) -> None:
    fine, suspect, behind, last = store.add(), store.add(deaths=SUSPECT), store.add(), store.add(deaths=SUSPECT + 1)
    assert [action.id for action in claim(store)] == [fine, behind]
    assert [action.id for action in claim(store)] == [suspect]
    assert [action.id for action in claim(store)] == [last]


def test_claims_can_be_renewed_but_not_those_that_are_being_sent(store: Store) -> None:
    store.add()
    store.add()
    first, second = claim(store)
    move(store, first, "sending")
    with store.unit() as unit:
        store.outbox.renew(unit, [first, second], NOW + LEASE)
    assert store.row(first.id)["lease_until"] == NOW + SENDING_LEASE
    assert store.row(second.id)["lease_until"] == NOW + 2 * LEASE


@pytest.mark.parametrize("state", ["claimed", "sending"])
def test_a_claim_whose_lease_has_ended_goes_no_further(store: Store, state: str) -> None:
    store.add()
    (action,) = claim(store)
    before = store.row(action.id)
    late = NOW + LEASE + SECOND
    assert not move(store, action, state, late)
    with store.unit() as unit:
        store.outbox.renew(unit, [action], late)
    assert store.row(action.id) == before
    assert move(store, action, state, NOW + LEASE)


def test_what_became_of_an_effect_is_written_however_late(store: Store) -> None:
    store.add()
    (action,) = claim(store)
    assert move(store, action, "sending")
    assert move(store, action, "done", NOW + 2 * SENDING_LEASE)


def test_an_action_can_be_narrowed_to_some_of_its_items(store: Store) -> None:
    id_ = store.add()
    (action,) = claim(store)
    with store.unit() as unit:
        store.outbox.narrow(unit, action, ["I2"])
    assert store.row(id_)["params"]["items"] == ["I2"]


def test_a_unit_that_raises_leaves_nothing_behind(store: Store) -> None:
    id_ = store.add()
    before = store.row(id_)

    def broken() -> None:
        with store.unit() as unit:
            store.outbox.claim(unit, "w", NOW, DAY)
            store.outbox.target_failed(unit, "mail", NOW, "down")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        broken()
    assert store.row(id_) == before
    assert [action.id for action in claim(store)] == [id_]


def test_what_another_unit_has_in_hand_is_passed_over(store: Store) -> None:
    first, second = store.add(), store.add()
    with store.unit() as one, store.unit() as other:
        assert [action.id for action in store.outbox.claim(one, "one", NOW, DAY, limit=1)] == [first]
        assert [action.id for action in store.outbox.claim(other, "other", NOW, DAY)] == [second]
    assert (store.row(first)["owner"], store.row(second)["owner"]) == ("one", "other")


def failed(store: Store, target: str, now: datetime = NOW) -> datetime | None:
    with store.unit() as unit:
        until: datetime | None = store.outbox.target_failed(unit, target, now, "no answer")
        return until


def test_a_target_that_fails_again_and_again_rests_longer_each_time(store: Store) -> None:
    rests = [failed(store, "mail") for _ in range(TOLERATED + 6)]
    assert rests[: TOLERATED - 1] == [None] * (TOLERATED - 1)
    minutes = [(until - NOW).total_seconds() / 60 for until in rests[TOLERATED - 1 :] if until]
    assert minutes == [1, 2, 4, 8, 16, 30, 30]


def test_while_a_target_rests_the_others_go_on(store: Store) -> None:
    mail = store.add()
    ours = store.add(channel="webhook", kind="suspend")
    theirs = store.add(channel="webhook", kind="suspend", source="other")
    for _ in range(TOLERATED):
        until = failed(store, "webhook:books")
    assert [action.id for action in claim(store)] == [mail, theirs]
    assert claim(store, now=NOW + timedelta(minutes=1) - SECOND) == []
    assert until == NOW + timedelta(minutes=1)
    assert [action.id for action in claim(store, now=until)] == [ours]


def test_a_target_that_works_again_is_forgiven(store: Store) -> None:
    for _ in range(TOLERATED):
        failed(store, "mail")
    with store.unit() as unit:
        store.outbox.target_worked(unit, "mail")
    assert failed(store, "mail") is None
    id_ = store.add()
    assert [action.id for action in claim(store)] == [id_]


def test_the_store_tells_the_time(store: Store) -> None:
    with store.unit() as unit:
        assert store.outbox.now(unit).tzinfo is not None
