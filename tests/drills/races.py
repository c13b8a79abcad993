"""A payment and the suspension it should stop, at the same moment: who is suspended although his payment was known?

`python -m tests.drills.races --races 10000`

Workers and a sync, each with connections of its own, start at a barrier; the sync commits payments of the very
customers whose suspensions the workers are about to send. The order of commits in the database decides: a suspension
whose point of no return, state 'sending', was committed after the payment and which the CRM was told of is wrongful.
One committed before is in flight: nobody can call it back, and the next run takes it back.
"""

from __future__ import annotations

import multiprocessing
import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from random import Random
from typing import Any, Final

import click
from sqlalchemy import Connection as Transaction

from adapters.crm.events import event_id
from adapters.outbox.dispatch import dispatcher_of, drain
from adapters.outbox.effects import WorkerEffects
from adapters.outbox.proposals import approve, waiting
from app.installation.clock import ZONE, now
from app.installation.settings import Settings
from app.installation.system import System
from app.usecases.decide import decide_day
from app.usecases.sync import sync_source
from engine.execution.ports import Moment
from tests.drills.report import Report, quantile, say
from tests.drills.sinks import lines
from tests.drills.site import Site, site
from tests.scenarios.books import Books

RULESET: Final = """
ruleset: drill.races
title: {pl: Ćwiczenie, en: Drill}
ledger_currency: PLN
jurisdiction: eu
priority: 1
ladder: {stages: [warned], notice: warned}
rules:
  - id: warn
    for: item
    when: [days_past_due: {at_least: 30}]
    then: [remind: {stage: warned, wording: reminder}]
    because: drill
  - id: cut
    for: customer
    when: [overdue_amount: {at_least: 200 PLN}, days_since_notice: {at_least: 14}, suspended: no]
    then: [suspend: {services: all, notify: [account_manager]}]
    because: drill
  - id: back
    for: customer
    when: [suspended: yes, actionable_overdue: {at_most: 0}]
    then: [reinstate: {services: all, notify: [account_manager]}]
    because: drill
cases:
  - {name: late, given: {days_past_due: 30}, expect: [remind: warned]}
  - name: warned
    for: customer
    given: {overdue_amount: 200 PLN, notice_delivered: yes, days_since_notice: 14, suspended: no}
    expect: [suspend]
  - {name: paid, for: customer, given: {suspended: yes, actionable_overdue: 0}, expect: [reinstate]}
"""
#: Working days; the notice and the suspension that it allows.
_NOTICE: Final = datetime(2026, 3, 2, 11, tzinfo=UTC)
_CUT: Final = datetime(2026, 3, 17, 11, tzinfo=UTC)
#: Customers of one source: its books are read whole for every payment.
_BLOCK: Final = 200
_HANDS: Final = 2
#: Actions that a hand takes in one round; those who pay are the customers of what both of them will take.
_TAKES: Final = 20
_NEXT: Final = """
select distinct customer_key from (select customer_key from action
    where source = :source and kind = 'suspend' and state = 'ready' order by lane, id limit :limit) next order by 1
"""
#: For each suspension: when its payment and its point of no return were committed.
_ORDER: Final = """
select a.key, a.state, a.outcome, a.customer_key,
       extract(epoch from (select min(pg_xact_commit_timestamp(p.xmin)) from payment p
                           where p.source = a.source and p.customer_key = a.customer_key))::float8 as paid,
       extract(epoch from (select max(pg_xact_commit_timestamp(j.xid::xid)) from drill_journal j
                           where j.action_id = a.id and j.state = 'sending'))::float8 as sent,
       exists (select from action b where b.source = a.source and b.customer_key = a.customer_key
               and b.kind = 'reinstate' and b.channel = 'webhook') as back
from action a where a.source = :source and a.kind = 'suspend' and a.channel = 'webhook' order by a.id
"""
_FAILED: Final = """
select j.outcome, count(*) as number from drill_journal j
where j.state in ('ready', 'unknown', 'failed') and j.outcome <> 'facts changed' and exists (
    select from drill_journal b where b.action_id = j.action_id and b.epoch = j.epoch and b.state = 'sending')
group by j.outcome
"""


