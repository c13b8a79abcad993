"""What the plans of the companies call for: the books synchronized, the days decided."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Protocol

from engine.execution.occurrences import Job, Occurrence
from engine.execution.reports import RunReport, SyncReport


class Scheduler(Protocol):
    """The plans, and how their occurrences went."""

    def due(self, now: datetime) -> Sequence[Occurrence]:
        """What is due and not settled, in the order in which it is carried out."""
        ...

    def tick(self, now: datetime) -> Mapping[str, str]:
        """Carry out what is due: key -> done or failed."""
        ...

    def next(self, now: datetime) -> Sequence[Occurrence]:
        """The next occurrence of each job of each company, by moment."""
        ...

    def history(self, limit: int) -> Sequence[Mapping[str, Any]]:
        """The last occurrences, newest first."""
        ...


def scheduled_work(
    sync: Callable[[str], SyncReport], decide: Callable[[str, date], RunReport]
) -> Mapping[Job, Callable[[str, date], str]]:
    """What each job does for a source and a day; says in a word what came of it."""

    def synchronize(source: str, _day: date) -> str:
        report = sync(source)
        return "unchanged" if report.skipped_unchanged else f"synchronized, {report.quarantined} rows in quarantine"

    def run(source: str, day: date) -> str:
        report = decide(source, day)
        return report.held or f"{report.counts.get('decisions', 0)} decisions"

    return {"sync": synchronize, "run": run}
