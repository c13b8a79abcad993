"""monitum replay: what the rules would have done, day by day."""

from __future__ import annotations

import hashlib
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from datetime import date, datetime, timedelta
from queue import SimpleQueue
from typing import Final

import click
from sqlalchemy import Connection

from adapters.database.facts.rows import BatchRows
from adapters.database.facts.snapshot_rows import read_rows
from adapters.database.facts.snapshots import build_cases
from app.commands.output import DAY, as_json, print_json, print_table, progress
from app.installation.system import System
from engine.decisions.evaluator_cache import EvaluatorCache
from engine.decisions.model import Decision
from engine.decisions.replay import Memory, record
from engine.errors import InvalidInput, NotFound

#: Days read ahead of the one that is decided.
_AHEAD: Final = 8
#: Connections that read; more would only take the processor from the deciding.
_READERS: Final = 2


@click.command("replay")
@click.option("--source", required=True, help="The source to replay.")
@click.option("--from", "first", type=DAY, required=True, help="First day.")
@click.option("--to", "last", type=DAY, required=True, help="Last day.")
@click.option("--rules-of", type=DAY, default=None, help="Use the rulesets effective on this day; today if not given.")
@click.option("--list", "listing", is_flag=True, help="Print every decision, one line each.")
@as_json
def command(source: str, first: date, last: date, rules_of: date | None, listing: bool, json_output: bool) -> None:
    """Decide every day of a period again, on the facts of each day, and count what would have been done.

    Every message counts as delivered on its day. Nothing is written or sent. The digest is the same for every
    repetition over the same facts and rules.
    """
    if last < first:
        raise InvalidInput("The last day lies before the first.", field="to")
    system = System.from_environment()
    if source not in {state.key for state in system.facts.sources()}:
        raise NotFound("source", source)
    counts: Counter[tuple[str, str]] = Counter()
    messages: Counter[tuple[str, str]] = Counter()
    digest = hashlib.sha256()
    lines = []
    for made in replay(system, source, first, last, rules_of or system.today()):
        step = (made.kind, made.action.stage or "")
        counts[step] += len(made.items) or 1
        messages[step] += 1
        line = "\t".join(record(made))
        digest.update(line.encode() + b"\n")
        if listing or json_output:
            lines.append(line.split("\t"))
    if json_output:
        print_json(
            {
                "source": source, "from": first, "to": last, "digest": digest.hexdigest(),
                "stages": [{"kind": kind, "stage": stage, "items": items, "messages": messages[kind, stage]}
                           for (kind, stage), items in sorted(counts.items())],
                "decisions": lines if listing else None,
            }
        )  # fmt: skip
        return
    for fields in lines:
        click.echo("\t".join(fields))
    print_table(
        ("action", "stage", "items#", "messages#"),
        [(kind, stage, items, messages[kind, stage]) for (kind, stage), items in sorted(counts.items())],
        title=f"{source}, {first} to {last}",
    )
    click.echo(f"digest {digest.hexdigest()}")


def replay(system: System, source: str, first: date, last: date, rules_of: date) -> Iterator[Decision]:
    """The decisions of each day in order; within a day by customer."""
    evaluators = EvaluatorCache(system.library.effective(rules_of), confirm=False)
    memory = Memory()
    known_at = system.clock()
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    with system.engine.connect() as connection:
        base = replace(system.facts.setting(connection, source, first, known_at), source_age_hours=None)
    with progress(f"replay {source}") as bar:
        for number, (day, rows) in enumerate(_days(system, source, days, known_at)):
            setting = replace(base, as_of=day, days_since_last_run=1 if number else None, _factors={})
            for case, ruleset in build_cases(rows, setting, evaluators.choose):
                if not case.items and case.customer.key not in memory.suspended:
                    continue
                evaluation = evaluators.of(ruleset).evaluate(memory.overlay(case, ruleset.ladder))
                memory.remember(evaluation.decisions, day)
                yield from evaluation.decisions
            bar(number + 1, len(days))


def _days(system: System, source: str, days: Sequence[date], known_at: datetime) -> Iterator[tuple[date, BatchRows]]:
    """The facts of each day in order; the database reads the next days while one is being decided."""
    with ExitStack() as stack, ThreadPoolExecutor(_READERS) as readers:
        free = SimpleQueue[Connection]()
        for _ in range(_READERS):
            free.put(stack.enter_context(system.engine.connect()))

        def read(day: date) -> BatchRows:
            connection = free.get()
            try:
                return read_rows(connection, source, "", "\U0010ffff", day, known_at)
            finally:
                free.put(connection)

        waiting = deque[tuple[date, Future[BatchRows]]]()
        for day in days:
            waiting.append((day, readers.submit(read, day)))
            if len(waiting) > _AHEAD:
                ready, rows = waiting.popleft()
                yield ready, rows.result()
        for ready, rows in waiting:
            yield ready, rows.result()
