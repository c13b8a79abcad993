"""A demonstration of one source: its books mirrored, some days decided, and what is due on each delivered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

from app.usecases.deliver import Delivered
from engine.execution.reports import RunReport, SyncReport


@dataclass(frozen=True, slots=True)
class Steps:
    """The use cases a demonstration is made of, by source and day."""

    sync: Callable[[str], SyncReport]
    decide: Callable[[str, date], RunReport]
    deliver: Callable[[str, date], Delivered]


@dataclass(slots=True)
class Tally:
    """What happened. `customers` and `items` of the last day; the rest of all days. `messages`: by state reached."""

    customers: int = 0
    items: int = 0
    decisions: int = 0
    rules: Counter[str] = field(default_factory=Counter)
    messages: Counter[str] = field(default_factory=Counter)


def demonstrate(steps: Steps, source: str, days: Sequence[date], tell: Callable[[str], None]) -> Tally:
    """Go through the days; each step is told in a line. Repeated, it does nothing that was done before."""
    tally = Tally()
    tell(f"{source}: {_synced(steps.sync(source))}")
    for day in days:
        run = steps.decide(source, day)
        reached = steps.deliver(source, day).states
        tally.messages.update(reached)
        tally.customers, tally.items = run.counts.get("customers", 0), run.counts.get("items", 0)
        tally.decisions += run.counts.get("decisions", 0)
        tally.rules.update({name[5:]: count for name, count in run.counts.items() if name.startswith("rule:")})
        made, delivered = run.counts.get("decisions", 0), reached.get("done", 0)
        tell(f"{source} {day}: {made} decisions, {delivered} messages delivered")
        if run.held:
            tell(f"{source} {day}: {run.held} (monitum proposals list)")
    return tally


def _synced(report: SyncReport) -> str:
    if report.skipped_unchanged:
        return "unchanged since the last sync"
    rows = ", ".join(
        f"{table} {counts.added + counts.unchanged + counts.changed}" for table, counts in report.tables.items()
    )
    return f"synced {rows}; {report.quarantined} rows in quarantine"
