"""The dispatcher itself, on the store in memory: what a death at each named point leaves behind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import get_args

import pytest

from engine.errors import EffectUnknown, MonitumError, TargetDown
from engine.execution.action import ClaimedAction
from engine.execution.dispatcher import ClockJumped, Dispatcher
from engine.execution.memory import MemoryOutbox, MemoryUnit, Row
from engine.execution.memory_log import MemoryLog
from engine.execution.ports import Moment, Point
from engine.execution.preparation import Preparation, Ready
from engine.execution.states import SENDING_LEASE, TOLERATED
from tests.engine.execution.stores import BLANK, DAY, NOW

POINTS: tuple[Point, ...] = get_args(Point)


class Killed(BaseException):
    """The worker's end, which no handler of errors sees."""


@dataclass(slots=True)
class World:
    """Effects that only count. `trouble` is raised by the effect of a target, after its `before`."""

    now: datetime = NOW
    sent: Counter[int] = field(default_factory=Counter)
    trouble: dict[str, MonitumError] = field(default_factory=dict)
    slow: timedelta = timedelta()

    def freeze(self, _unit: MemoryUnit, _source: str) -> datetime | None:
        return None

    def prepare(self, _unit: MemoryUnit, action: ClaimedAction, _moment: Moment) -> Preparation:
        def perform(before: Callable[[], None]) -> None:
            self.now += self.slow
            if isinstance(self.trouble.get(action.target), TargetDown):
                raise self.trouble[action.target]
            before()
            self.sent[action.id] += 1
            if action.target in self.trouble:
                raise self.trouble[action.target]

        return Ready(action.key.encode(), "text/plain", perform, "sent")

    def withdrawn(self, _unit: MemoryUnit, _action: ClaimedAction, _day: date) -> bool:
        return True

    def confirmed(self, _unit: MemoryUnit, _action: ClaimedAction) -> None:
        return None


@dataclass(slots=True)
class House:
    """A world, its outbox and archive, and workers in it."""

    world: World
    outbox: MemoryOutbox
    log: MemoryLog

    def worker(self, owner: str = "w", at: Callable[[Point], None] = lambda _: None) -> Dispatcher[MemoryUnit]:
        return Dispatcher(
            unit=self.outbox.unit,
            outbox=self.outbox,
            archive=self.log,
            effects=self.world,
            owner=owner,
            clock=lambda: self.world.now,
            spread=lambda: 0.0,
            at=at,
        )

    def moment(self) -> Moment:
        return Moment(self.world.now, DAY, 12)

    def add(self, count: int = 1, channel: str = "email") -> None:
        for _ in range(count):
            id_ = len(self.outbox.rows) + 1
            self.outbox.add(Row(replace(BLANK, id=id_, key=f"K{id_}", channel=channel)))

    def states(self) -> Counter[str]:
        return Counter(row.state for row in self.outbox.rows.values())

    def kinds(self, id_: int) -> list[str]:
        return [entry.kind for entry in self.log.entries.values() if entry.case == f"action:{id_}"]


@pytest.fixture
def house() -> House:
    world = World()
    return House(world, MemoryOutbox(lambda: world.now), MemoryLog())


def killed_at(house: House, point: Point) -> None:
    """Let a worker die the first time it passes a point."""

    def at(here: Point) -> None:
        if here == point:
            raise Killed

    with pytest.raises(Killed):
        house.worker("dying", at).round(house.moment())


@pytest.mark.parametrize("channel", ["email", "webhook"])
@pytest.mark.parametrize("point", POINTS)
def test_a_death_at_any_point_loses_nothing_and_doubles_no_mail(house: House, point: Point, channel: str) -> None:
    house.add(3, channel)
    killed_at(house, point)
    house.world.now += SENDING_LEASE + timedelta(seconds=1)
    house.worker("next").drain(house.moment)
    in_doubt = point in {"after_sending", "after_effect"} and channel == "email"
    assert house.states() == ({"unknown": 1, "done": 2} if in_doubt else {"done": 3})
    most = 2 if channel == "webhook" and point == "after_effect" else 1
    assert max(house.world.sent.values()) == most
    for id_ in (1, 2, 3):
        kinds = house.kinds(id_)
        assert kinds[0] == "action:intended"
        assert kinds[-1] == ("action:unknown" if in_doubt and id_ == 1 else "action:done")


