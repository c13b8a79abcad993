"""Mirroring the books of a source, and what waits in the quarantine."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Protocol, TypeVar

from app.usecases.entry_log import EntryLog
from app.usecases.progress import Progress, silent
from archive.entries.entry import NewEntry
from engine.errors import MonitumError, NotFound
from engine.execution.reports import Quarantined, SyncReport
from engine.facts.doubts import Doubt
from engine.facts.findings import Finding
from engine.facts.store import SourceState

T = TypeVar("T")


class Mirror(Protocol):
    """The configured sources and the facts mirrored from them."""

    @property
    def sources(self) -> Sequence[str]:
        """Keys of the configured sources."""
        ...

    def sync(self, source: str, *, now: datetime, accept_shrinkage: bool, progress: Progress) -> SyncReport:
        """Bring the facts of a source to what it holds now. Raises AdapterError, InvalidInput."""
        ...

    def quarantined(self, sources: Sequence[str]) -> Sequence[Quarantined]:
        """The problems of these sources, by file and line."""
        ...

    def findings(self, sources: Sequence[str], customer: str | None = None) -> Sequence[Finding]:
        """What somebody should mend in these sources, by file and line; of one customer if named."""
        ...

    def doubts(self, sources: Sequence[str], customer: str | None = None) -> Sequence[Doubt]:
        """Why books of these sources are in doubt; with a customer, what holds it back."""
        ...


def sources_of(mirror: Mirror, source: str | None) -> Sequence[str]:
    """The source named, or every configured one. Raises NotFound."""
    if source is not None and source not in mirror.sources:
        raise NotFound("source", source)
    return mirror.sources if source is None else [source]


def for_each(sources: Sequence[str], work: Callable[[str], T]) -> tuple[Sequence[T], Mapping[str, MonitumError]]:
    """What the work gave for each source for which it could be done, and the error of each of the others: what stops
    one leaves the others alone. The error of an only source is raised."""
    done: list[T] = []
    failed: dict[str, MonitumError] = {}
    for source in sources:
        try:
            done.append(work(source))
        except MonitumError as error:
            if len(sources) == 1:
                raise
            failed[source] = error
    return done, failed


def failures(failed: Mapping[str, MonitumError]) -> Sequence[str]:
    """One line for each failure of `for_each`, which begins with the source."""
    return [str(error) if str(error).startswith(f"{key}:") else f"{key}: {error}" for key, error in failed.items()]


def age_told(state: SourceState, now: datetime) -> str:
    """How old the books of a source are, in words: when they were read, from when they are, and what that means."""
    if state.synced_at is None:
        return "never synced: monitum sync"
    synced = f"synced {int((now - state.synced_at).total_seconds() // 3600)} h ago"
    books = state.books_at or state.synced_at
    if state.age_hours is None:
        return f"{synced}, books of {books:%Y-%m-%d %H:%M} UTC"
    if state.age_hours < 0:
        return f"{synced}: a moment that is yet to come; set the clock of this machine right"
    old = ": too old to act on against anybody" if state.stale else ""
    return f"{synced}, books of {books:%Y-%m-%d %H:%M} UTC, {state.age_hours} h old{old}"


def sync_source(
    mirror: Mirror,
    log: EntryLog,
    source: str,
    *,
    now: datetime,
    accept_shrinkage: bool = False,
    progress: Progress = silent,
) -> SyncReport:
    """Sync one source; when facts changed, the archive says so.

    Raises AdapterError when the source cannot be read whole or shrank too much, InvalidInput for a `now` before the
    last sync; then nothing is written.
    """
    report = mirror.sync(source, now=now, accept_shrinkage=accept_shrinkage, progress=progress)
    if report.wrote:
        tables = {name: asdict(table) for name, table in report.tables.items()}
        public = {"tables": tables, "quarantined": report.quarantined, "in_doubt": report.in_doubt}
        log.record(
            [
                NewEntry(
                    kind="source:synced",
                    case=f"source:{source}",
                    at=now,
                    actor="monitum",
                    role="connector",
                    public=public,
                )
            ]
        )
    if report.wrote or report.settled or report.retried:
        log.integrate()
    return report
