"""How execution stands, for people and for Prometheus: what is due, stuck, in doubt, at rest, unsigned."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import Engine, text

from adapters.outbox.status import OutboxStatus, outbox_status
from engine.execution.states import LEASE, SENDING_LEASE, TOLERATED
from tests.adapters.delivery.conftest import scripted
from tests.adapters.outbox.test_dispatch_faults import polite
from tests.app.commands.conftest import Shell, _released, database_url, ready, shell
from tests.engine.execution.stores import DAY, NOW, Store, postgres_store

__all__ = ["_released", "database_url", "ready", "shell"]
MINUTE = timedelta(minutes=1)


@pytest.fixture
def store(database: Engine) -> Store:
    return postgres_store(database)


@pytest.fixture
def look(database: Engine) -> Callable[..., OutboxStatus]:
    """How it stands at a moment."""

    def looking(now: datetime = NOW) -> OutboxStatus:
        with database.connect() as connection:
            return outbox_status(connection, now, DAY)

    return looking


def test_nothing_to_do_has_no_age(look: Callable[..., OutboxStatus]) -> None:
    found = look()
    assert (found.oldest_due_seconds, found.oldest_unknown_seconds, found.unsigned) == (None, None, 0)
    assert (found.states, found.need_a_person, found.targets) == ([], [], [])


def test_the_age_of_what_is_due_counts_from_when_it_came_due(store: Store, look: Callable[..., OutboxStatus]) -> None:
    store.add(not_before=NOW + MINUTE)
    store.add(state="proposed")
    store.add(as_of=DAY + timedelta(days=1))
    assert look().oldest_due_seconds is None
    assert look(NOW + 3 * MINUTE).oldest_due_seconds == 120
    store.add()
    assert look(NOW + 3 * MINUTE).oldest_due_seconds == 180


def taken(store: Store, state: str = "claimed") -> None:
    with store.unit() as unit:
        for action in store.outbox.claim(unit, "w", NOW, DAY):
            store.outbox.move(unit, action, state, NOW)


def test_what_a_worker_has_in_hand_is_due_again_when_its_lease_has_ended(
    store: Store, look: Callable[..., OutboxStatus]
) -> None:
    store.add()
    taken(store)
    assert look(NOW + LEASE).oldest_due_seconds is None
    assert look(NOW + LEASE + timedelta(seconds=1)).oldest_due_seconds == 31


def test_an_effect_of_which_nobody_heard_is_listed_within_a_minute(
    store: Store, look: Callable[..., OutboxStatus]
) -> None:
    id_ = store.add()
    taken(store, "sending")
    assert look(NOW + timedelta(seconds=30)).need_a_person == []
    found = look(NOW + timedelta(seconds=45))
    assert [(row["id"], row["state"]) for row in found.need_a_person] == [(id_, "sending")]
    assert found.oldest_unknown_seconds == 45
    with store.unit() as unit:
        store.outbox.reap(unit, NOW + SENDING_LEASE + MINUTE)
    found = look(NOW + SENDING_LEASE + MINUTE)
    assert [(row["id"], row["state"]) for row in found.need_a_person] == [(id_, "unknown")]


def test_targets_that_fail_are_told_with_the_reason(store: Store, look: Callable[..., OutboxStatus]) -> None:
    with store.unit() as unit:
        store.outbox.target_failed(unit, "webhook:books", NOW, "503")
        for _ in range(TOLERATED):
            store.outbox.target_failed(unit, "mail", NOW, "connection refused")
    mail, hook = look().targets
    assert (mail["target"], mail["state"], mail["rests_until"]) == ("mail", "rests", NOW + MINUTE)
    assert (hook["target"], hook["state"], hook["failures"], hook["reason"]) == ("webhook:books", "failing", 1, "503")
    assert look(NOW + 2 * MINUTE).targets[0]["state"] == "tried"


def figures(shell: Shell) -> dict[tuple[str, ...], float]:
    return {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(shell("metrics").stdout)
        for sample in family.samples
    }


def test_prometheus_reads_the_same_figures(ready: Shell) -> None:
    assert ready("run", "--as-of", "2026-03-12").exit_code == 0
    found = figures(ready)
    assert found["monitum_actions", "books", "email", "ready", "remind"] == 1
    assert found["monitum_unsigned_entries",] == 0
    told = ready.json("metrics")
    assert [row["state"] for row in told["states"]] == ["ready"]
    assert told["oldest_due_seconds"] >= 0


def test_an_alarm_is_an_exit_code(ready: Shell) -> None:
    assert ready("run", "--as-of", "2026-03-12").exit_code == 0
    assert ready("outbox", "status").exit_code == 0
    assert ready("outbox", "status", "--alarm", "3600").exit_code == 0
    time.sleep(1.1)
    late = ready("outbox", "status", "--alarm", "0")
    assert late.exit_code == 1
    assert "an action has been due for" in late.stderr
    assert ready("worker", "--drain", "--as-of", "2026-03-12").exit_code == 0
    assert ready("outbox", "status", "--alarm", "0").exit_code == 0


def test_a_worker_that_hangs_is_seen_by_what_it_leaves_undone(ready: Shell, database: Engine) -> None:
    assert ready("run", "--as-of", "2026-03-12").exit_code == 0
    root = Path(__file__).parents[3]
    with scripted(polite, at_end=b"") as (port, _):
        environment = os.environ | ready.environment | {"SMTP_URL": f"smtp://127.0.0.1:{port}"}
        command = [sys.executable, "-m", "app", "worker", "--drain", "--as-of", "2026-03-12"]
        worker = subprocess.Popen(command, cwd=root, env=environment, stdout=subprocess.DEVNULL)
        try:
            state = waited(database, lambda state: state == "sending")
            assert state == "sending"
            worker.send_signal(signal.SIGSTOP)
            with database.connect() as connection:
                now: Any = connection.execute(text("select now()")).scalar_one()
                day = now.date()
                doubtful = outbox_status(connection, now + timedelta(seconds=45), day)
                stuck = outbox_status(connection, now + SENDING_LEASE + timedelta(seconds=30), day)
            assert [row["state"] for row in doubtful.need_a_person] == ["sending"]
            assert stuck.oldest_due_seconds is not None
            assert stuck.oldest_due_seconds >= 120
        finally:
            worker.kill()
            worker.wait()


def waited(database: Engine, until: Callable[[str], bool]) -> str:
    """The state of the only action once it is so, or after a minute."""
    for _ in range(600):
        with database.connect() as connection:
            state: str = connection.execute(text("select state from action")).scalar_one()
        if until(state):
            break
        time.sleep(0.1)
    return state
