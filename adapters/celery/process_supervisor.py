"""The processes of one worker: each stands alone, and is started again when it ends.

Celery's own pool shares locks between its processes where the broker has no sockets to wait on, as a folder: one that
is killed while it waits for work takes the lock along, and nobody gets work any more, without a sign. An embedded
scheduler that dies is not missed either. So every process here runs alone ('solo'), and this one only watches.
"""

from __future__ import annotations

import logging
import math
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from types import FrameType
from typing import Any, Final

from celery import Celery

from adapters.celery.application import QUEUE, TICK_QUEUE

#: Two, so that one carries out a long queue while the other reads the books and decides.
_HANDS: Final = 2
#: Seconds after which a process is replaced: what compiled rulesets take of its memory is never given back.
_FRESH: Final = 3600.0
#: Seconds between the end of a process and its successor, and for one that is asked to end.
_PAUSE: Final = 0.5
_LAST_CALL: Final = 30.0
_LOG: Final = logging.getLogger(__name__)


def crew_of(app: Celery) -> Mapping[str, Callable[[], None]]:
    """What the processes of a worker do, by name: carry out what messages ask for, and send those messages."""
    queues = {f"hand{number}": QUEUE for number in range(1, _HANDS + 1)} | {"tick": TICK_QUEUE}
    words = ["worker", "--pool", "solo", "--loglevel", "INFO"]
    # In memory: several workers may share a home, and what is due says the database.
    beat = ["beat", "--scheduler", "celery.beat:Scheduler", "--loglevel", "INFO"]
    named = {
        name: [*words, "--queues", queue, "--hostname", f"{name}.{os.getpid()}@%h"] for name, queue in queues.items()
    }
    named["beat"] = beat
    return {name: partial(_start, app, arguments) for name, arguments in named.items()}


def _start(app: Celery, arguments: Sequence[str]) -> None:
    app.start(list(arguments))


def keep_at_work(crew: Mapping[str, Callable[[], None]]) -> None:
    """Run every member in a process of its own until this one is told to end (SIGTERM, SIGINT)."""
    told = threading.Event()
    processes: dict[str, BaseProcess] = {}
    born: dict[str, float] = {}
    with _until_told(told):
        while not told.is_set():
            for name, work in crew.items():
                if name not in processes or not processes[name].is_alive():
                    processes[name], born[name] = _fork(name, work, processes.get(name)), time.monotonic()
                elif time.monotonic() - born[name] > _FRESH:
                    processes[name].terminate()
                    born[name] = math.inf  # once is enough: it ends when it has done what it has in hand
            wait([process.sentinel for process in processes.values()], timeout=1)
            told.wait(_PAUSE)
        _end(list(processes.values()))


def _fork(name: str, work: Callable[[], None], last: BaseProcess | None) -> BaseProcess:
    if last is not None:
        last.join()
        _LOG.warning("%s ended with %s and is started again", name, last.exitcode)
    # Forked, because everything is imported already; there is neither a connection nor a thread to inherit.
    process = multiprocessing.get_context("fork").Process(target=_live, args=(work,), name=name)
    process.start()
    return process


def _live(work: Callable[[], None]) -> None:
    """In the new process: not a moment longer than the one that watches."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    work()


def _leave_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)


def _end(processes: Sequence[BaseProcess]) -> None:
    """Ask all to finish what they have in hand, then insist: leases make good what they leave."""
    for process in processes:
        process.terminate()
    last_call = time.monotonic() + _LAST_CALL
    for process in processes:
        process.join(max(0.0, last_call - time.monotonic()))
        process.kill()


@contextmanager
def _until_told(told: threading.Event) -> Iterator[None]:
    """Note the signals that end this process."""

    def note(_number: int, _frame: FrameType | None) -> Any:
        told.set()

    before = {number: signal.signal(number, note) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
