"""One history: a seed decides the books, every step and every fault; the same seed gives the same trace."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Final, get_args

from engine.execution.action import ClaimedAction
from engine.execution.entries import ExecutionEntry
from engine.execution.memory import Row
from engine.execution.ports import Point
from tests.drills.simulation.books import AMOUNTS, Account, Item
from tests.drills.simulation.installation import SOURCE, ruleset
from tests.drills.simulation.model import LADDER, WAITS, ZONE, Letter, working
from tests.drills.simulation.running import approve, look
from tests.drills.simulation.scheduling import Scheduler
from tests.drills.simulation.sinks import trouble
from tests.drills.simulation.watch import Violation
from tests.drills.simulation.worker import Trouble, Worker
from tests.drills.simulation.world import World

_FIRST_DAY: Final = date(2026, 10, 5)
#: The law is verified to the end of the year, and the quiet days come after this one.
_LAST_DAY: Final = date(2026, 12, 4)
_PEOPLE: Final = ("Ala", "Ben")


@dataclass(frozen=True, slots=True)
class Ended:
    """A history that is over. `figures`: what happened how often; `trace`: a line for each step."""

    seed: int
    violations: tuple[Violation, ...]
    figures: Mapping[str, int]
    trace: tuple[str, ...]


@dataclass(slots=True)
class History:
    """The actors and the one who chooses among them."""

    rng: Random
    world: World
    workers: list[Worker]
    schedulers: list[Scheduler]
    doubt: dict[int, datetime] = field(default_factory=dict)
    figures: Counter[str] = field(default_factory=Counter)

    def step(self) -> None:
        """Whatever comes next."""
        self.world.now += _S
        name = self.rng.choice(_CHOICES)
        _STEPS[name](self)

    def fault(self, name: str) -> None:
        """Count a fault."""
        self.figures[f"fault: {name}"] += 1
        self.world.say(f"fault: {name}")


def begin(seed: int) -> History:
    """The world at the start: a few customers at different steps of the ladder, some with a notice long ago."""
    rng = Random(seed)  # noqa: S311  a seed that replays is the point
    day = _FIRST_DAY + timedelta(days=rng.randint(0, 25))
    start = datetime.combine(day, time(rng.choice((5, 6, 9, 11, 15))), ZONE).astimezone(UTC)
    world = World(rng, start)
    special = _special(rng)
    many = special == "mass"
    for number in range(7 if special in {"mass", "down"} else rng.choice((1, 2, 2, 3))):
        key = f"K{number}"
        world.books.accounts[key] = _account(rng, key, day, noticed=many)
        _past(world, world.books.accounts[key], day, many)
    if special == "full":
        world.mail.full.add("K0")
    if special == "deadly":
        world.deadly.add("K0")
    if special == "down":
        world.mail.troubles += ["refused"] * 60
    workers = [Worker(world, f"w{number}", limit=rng.choice((1, 2, 4, 20))) for number in range(rng.choice((2, 2, 3)))]
    locked: set[str] = set()
    history = History(rng, world, workers, [Scheduler(world, name, locked) for name in ("s1", "s2")])
    if rng.random() < 0.8:  # most begin with a day that is decided
        world.emptied = many
        world.sync()
        while history.schedulers[0].step():
            pass
    return history


def _special(rng: Random) -> str:
    """What sort of history it is; most are of no special sort."""
    sorts = (("mass", 0.04), ("full", 0.03), ("deadly", 0.02), ("down", 0.03))
    drawn = rng.random()
    for sort, part in sorts:
        drawn -= part
        if drawn < 0:
            return sort
    return ""


def _account(rng: Random, key: str, day: date, *, noticed: bool) -> Account:
    ages = (50, 62) if noticed else (-3, 1, 5, 13, 16, 31, 44, 46, 70)
    amounts = (1_200_00, 4_000_00) if noticed else AMOUNTS
    items = tuple(
        Item(f"{key}/{number + 1}", rng.choice(amounts), day - timedelta(days=rng.choice(ages)))
        for number in range(1 if noticed else rng.choice((1, 1, 2)))
    )
    account = Account(key, items)
    if noticed:  # all have paid, so that a payment file that comes empty makes debtors of them
        account = replace(account, items=tuple(replace(item, paid=item.amount) for item in items))
    return account


def _past(world: World, account: Account, day: date, noticed: bool) -> None:
    """What was sent before the history begins, in rows, archive and the mail server's log alike."""
    for item in account.items:
        age = (day - item.due).days
        if age < 31 or (world.rng.random() < 0.3 and not noticed):
            continue
        sent = day - timedelta(days=world.rng.choice((16, 20, 15, 10)) if not noticed else 20)
        for stage in reversed(LADDER[1:4]):
            _sent(world, account.key, item.key, stage, sent)
            sent -= timedelta(days=WAITS[stage])


