"""A worker process: the product's dispatcher in a greenlet, which stops at named points and may go on, or not."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Literal

from greenlet import GreenletExit, getcurrent, greenlet

from engine.execution.dispatcher import ClockJumped, Dispatcher
from engine.execution.memory import MemoryUnit, RowLocked
from engine.execution.ports import Moment, Point
from tests.drills.simulation.model import local
from tests.drills.simulation.world import DatabaseGone, World

SKEW: Final = timedelta(minutes=5)
Trouble = Literal["begin", "commit", "answer"]


class Killed(BaseException):
    """The end of a process, which no handler of errors sees."""


@dataclass(slots=True)
class Worker:
    """`offset`: how far its clock is from the truth; `until`: when it wakes up from being stopped; `trouble`: where the
    database fails it, after so many passes. A killed worker comes back under a new name."""

    world: World
    name: str
    offset: timedelta = timedelta()
    until: datetime | None = None
    trouble: tuple[Trouble, int] | None = None
    limit: int = 3
    lives: int = 1
    fuel: int = 0
    to: Point | None = None
    point: str = "idle"
    reached: Counter[str] = field(default_factory=Counter)
    _round: greenlet | None = None

    @property
    def owner(self) -> str:
        """Its name in claims."""
        return f"{self.name}.{self.lives}"

    @property
    def busy(self) -> bool:
        """Whether it stands in the middle of a round."""
        return self._round is not None

    @property
    def stopped(self) -> bool:
        """Whether it is stopped and its time to wake up has not come."""
        return self.until is not None and self.until > self.world.now

    def clock(self) -> datetime:
        """What its clock says."""
        return self.world.now + self.offset

    def moment(self) -> Moment:
        """As bootstrap makes it of the clock."""
        there = local(self.clock())
        return Moment(self.clock(), there.date(), there.hour)

    def step(self, points: int, *, to: Point | None = None) -> None:
        """Go on past so many points, or to a named one, or to the end of the round."""
        self.fuel, self.to = points, to
        self.until = None
        if self._round is None:
            self._round = greenlet(self._work)
        self.world.present = self
        self._round.switch()
        self.world.present = None
        if self._round.dead:
            self._round = None
            self.point = "idle"

    def kill(self) -> None:
        """End the process where it stands; what it had not committed is undone."""
        if self._round is not None:
            self._round.throw(Killed)
            self._round = None
        self.point, self.lives, self.until, self.trouble = "idle", self.lives + 1, None, None

    def die(self) -> None:
        """End from within: what it prepares kills the process."""
        self.world.say(f"{self.owner} dies of it")
        self.lives += 1
        raise Killed

    def abandon(self) -> None:
        """Let go of the greenlet when the history is over."""
        if self._round is not None:
            self._round.throw(GreenletExit)
            self._round = None

    def meet(self, where: Trouble) -> None:
        """Pass a place where the database may fail."""
        if self.trouble and self.trouble[0] == where:
            kind, left = self.trouble
            self.trouble = (kind, left - 1) if left else None
            if not left:
                self.world.watch.interferences += 1
                self.world.say(f"{self.owner} loses the database at {where}")
                raise DatabaseGone(where)

    def _at(self, point: Point) -> None:
        self.point = point
        self.fuel -= 1
        if self.fuel <= 0 or point == self.to:
            hub = getcurrent().parent
            self.world.say(f"{self.owner} {point}")
            hub.switch()

    def _work(self) -> None:
        dispatcher: Dispatcher[MemoryUnit] = Dispatcher(
            unit=lambda: self.world.unit(self),
            outbox=self.world.kept.outbox,
            archive=self.world.kept.log,
            effects=self.world,
            owner=self.owner,
            clock=self.clock,
            spread=self.world.rng.random,
            skew=SKEW,
            elsewhere=(DatabaseGone, RowLocked),
            at=self._at,
        )
        try:
            self.reached = dispatcher.round(self.moment(), limit=self.limit)
        except Killed:
            self.reached = Counter(killed=1)
            self.world.watch.interferences += 1
        except (DatabaseGone, RowLocked) as error:
            self.reached = Counter(broken=1)
            self.world.say(f"{self.owner} gives the round up: {type(error).__name__}")
        except ClockJumped:
            self.reached = Counter()
            self.world.say(f"{self.owner} stops: its clock is {self.offset} off")