@dataclass(frozen=True)
class Shifted:
    """A clock that runs as fast as the real one, at another time."""

    by: timedelta

    def __call__(self) -> datetime:
        """The time it shows."""
        return now() + self.by

    @classmethod
    def to(cls, moment: datetime) -> Shifted:
        """One that shows a moment now."""
        return cls(moment - now())


def _moment(clock: Callable[[], datetime]) -> Moment:
    shown = clock()
    local = shown.astimezone(ZONE)
    return Moment(shown, local.date(), 12)


class _Careless(WorkerEffects):
    """The planted fault: facts are frozen, and nobody looks whether they are still the same."""

    def freeze(self, connection: Transaction, source: str) -> datetime | None:
        """Nothing to compare."""
        super().freeze(connection, source)


def _hand(environment: Mapping[str, str], clock: Shifted, start: Barrier, orders: Connection, careless: bool) -> None:
    """A worker in its own process: one round of the product's dispatcher for every order, begun at the barrier."""
    system = System(Settings.from_environment(environment), clock=clock)
    worker = dispatcher_of(system.outbox.worker_context)
    if careless:
        worker = replace(worker, effects=_Careless(system.outbox.worker_context))
    orders.send("ready")
    while source := orders.recv():
        start.wait()
        orders.send(worker.round(_moment(clock), limit=_TAKES, source=source))


@contextmanager
def _hands(here: Site, clock: Shifted, careless: bool) -> Iterator[tuple[Barrier, Sequence[Connection]]]:
    spawn = multiprocessing.get_context("spawn")
    start = spawn.Barrier(_HANDS + 1)
    pairs = [spawn.Pipe() for _ in range(_HANDS)]
    processes = [
        spawn.Process(target=_hand, args=(dict(here.environment), clock, start, theirs, careless), daemon=True)
        for _, theirs in pairs
    ]
    for process in processes:
        process.start()
    ours = [mine for mine, _ in pairs]
    for mine in ours:
        mine.recv()
    try:
        yield start, ours
    finally:
        for mine, process in zip(ours, processes, strict=True):
            mine.send("")
            process.join(10)
            process.kill()


