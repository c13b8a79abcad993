"""Schedulers: what is due and its key are the product's; the rows and locks of occurrences are in memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.execution.occurrences import Occurrence, in_turn, latest
from tests.drills.simulation.installation import COMPANY, SOURCE, working_day_of
from tests.drills.simulation.running import run
from tests.drills.simulation.world import World


@dataclass(slots=True)
class Scheduler:
    """One of several. `under_way`: its run, with the occurrence; `locked`: occurrences that any of them has in hand."""

    world: World
    name: str
    locked: set[str]
    under_way: tuple[Occurrence, Iterator[str]] | None = None

    def step(self) -> bool:
        """Go on with a run, or begin what is due; False when there was nothing to do."""
        if self.under_way:
            one, work = self.under_way
            at = next(work, None)
            if at is None:
                self._end(one)
            return True
        return any(self._begin(one) for one in self._due())

    def kill(self) -> None:
        """End the process: its lock ends with it, the occurrence stays 'running'."""
        if self.under_way:
            self.locked.discard(self.under_way[0].key)
            self.world.say(f"{self.name} dies at {self.under_way[0].key}")
            self.under_way = None

    def _due(self) -> list[Occurrence]:
        plan = COMPANY.schedule
        newest = (
            latest(SOURCE, plan, job, self.world.now, lambda day: working_day_of(day, "PL"), days=5)
            for job in ("sync", "run")
            if plan
        )
        states = self.world.kept.occurrences
        return in_turn([one for one in newest if one and states.get(one.key) != "done"])

    def _begin(self, one: Occurrence) -> bool:
        if one.key in self.locked or self.under_way:
            return False
        self.world.kept.occurrences[one.key] = "running"
        if one.job == "sync":
            if self.world.sync():
                self.world.kept.occurrences[one.key] = "done"
            return True
        self.locked.add(one.key)
        self.world.say(f"{self.name} begins {one.key}")
        self.under_way = one, run(self.world, one.as_of)
        return True

    def _end(self, one: Occurrence) -> None:
        self.world.kept.occurrences[one.key] = "done"
        self.locked.discard(one.key)
        self.under_way = None
