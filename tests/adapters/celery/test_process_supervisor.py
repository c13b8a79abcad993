"""The processes of a worker: whoever ends is started again, and nobody outlives the one that watches."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

ROOT = Path(__file__).parents[3]
PROGRAM = """
import time
from adapters.celery.process_supervisor import keep_at_work
keep_at_work({"one": lambda: time.sleep(600), "two": lambda: time.sleep(600), "short": lambda: None})
"""


@pytest.fixture
def crew() -> Iterator[subprocess.Popen[bytes]]:
    """Two members that work for ever and one that always ends."""
    process = subprocess.Popen([sys.executable, "-c", PROGRAM], cwd=ROOT, start_new_session=True)
    until(lambda: len(members(process)) >= 2)
    yield process
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def members(crew: subprocess.Popen[bytes]) -> set[int]:
    """Living children."""
    children = psutil.Process(crew.pid).children()
    return {child.pid for child in children if child.status() != psutil.STATUS_ZOMBIE}


def until(true: Callable[[], bool], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it takes too long"
        time.sleep(0.05)


def test_a_member_that_is_killed_is_started_again(crew: subprocess.Popen[bytes]) -> None:
    before = members(crew)
    for pid in before:
        os.kill(pid, signal.SIGKILL)
    until(lambda: len(members(crew) - before) >= 2)
    assert crew.poll() is None


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_told_to_end_it_ends_with_all_members(crew: subprocess.Popen[bytes], number: signal.Signals) -> None:
    before = members(crew)
    crew.send_signal(number)
    assert crew.wait(30) == 0
    until(lambda: not any(map(psutil.pid_exists, before)))


def test_members_do_not_outlive_the_one_that_watches(crew: subprocess.Popen[bytes]) -> None:
    before = members(crew)
    crew.kill()
    crew.wait()
    until(lambda: not any(psutil.pid_exists(pid) and alive(pid) for pid in before))


def alive(pid: int) -> bool:
    """Not even a dead process that nobody asks after."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
