"""What would be done to debtors by books with a fault, held against what the true books allow."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import Final

from app.installation.settings import Settings
from app.installation.system import System
from app.usecases.release import import_shipped
from app.usecases.sync import sync_source
from engine.decisions.model import Decision, Evaluation
from engine.errors import MonitumError
from engine.facts.case import CustomerCase
from engine.ruleset.condition import FactValue
from rules.versions.library import Library
from tests.drills.faults.books import BEFORE, DAY, Export, true_books
from tests.drills.faults.kinds import KINDS

RULESET: Final = "pl.b2b.standard"
_FRESH_HOURS: Final = 36
#: A notice was delivered and its wait is over: what else stands between a debtor and the suspension is the books.
_NOTIFIED: Final[dict[str, FactValue]] = {
    "notice_delivered": True,
    "days_since_notice": 60,
    "days_since_suspension_allowed": 30,
}


@dataclass(frozen=True, slots=True)
class Acts:
    """What is done to a customer: the severest stage (-1: none), what is asked for after credits, in minor units, and
    whether its services are suspended."""

    stage: int = -1
    asked: int = 0
    suspended: bool = False

    def beyond(self, allowed: Acts) -> bool:
        """True when something of it is more than what is allowed."""
        return self.stage > allowed.stage or self.asked > allowed.asked or (self.suspended and not allowed.suspended)


@dataclass(frozen=True, slots=True)
class Trial:
    """One fault in one export. `wrong`: customers with what was done and what was allowed; `seen`: who said so."""

    kind: str
    seed: int
    known: bool
    wrong: dict[str, tuple[Acts, Acts]] = field(default_factory=dict)
    seen: tuple[str, ...] = ()


class Court:
    """One installation, in which each trial has sources of its own."""

    def __init__(self, folder: Path, database_url: str) -> None:
        self._folder = folder
        self._environment = {"MONITUM_HOME": str(folder / "home"), "DATABASE_URL": database_url}
        self._now = datetime.combine(BEFORE, time(8), UTC)
        first = self._system([])
        import_shipped(first.rules.library, first.rules.shipped)
        self._library: Library = first.rules.library
        self._log = first.records.archive
        self._engine = first.database.engine

    def trials(self, kind: str, seed: int) -> Iterator[Trial]:
        """A fault in books never read before, and in those of a source that is known; none where it does not fit."""
        before, true = true_books(seed)
        _, faulty = true_books(seed)
        chance = Random(seed)  # noqa: S311  the same fault every time
        if not KINDS[kind](faulty, chance):
            return
        name = f"s{seed}x{list(KINDS).index(kind)}"
        allowed = self._acts(f"{name}t", [(DAY, true)])[0]
        for known, exports in ((False, [(DAY, faulty)]), (True, [(BEFORE, before), (DAY, faulty)])):
            acts, seen = self._acts(f"{name}{'k' if known else 'f'}", exports)
            wrong = {
                customer: (done, allowed.get(customer, Acts()))
                for customer, done in acts.items()
                if done.beyond(allowed.get(customer, Acts()))
            }
            yield Trial(kind, seed, known, wrong, tuple(seen))

    def close(self) -> None:
        """Let the database go."""
        self._engine.dispose()

    def _system(self, folders: list[Path]) -> System:
        sources = os.pathsep.join(map(str, folders)) or str(self._folder)
        settings = Settings.from_environment({**self._environment, "MONITUM_SOURCES": sources})
        return System(settings, clock=lambda: self._now)

    def _acts(self, source: str, exports: list[tuple[date, Export]]) -> tuple[dict[str, Acts], list[str]]:
        """What is decided on DAY after the exports were read, each in the morning of its day; and what was said."""
        folder = self._folder / source
        system, said = None, []
        for day, export in exports:
            self._now = datetime.combine(day, time(8), UTC)
            written = (self._now - timedelta(days=export.days_old, hours=1)).timestamp()
            for path in export.write(folder):
                os.utime(path, (written, written))
            system = self._system([folder])
            said = self._sync(system, source)
        assert system is not None
        customers = {row["key"] for _, export in exports for row in export.rows["customers.csv"]}
        acts = {key: self._of(system, source, key) for key in sorted(customers)}
        exports[-1][1].forget(folder)
        return acts, [*said, *self._age(system, source)]

    def _sync(self, system: System, source: str) -> list[str]:
        try:
            sync_source(system.books.mirror, self._log, source, now=self._now)
        except MonitumError as error:
            return [f"sync: {error}"]
        return [f"quarantine: {row.file} {row.reason}" for row in system.books.mirror.quarantined([source])]

    def _age(self, system: System, source: str) -> list[str]:
        """What doctor says of books that are too old to act on."""
        with self._engine.begin() as connection:
            hours = system.books.facts.context(connection, source, DAY, None).source_age_hours
        return [f"age: {hours} h"] if hours is not None and hours > _FRESH_HOURS else []

    def _of(self, system: System, source: str, customer: str) -> Acts:
        ruleset = self._library.effective_version(RULESET, DAY)
        try:
            case = system.books.facts.case(source, customer, DAY, ruleset)
        except MonitumError:
            return Acts()  # nothing is known of it, and nothing can be done to it
        told = case.with_facts(_NOTIFIED)
        made = self._library.evaluator(ruleset).evaluate(told, explain=False)
        return _acts(made, told, [stage.name for stage in ruleset.ladder.stages])


def _acts(made: Evaluation, case: CustomerCase, stages: list[str]) -> Acts:
    reminders = [one for one in made.decisions if one.kind == "remind"]
    opens = {item.line.key: item.line.open_minor for item in case.open_items}
    return Acts(
        max((stages.index(stage) for one in reminders for stage in _stages(one)), default=-1),
        max(0, sum(opens[key] for one in reminders for key in one.items) - sum(case.credits.values())),
        any(one.kind == "suspend" for one in made.decisions),
    )


def _stages(one: Decision) -> list[str]:
    return [verdict.action.stage for verdict in one.verdicts if verdict.action.stage is not None]