def test_no_effect_happens_before_its_intent_is_signed(house: House) -> None:
    house.add()
    unsigned: list[int] = []

    def at(point: Point) -> None:
        if point == "after_sending":
            unsigned.extend(set(house.log.entries) - house.log.signed)

    house.worker(at=at).drain(house.moment)
    assert (unsigned, house.states()) == ([], {"done": 1})


def test_a_target_that_is_down_costs_few_tries_and_the_others_go_on(house: House) -> None:
    house.add(30)
    house.add(2, "webhook")
    house.world.trouble["mail"] = TargetDown("connection refused")
    house.worker().drain(house.moment)
    assert house.states() == {"ready": 30, "done": 2}
    assert sum(row.action.attempts for row in house.outbox.rows.values()) == TOLERATED
    del house.world.trouble["mail"]
    house.world.now += timedelta(minutes=1)
    house.worker().drain(house.moment)
    assert house.states() == {"done": 32}


def test_a_server_that_gives_no_answers_leaves_few_messages_in_doubt(house: House) -> None:
    house.add(30)
    house.world.trouble["mail"] = EffectUnknown("no answer")
    house.worker().drain(house.moment)
    assert house.states() == {"unknown": TOLERATED, "ready": 30 - TOLERATED}


def test_a_slow_round_keeps_its_claims_alive(house: House) -> None:
    house.add(20)
    house.world.slow = timedelta(seconds=8)
    taken: list[int] = []

    def at(point: Point) -> None:
        if point == "before_sending":
            with house.outbox.unit() as unit:
                taken.extend(one.action.id for one in house.outbox.reap(unit, house.world.now))

    assert house.worker(at=at).round(house.moment()) == {"done": 20}
    assert taken == []


@pytest.mark.parametrize(
    ("point", "left"), [("before_sending", "claimed"), ("after_sending", "sending"), ("after_intent", "claimed")]
)
def test_a_worker_that_was_stopped_and_wakes_up_late_sends_nothing(house: House, point: Point, left: str) -> None:
    house.add()

    def at(here: Point) -> None:
        if here == point:
            house.world.now += SENDING_LEASE + timedelta(seconds=1)

    assert house.worker(at=at).round(house.moment()) == {"lost": 1}
    assert (house.states(), house.world.sent) == ({left: 1}, {})


def test_what_waits_for_slow_preparations_stays_claimed(house: House) -> None:
    house.add(20)

    def at(here: Point) -> None:
        if here == "after_render":
            house.world.now += timedelta(seconds=8)

    assert house.worker(at=at).round(house.moment()) == {"done": 20}


@pytest.mark.parametrize("minutes", [-6, 6])
def test_a_clock_that_jumped_stops_everything_before_anything_is_taken(house: House, minutes: int) -> None:
    house.add()
    worker = replace(
        house.worker(), clock=lambda: house.world.now + timedelta(minutes=minutes), skew=timedelta(minutes=5)
    )
    with pytest.raises(ClockJumped) as raised:
        worker.round(house.moment())
    assert raised.value.difference == timedelta(minutes=minutes)
    assert (house.states(), house.world.sent) == ({"ready": 1}, {})


def test_a_clock_that_is_a_little_off_is_none_of_our_business(house: House) -> None:
    house.add()
    ahead = timedelta(minutes=4)
    worker = replace(house.worker(), clock=lambda: house.world.now + ahead, skew=timedelta(minutes=5))
    assert worker.round(Moment(house.world.now + ahead, DAY, 12)) == {"done": 1}