def drill(races: int, *, seed: int = 1, careless: bool = False) -> Report:
    """Let so many payments race the suspensions they should stop. `careless`: with workers that have a fault."""
    report = Report(f"Races: {races:,} payments against suspensions, {_HANDS} workers and a sync, seed {seed}")
    random = Random(seed)  # noqa: S311  the same drill every time, no secret
    blocks = {f"b{number:04}": min(_BLOCK, races - number * _BLOCK) for number in range(-(-races // _BLOCK))}
    with site(RULESET) as here:
        books = {source: _found(here, source, count) for source, count in blocks.items()}
        here.environment["MONITUM_SOURCES"] = ":".join(str(here.folder / source) for source in blocks)
        began = time.monotonic()
        clock = Shifted.to(_NOTICE)
        with _system(here, clock) as system:
            for source in blocks:
                _warn(system, source)
        clock, reached = Shifted.to(_CUT), Counter[str]()
        with _system(here, clock) as system, _hands(here, clock, careless) as (start, hands):
            for number, source in enumerate(blocks, 1):
                _decide(system, source)
                reached += _race(here, system, source, books[source], start, hands, random)
                say(f"{number} of {len(blocks)} blocks, {time.monotonic() - began:.0f} s")
        report.figure("seconds", time.monotonic() - began)
        report.figure("prepared before the payment and stopped at the last moment", reached["retry"])
        _judge(here, report, list(blocks))
    return report


@contextmanager
def _system(here: Site, clock: Shifted) -> Iterator[System]:
    system = here.system(clock)
    try:
        yield system
    finally:
        system.database.engine.dispose()


def _found(here: Site, source: str, count: int) -> Books:
    """A source with so many customers in debt."""
    folder = here.folder / source
    shutil.copytree(here.folder / "books", folder)
    (folder / "ruleset.yaml").unlink()  # released already
    for name in ("mapping.yaml", "company.yaml"):
        text = (folder / name).read_text("utf-8").replace("source: books", f"source: {source}")
        (folder / name).write_text(text, "utf-8")
    books = Books()
    books.change(
        {
            "customers": [{"key": f"C{number:03}"} for number in range(count)],
            "items": [
                {
                    "key": f"I{number:03}",
                    "customer": f"C{number:03}",
                    "issued": "2026-01-06",
                    "due": "2026-01-20",
                    "amount": "5000.00",
                }
                for number in range(count)
            ],
            "services": [{"key": f"S{number:03}", "customer": f"C{number:03}"} for number in range(count)],
        }
    )
    books.write(folder)
    return books


def _warn(system: System, source: str) -> None:
    """Everybody gets the notice."""
    sync_source(system.books.mirror, system.records.archive, source, now=system.clock())
    decide_day(system.rules.library, system.runs, source, system.today())
    drain(system.outbox.worker_context, lambda: _moment(system.clock), source=source)


def _decide(system: System, source: str) -> None:
    """Everybody is to be suspended; two people have to say yes to so many."""
    sync_source(system.books.mirror, system.records.archive, source, now=system.clock())
    decide_day(system.rules.library, system.runs, source, system.today())
    with system.database.engine.connect() as connection:
        ids = [int(row["id"]) for row in waiting(connection, source)]
    for person in ("first", "second") if ids else ():
        approve(system.database.engine, system.records.archive, ids, by=person, now=system.clock())


def _race(
    here: Site, system: System, source: str, books: Books, start: Barrier, hands: Sequence[Connection], random: Random
) -> Counter[str]:
    """Rounds until every suspension of the source has met its payment; then the next run takes back what was late."""
    took, reached = 0.5, Counter[str]()
    while payers := [row.customer_key for row in here.rows(_NEXT, source=source, limit=_HANDS * _TAKES)]:
        books.change({"payments": [_payment(payer) for payer in payers]})
        books.write(here.folder / source)
        for hand in hands:
            hand.send(source)
        start.wait()
        began = time.monotonic()
        time.sleep(random.uniform(0, took))
        sync_source(system.books.mirror, system.records.archive, source, now=system.clock())
        for hand in hands:
            reached += hand.recv()
        took = 0.5 * took + 0.5 * (time.monotonic() - began)
    decide_day(system.rules.library, system.runs, source, system.today() + timedelta(days=1))
    return reached


def _payment(customer: str) -> dict[str, Any]:
    number = customer[1:]
    return {
        "key": f"P{number}",
        "customer": customer,
        "paid": "2026-03-17",
        "amount": "5000.00",
        "pays": {f"I{number}": "5000.00"},
    }


def _judge(here: Site, report: Report, sources: Sequence[str]) -> None:
    arrived = {call["id"]: call["at"] for call in lines(here.calls)}
    rows = [row for source in sources for row in here.rows(_ORDER, source=source)]
    told = [(row, arrived[event_id(row.key)]) for row in rows if event_id(row.key) in arrived]
    wrongful = [row.key for row, _ in told if row.sent is None or row.sent > row.paid]
    late = [at - row.paid for row, at in told if row.paid < at and row.key not in set(wrongful)]
    report.figure(
        "races; suspended before the payment, stopped by it",
        f"{len(rows)}; {len(told)}, {sum(row.state == 'cancelled' for row in rows)}",
    )
    report.figure(
        "in flight when the payment came: number, longest ms", f"{len(late)}, {1000 * quantile(late, 1.0):.1f}"
    )
    report.demand("nobody was suspended whose payment was known (committed before the point of no return)", wrongful)
    report.demand(
        "whoever was suspended just before his payment gets his services back",
        [row.key for row, _ in told if not row.back],
    )
    failed = here.rows(_FAILED)
    report.figure(
        "attempts that failed, held for a person",
        f"{sum(row.number for row in failed)}, {sum(row.state == 'held' for row in rows)}",
    )
    for row in failed:
        report.figure("  " + row.outcome, row.number)
    # An attempt that failed may have arrived: where the payment came before the next one, a person has to look.
    report.demand(
        "every race was run: all paid, each suspension was sent, stopped or shown to a person",
        [
            f"{row.key} {row.state} {row.outcome}"
            for row in rows
            if row.paid is None or row.state not in {"done", "cancelled", "held"}
        ],
    )
    report.demand("both happened: some suspensions were first, some payments were", 0 < len(told) < len(rows))


@click.command()
@click.option("--races", default=10_000, show_default=True, type=click.IntRange(20))
@click.option("--seed", default=1, show_default=True)
def main(races: int, seed: int) -> None:
    """Race payments against suspensions, and end with 1 when one customer was suspended in spite of his payment."""
    drill(races, seed=seed).end()


if __name__ == "__main__":
    main()
