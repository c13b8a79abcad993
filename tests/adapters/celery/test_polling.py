"""Tasks without a broker: each in its time, whatever the others do, until told to end."""

from __future__ import annotations

import os
import signal
import threading
from collections import Counter
from collections.abc import Callable

import pytest
from celery import Celery

from adapters.celery.application import make_celery
from adapters.celery.polling import poll, until_signalled

EVER = 3600.0


def polled(
    tasks: dict[str, tuple[float, Callable[[], object]]], enough: Callable[[Counter[str]], bool]
) -> Counter[str]:
    """How often each task (its seconds, what it does) ran until it was enough."""
    app, ended, ran = make_celery(None), threading.Event(), Counter[str]()

    def registered(name: str, work: Callable[[], object]) -> None:
        @app.task(name=f"test.{name}")
        def task() -> None:
            ran[name] += 1
            if enough(ran):
                ended.set()
            work()

    for name, (_, work) in tasks.items():
        registered(name, work)
    app.conf.beat_schedule = {
        name: {"task": f"test.{name}", "schedule": every, "options": {"queue": name.partition("-")[0]}}
        for name, (every, _) in tasks.items()
    }
    poll(app, ended)
    app.close()
    return ran


def test_each_task_runs_at_once_and_again_when_its_seconds_are_over() -> None:
    tasks = {"one-often": (0.0, int), "one-seldom": (EVER, int)}
    assert polled(tasks, lambda ran: ran["one-often"] == 3) == {"one-often": 3, "one-seldom": 1}


def test_a_task_that_fails_is_logged_and_stops_neither_itself_nor_the_others(caplog: pytest.LogCaptureFixture) -> None:
    def fail() -> None:
        raise OSError("the disk is full")

    assert polled({"one-bad": (0.0, fail), "one-good": (0.0, int)}, lambda ran: ran["one-good"] == 2) == {
        "one-bad": 2,
        "one-good": 2,
    }
    assert "one-bad failed" in caplog.text
    assert "the disk is full" in caplog.text


def test_nothing_begins_after_the_end_was_asked_for() -> None:
    assert polled({"one-first": (0.0, int), "one-second": (0.0, int)}, lambda ran: ran["one-first"] == 1) == {
        "one-first": 1
    }


def test_a_task_that_takes_long_holds_up_no_other_queue() -> None:
    looked = threading.Event()
    tasks = {"deliver": (EVER, lambda: looked.wait(30)), "tick": (0.0, looked.set)}
    assert polled(tasks, lambda ran: ran["deliver"] == 1 and ran["tick"] == 2)["tick"] >= 2


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_after_the_task_in_hand_and_the_next_one_at_once(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    with until_signalled() as ended:
        assert not ended.is_set()
        os.kill(os.getpid(), number)
        assert ended.wait(5)
        assert signal.getsignal(number) == before
    assert signal.getsignal(number) == before


def test_the_schedule_names_tasks_that_the_entry_of_celery_has() -> None:
    from worker import app

    assert isinstance(app, Celery)
    assert {entry["task"] for entry in app.conf.beat_schedule.values()} <= set(app.tasks)
