"""A run over invented books: what its parts cost, the whole of it, and the same work with nothing around it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Connection, text

from adapters.database.facts.snapshot_rows import read_rows
from adapters.database.facts.snapshots import build_cases
from adapters.database.transaction import driver_of
from adapters.runs.opening import ranges
from app.installation.system import System
from app.usecases.decide import decide_day
from app.usecases.sync import sync_source
from engine.decisions.evaluator_cache import EvaluatorCache
from engine.execution.reports import RunReport
from tests.bench.measuring import Report, Spent, say, spent
from tests.bench.portfolio import DAY, SOURCE, Shape, pay

#: Batches whose parts are measured one by one.
_SAMPLE: Final = 10
#: The fraction of customers that pay before the second run.
_CHANGED: Final = 100
_WRITTEN: Final = ("decision", "archive_entry", "action", "action_item")


def measure(system: System, report: Report, shape: Shape) -> None:
    """Sync, parts, run, floor, dry run, and the run after one customer in a hundred has paid."""
    group = f"{shape.items:,} items, {shape.due} % of customers due"
    say(f"{group}: sync")
    with spent() as sync:
        synced = sync_source(system.books.mirror, system.records.archive, SOURCE, now=system.clock())
    if synced.quarantined:
        raise RuntimeError(f"{synced.quarantined} rows of the invented books are wrong.")
    rows = sum(counts.added for counts in synced.tables.values())
    report.add(group, "sync of the files", rows / sync.seconds, "rows/s", remark=f"{rows:,} rows, {sync.seconds:.1f} s")
    _parts(system, report, group)
    say(f"{group}: run")
    with spent() as run:
        done = decide_day(system.rules.library, system.runs, SOURCE, DAY)
    _whole(report, group, run, done, _floor(system, group))
    with spent() as rehearsal:
        decide_day(system.rules.library, system.runs, SOURCE, DAY, dry_run=True)
    report.add(group, "dry run of the same day", rehearsal.seconds, "s", remark="what is sent already is read too")
    _after_changes(system, report, group, shape, run.seconds)


def _whole(report: Report, group: str, run: Spent, done: RunReport, floor: float) -> None:
    counts = done.counts
    report.add(
        group,
        "run, whole",
        run.seconds,
        "s",
        floor=floor,
        remark=f"{counts['customers']:,} customers, {counts.get('decisions', 0):,} decisions; floor: one process",
    )
    report.add(group, "run, items", counts["items"] / run.seconds, "items/s")
    report.add(group, "run, processor time of Python", run.cpu, "s", remark="all processes; without the database")
    report.add(group, "run, peak memory", run.peak / 2**20, "MiB", remark="all Python processes; without the database")


@dataclass(slots=True)
class _Stopwatch:
    """Seconds by name of what was done."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def of(self, name: str) -> Iterator[None]:
        """Add what the block takes."""
        start = time.perf_counter()
        yield
        self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - start


def _parts(system: System, report: Report, group: str) -> None:
    """Microseconds an item for reading, snapshots and deciding, in this process, over the first batches."""
    rulesets = system.rules.library.effective(DAY)
    both, alone = EvaluatorCache(rulesets), EvaluatorCache(rulesets, confirm=False)
    watch = _Stopwatch()
    items = 0
    with system.database.engine.begin() as connection:
        context = system.books.facts.context(connection, SOURCE, DAY, system.clock())
        for first, last in ranges(connection, SOURCE)[:_SAMPLE]:
            with watch.of("read rows"):
                rows = read_rows(connection, SOURCE, first, last, DAY, context.known_at)
            with watch.of("make snapshots"):
                cases = list(build_cases(rows, context, both.choose))
            compiled = [(case, both.of(ruleset), alone.of(ruleset)) for case, ruleset in cases]
            with watch.of("decide, both evaluators"):
                for case, evaluator, _ in compiled:
                    evaluator.evaluate(case)
            with watch.of("decide, our evaluator alone"):
                for case, _, evaluator in compiled:
                    evaluator.evaluate(case)
            with watch.of("the same rules by hand"):
                for case, _ in cases:
                    by_hand([item.facts for item in case.items])
            items += sum(len(case.items) for case, _ in cases)
    floor = watch.seconds.pop("the same rules by hand") / items * 1e6
    for name, seconds in watch.seconds.items():
        report.add(group, name, seconds / items * 1e6, "µs/item", floor=floor if name.startswith("decide") else None)


def by_hand(items: list[Any]) -> list[tuple[int, str]]:
    """The steps of pl.b2b.standard for a customer's items, most severe first, as somebody in a hurry would write it."""
    found = []
    for index, facts in enumerate(items):
        days, amount, overdue = facts["days_past_due"], facts["open_amount"], facts["net_overdue"]
        if facts["on_hold"] or amount is None or overdue is None or not facts["has_email"] or amount < 5_000:
            continue
        if days >= 30 and amount >= 20_000 and overdue >= 20_000:
            found.append((index, "final_demand"))
        elif days >= 14 and overdue >= 5_000:
            found.append((index, "demand"))
        elif days >= 3 and overdue >= 5_000:
            found.append((index, "reminder"))
        elif -7 <= days <= 0 and facts["balance"] >= 5_000:
            found.append((index, "due_soon"))
    return found


_BARE: Final = """
select i.customer_key, i.key, i.amount, i.due_date, i.currency, c.email from open_item i
join customer c on c.source = i.source and c.key = i.customer_key and c.recorded_to is null
where i.source = %s and i.recorded_to is null
"""


def _floor(system: System, group: str) -> float:
    """Seconds for the least that any program must do: read the items, compare by hand, COPY the rows the run wrote."""
    say(f"{group}: floor")
    start = time.perf_counter()
    with system.database.engine.begin() as connection:
        cursor = driver_of(connection).cursor("bare")
        cursor.itersize = 10_000
        today = DAY.toordinal()
        for _customer, _key, amount, due, _currency, email in cursor.execute(_BARE, (SOURCE,)):
            minor = int(amount * 100)
            by_hand(
                [
                    {
                        "days_past_due": today - due.toordinal(),
                        "open_amount": minor,
                        "net_overdue": minor,
                        "balance": minor,
                        "on_hold": False,
                        "has_email": email is not None,
                    }
                ]
            )
        for table in _WRITTEN:
            _copy(connection, table)
    return time.perf_counter() - start


def _copy(connection: Connection, table: str) -> None:
    """The rows of a table through this process into a bare one."""
    connection.execute(text(f"create temp table bare_{table} (like {table}) on commit drop"))
    driver = driver_of(connection)
    with driver.cursor() as reading:
        with reading.copy(f"copy {table} to stdout".encode()) as rows:
            written = list(rows)
        with reading.copy(f"copy bare_{table} from stdin".encode()) as into:
            for row in written:
                into.write(row)


def _after_changes(system: System, report: Report, group: str, shape: Shape, full: float) -> None:
    payers = pay(system.settings.sources[0], shape, _CHANGED)
    say(f"{group}: sync and run after {payers} payments")
    with spent() as sync:
        again = _again(system)
        sync_source(again.books.mirror, again.records.archive, SOURCE, now=again.clock())
    report.add(group, "sync after 1 % of customers paid", sync.seconds, "s")
    with spent() as run:
        done = decide_day(system.rules.library, system.runs, SOURCE, DAY)
    report.add(
        group,
        "run after 1 % of customers paid",
        run.seconds,
        "s",
        floor=full,
        remark=f"{done.counts['customers']:,} customers looked at; floor: the whole run",
    )


def _again(system: System) -> System:
    """The same installation as a new process would see it."""
    return System(system.settings, clock=system.clock)
