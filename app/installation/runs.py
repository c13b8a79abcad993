"""The runs of an installation: deciding in child processes, by hand or by plan, and deciding again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cached_property, partial

from adapters.runs.children import Children, Equipment
from adapters.runs.redecision import Redecider
from adapters.runs.run import execute, rehearse
from adapters.runs.scheduler import Scheduler
from app.installation.archive import Records
from app.installation.books import Books
from app.installation.clock import Clock
from app.installation.database import Database
from app.installation.process import process_name
from app.installation.rules import Rules
from app.installation.settings import Settings
from app.usecases.decide import decide_day
from app.usecases.progress import Progress
from app.usecases.schedule import scheduled_work
from app.usecases.sync import sync_source
from engine.execution.reports import RunReport, SyncReport
from engine.ruleset.model import Ruleset
from rules.parameters.loading import known_law


class Runs:
    """Runs of the sources, each in child processes of its own."""

    def __init__(
        self, settings: Settings, database: Database, records: Records, books: Books, rules: Rules, clock: Clock
    ) -> None:
        self._settings = settings
        self._database = database
        self._records = records
        self._books = books
        self._rules = rules
        self._clock = clock

    def decide(
        self, source: str, day: date, rulesets: Sequence[Ruleset], *, full: bool, progress: Progress
    ) -> RunReport:
        """Decide a day, or finish its unfinished run. Raises NotFound, Conflict, Disagreement, EngineCrashed."""
        children = self.children(source, rulesets)
        return execute(
            self._database.engine,
            self._records.archive,
            children,
            source,
            day,
            rulesets,
            clock=self._clock,
            progress=progress,
            run_inputs=children.run_inputs,
            full=full,
        )

    def rehearse(self, source: str, day: date, rulesets: Sequence[Ruleset], *, progress: Progress) -> RunReport:
        """The same decisions, counted and not written. Raises NotFound, Disagreement, EngineCrashed."""
        children = self.children(source, rulesets)
        return rehearse(self._database.engine, children, source, day, clock=self._clock, progress=progress)

    def children(self, source: str, rulesets: Sequence[Ruleset]) -> Children:
        """The pool that evaluates batches of a source."""
        equipment = Equipment(
            self._database.url,
            self._settings.keys,
            tuple(rulesets),
            self._books.company(source),
            self._books.rates,
            self._books.working_day,
            self._clock,
            self._settings.home / "evidence",
            known_law,
        )
        return Children(equipment, self._settings.processes)

    @cached_property
    def scheduler(self) -> Scheduler:
        """The plans of the companies: books are synchronized and days decided as by hand."""
        work = scheduled_work(self._sync, partial(decide_day, self._rules.library, self))
        return Scheduler(
            self._database.engine, self._books.companies, self._books.working_day, work, process_name(), self._clock
        )

    @cached_property
    def redecider(self) -> Redecider:
        """Decides again what is archived."""
        return Redecider(self._database.engine, self._books.facts, self._rules.version)

    def _sync(self, source: str) -> SyncReport:
        return sync_source(self._books.mirror, self._records.archive, source, now=self._clock())
