"""Deciding a day of a source: what happens to every customer, written down or only counted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from app.usecases.progress import Progress, silent
from engine.errors import InvalidInput
from engine.execution.reports import RunReport
from engine.facts.store import FactStore
from engine.ruleset.model import Ruleset
from rules.versions.library import Library


class Runs(Protocol):
    """Runs in batches, each evaluated in a child process."""

    def decide(
        self, source: str, day: date, rulesets: Sequence[Ruleset], *, full: bool, progress: Progress
    ) -> RunReport:
        """Decide a day, or finish its unfinished run. Raises NotFound, Conflict, Disagreement, EngineCrashed."""
        ...

    def rehearse(self, source: str, day: date, rulesets: Sequence[Ruleset], *, progress: Progress) -> RunReport:
        """The same decisions, counted and not written. Raises NotFound, Disagreement, EngineCrashed."""
        ...


def synced_sources(facts: FactStore, source: str | None) -> Sequence[str]:
    """The source named, or every synchronized one. Raises InvalidInput when none is."""
    sources = [source] if source else [state.key for state in facts.sources()]
    if not sources:
        raise InvalidInput("Nothing is synchronized yet. Run: monitum sync")
    return sources


def decide_day(
    library: Library,
    runs: Runs,
    source: str,
    day: date,
    *,
    dry_run: bool = False,
    full: bool = False,
    progress: Progress = silent,
) -> RunReport:
    """Decide, or rehearse, a day of one source. `full`: every customer, also after a finished run of the day.

    Raises InvalidInput when no ruleset is effective, NotFound, Conflict while another run of the source is under way,
    Disagreement when the two evaluators disagree, EngineCrashed.
    """
    rulesets = library.effective(day)
    if not rulesets:
        raise InvalidInput(f"No ruleset is effective on {day}. Import one: monitum rules import FILE")
    if dry_run:
        return runs.rehearse(source, day, rulesets, progress=progress)
    return runs.decide(source, day, rulesets, full=full, progress=progress)