def _sent(world: World, customer: str, item: str, stage: str, day: date) -> None:
    kept = world.kept
    id_ = len(kept.outbox.rows) + 1
    params = {"rules": [f"pl.b2b.{stage}"], "ruleset": ruleset().id, "version": ruleset().version, "items": [item]}
    key = f"past:{item}:{stage}"
    action = ClaimedAction(id_, key, key, SOURCE, customer, "remind", "email", stage, day, params, 0, 0, "", 1)
    kept.outbox.add(Row(action, state="done", done_on=day))
    kept.decisions[key] = 0
    at = datetime.combine(day, time(12), ZONE)
    for kind in ("action:intended", "action:done"):
        number = len(kept.log.entries)
        kept.log.entries[number] = ExecutionEntry(kind=kind, case=f"action:{id_}", at=at, actor="w", role="worker")
        kept.log.signed.add(number)
        kept.log._next = number + 1
    world.watch.letters[item].append(Letter(item, stage, day))


def _work(history: History) -> None:
    worker = history.rng.choice(history.workers)
    if not worker.stopped:
        worker.step(history.rng.choice((1, 2, 3, 5, 9, 30, 99)))


def _to_a_point(history: History) -> Worker:
    """A worker that has gone on to some point, if it is not stopped."""
    worker = history.rng.choice(history.workers)
    if not worker.stopped:
        worker.step(9_999, to=history.rng.choice(_POINTS))
    return worker


def _kill(history: History) -> None:
    worker = _to_a_point(history)
    if worker.busy:
        history.fault(f"killed {worker.point}")
        worker.kill()


def _stop(history: History) -> None:
    """SIGSTOP past the lease: it goes on later as if nothing had been."""
    worker = _to_a_point(history)
    if worker.busy and not worker.stopped:
        history.fault(f"stopped {worker.point}")
        worker.until = history.world.now + history.rng.choice((_S * 40, _S * 130, _S * 200, _H, _H * 30))


def _pass(history: History) -> None:
    history.world.now += history.rng.choice((_S, _S * 5, _S * 31, _S * 31, _S * 121, _S * 200, _H / 2, _H, _H * 3))


def _next_day(history: History) -> None:
    days = history.rng.choice((1, 1, 1, 3, 8))
    day = history.world.today() + timedelta(days=days)
    if day > _LAST_DAY:
        return
    history.world.now = datetime.combine(day, time(history.rng.choice((5, 7, 9, 12))), ZONE).astimezone(UTC)


def _happen(history: History) -> None:
    history.world.say(history.world.books.happen(history.rng, history.world.today()))


def _sync(history: History) -> None:
    history.world.sync()


def _empty(history: History) -> None:
    """The payment file comes empty from now on, or is whole again."""
    history.world.emptied = not history.world.emptied
    if history.world.emptied:
        history.fault("payment file comes empty")
    history.world.sync()


def _schedule(history: History) -> None:
    scheduler = history.rng.choice(history.schedulers)
    while scheduler.step() and history.rng.random() < 0.8:
        pass


def _kill_scheduler(history: History) -> None:
    scheduler = history.rng.choice(history.schedulers)
    if scheduler.under_way:
        history.fault("scheduler killed")
        scheduler.kill()


def _trouble(history: History) -> None:
    history.fault(trouble(history.rng, history.world.mail, history.world.crm))


def _database(history: History) -> None:
    worker = history.rng.choice(history.workers)
    where: Trouble = history.rng.choice(("begin", "commit", "answer"))
    worker.trouble = where, history.rng.choice((0, 0, 1, 2, 4))
    history.fault(f"database gone at {where}")


def _clock(history: History) -> None:
    worker = history.rng.choice(history.workers)
    if not worker.busy:
        minutes = history.rng.choice((0, 0, 4, -4, 24 * 60, -24 * 60))
        worker.offset = timedelta(minutes=minutes)
        history.world.watch.true_clocks = history.world.watch.true_clocks and minutes == 0
        history.fault("clock moved")


def _nudge(history: History) -> None:
    """A message that came twice: all workers start at once."""
    history.fault("nudge doubled")
    for worker in history.workers:
        if not worker.stopped:
            worker.step(history.rng.choice((2, 4, 9)))


def _people(history: History) -> None:
    approve(history.world, history.rng.choice(_PEOPLE))
    look(history.world, history.doubt)


_POINTS: Final = get_args(Point)
_S, _H = timedelta(seconds=1), timedelta(hours=1)
_STEPS: Final[Mapping[str, Callable[[History], None]]] = {
    "work": _work,
    "kill": _kill,
    "stop": _stop,
    "pass": _pass,
    "next day": _next_day,
    "happen": _happen,
    "sync": _sync,
    "empty": _empty,
    "schedule": _schedule,
    "kill scheduler": _kill_scheduler,
    "trouble": _trouble,
    "database": _database,
    "clock": _clock,
    "nudge": _nudge,
    "people": _people,
}
#: How often each is chosen, in parts.
_PARTS: Final = {
    "work": 26, "kill": 4, "stop": 4, "pass": 8, "next day": 2, "happen": 5, "sync": 4, "empty": 1, "schedule": 8,
    "kill scheduler": 1, "trouble": 3, "database": 2, "clock": 1, "nudge": 2, "people": 3,
}  # fmt: skip
_CHOICES: Final = tuple(name for name, parts in _PARTS.items() for _ in range(parts))


def next_working(day: date) -> date:
    """The day, or the next on which people work."""
    while not working(day):
        day += timedelta(days=1)
    return day
