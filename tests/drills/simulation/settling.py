"""The quiet after a history: faults end, everybody does his work for three days, and then all must be in order."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from tests.drills.simulation.final import FINAL, final_violations
from tests.drills.simulation.history import Ended, History, begin, next_working
from tests.drills.simulation.model import ZONE
from tests.drills.simulation.running import LOOKS_AFTER, approve, look
from tests.drills.simulation.watch import Violation

_ROUNDS: Final = 80
_LONG_ENOUGH: Final = timedelta(minutes=2, seconds=40)


_LOG: Final = logging.getLogger("engine.execution.dispatcher")
_LOG.propagate = False


class _Unforeseen(logging.Handler):
    """Errors the dispatcher did not foresee; each is a bug, of the product or of the simulation."""

    def __init__(self, history: History) -> None:
        super().__init__()
        self._history = history

    def emit(self, record: logging.LogRecord) -> None:
        """Call it a violation."""
        self._history.world.watch.broken(
            "unforeseen", f"{record.getMessage()}: {record.exc_info and record.exc_info[1]!r}"
        )


def live(seed: int, *, steps: tuple[int, int] = (20, 60)) -> Ended:
    """A whole history."""
    history = begin(seed)
    watch = history.world.watch
    unforeseen = _Unforeseen(history)
    _LOG.addHandler(unforeseen)
    try:
        for _ in range(history.rng.randint(*steps)):
            history.step()
            history.figures["steps"] += 1
            if watch.violations:
                break
        violations = tuple(watch.violations or settle(history))
    finally:
        _LOG.removeHandler(unforeseen)
        for worker in history.workers:
            worker.abandon()
    return Ended(seed, violations, history.figures + watch.figures, tuple(history.world.trace))


def settle(history: History) -> list[Violation]:
    """Let everything come to its end; what is wrong then."""
    world = history.world
    world.say("faults end")
    world.emptied = False
    world.mail.troubles.clear()
    world.crm.troubles.clear()
    for worker in history.workers:
        worker.trouble = None
        if worker.busy:
            worker.step(10_000)
        worker.offset = timedelta()
    for scheduler in history.schedulers:
        scheduler.kill()
    first = next_working(world.today() + timedelta(days=1))
    second = next_working(first + timedelta(days=4))
    days = [_morning(day) for day in (first, second, next_working(second + timedelta(days=4)))]
    for at in days:
        world.now = at
        world.sync()
        while history.schedulers[0].step():
            pass
        if not _drain(history):
            return [*world.watch.violations, Violation("I12", "it never comes to an end")]
    return [*world.watch.violations, *final_violations(world, days[1:])]


def _morning(day: date) -> datetime:
    return datetime.combine(day, time(9, 30), ZONE).astimezone(UTC)


def _drain(history: History) -> bool:
    """Rounds until nothing more can happen this day; False when that takes too many."""
    world = history.world
    evening = world.now + timedelta(hours=9)
    for _ in range(_ROUNDS):
        idle = True
        for worker in history.workers:
            worker.step(10_000)
            idle = idle and not worker.reached
        for person in ("Ala", "Ben"):
            approve(world, person)
        look(world, history.doubt)
        if world.watch.violations:
            return True
        if idle:
            wait = min(_waits(history, evening), default=None)
            if wait is None:
                return True
            world.now += wait
    return False


def _waits(history: History, evening: datetime) -> Iterator[timedelta]:
    """How long it takes until something can happen again."""
    world = history.world
    rests = [rest.until for rest in world.kept.outbox.rests.values() if rest.until and rest.until > world.now]
    for row in world.kept.outbox.rows.values():
        if row.state in FINAL:
            continue
        if row.state in {"claimed", "sending"}:
            yield _LONG_ENOUGH
        elif row.state in {"unknown", "held", "failed"}:
            yield LOOKS_AFTER
        elif row.state == "ready" and row.action.as_of <= world.today():
            at = max(row.not_before or world.now, *rests, world.now) + timedelta(seconds=1)
            if at < evening:
                yield at - world.now
