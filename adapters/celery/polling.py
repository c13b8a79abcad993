"""The scheduled tasks of the Celery application in one process, without a broker: what `monitum worker` does.

Messages are nudges and the database is the truth: a process that looks as often as it would be nudged needs none.
"""

from __future__ import annotations

import logging
import math
import signal
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import FrameType
from typing import Any, Final

from celery import Celery

from adapters.celery.application import QUEUE

#: Seconds between two looks at what is due.
_PAUSE: Final = 0.5
_LOG: Final = logging.getLogger(__name__)


def poll(app: Celery, ended: threading.Event) -> None:
    """Run each task of `beat_schedule` once in its seconds until `ended` is set: those of one queue one after the
    other, the queues side by side, so that a long one holds no other up.

    A task that fails is logged, and runs again when it is due again.
    """
    queues: dict[str, dict[str, Any]] = defaultdict(dict)
    for name, entry in app.conf.beat_schedule.items():
        queues[entry.get("options", {}).get("queue", QUEUE)][name] = entry
    threads = [threading.Thread(target=_poll, args=(app, plan, ended), name=queue) for queue, plan in queues.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _poll(app: Celery, plan: Mapping[str, Any], ended: threading.Event) -> None:
    due = dict.fromkeys(plan, -math.inf)
    while not ended.is_set():
        for name, entry in plan.items():
            if due[name] <= time.monotonic() and not ended.is_set():
                due[name] = time.monotonic() + entry["schedule"]
                _attempt(name, app.tasks[entry["task"]])
        ended.wait(_PAUSE)


def _attempt(name: str, task: Callable[[], Any]) -> None:
    try:
        task()
    except Exception:  # noqa: BLE001  Celery's workers go on after any error too
        _LOG.exception("%s failed", name)


@contextmanager
def until_signalled() -> Iterator[threading.Event]:
    """An event that SIGTERM or SIGINT sets; the second of them ends the process as it would have without."""
    ended = threading.Event()
    before: dict[int, Any] = {}

    def note(_number: int, _frame: FrameType | None) -> None:
        ended.set()
        restore()

    def restore() -> None:
        for number, handler in before.items():
            signal.signal(number, handler)

    before |= {number: signal.signal(number, note) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield ended
    finally:
        restore()
