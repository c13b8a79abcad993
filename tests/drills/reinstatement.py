"""Whoever pays is served again at once, however many messages wait: from the payment to the word to the CRM.

`python -m tests.drills.reinstatement --queue 10000 --payers 100`

The clock starts when the sync that brought the payment is committed, by the database's own note of it, and stops when
the CRM has written down that the services are active. In between are `monitum run` and workers that are busy with the
queue, all of them processes of the product.
"""

from __future__ import annotations

import time
from datetime import date, timedelta
from typing import Any, Final

import click

from adapters.crm.events import event_id
from app.installation.system import System
from app.usecases.decide import decide_day
from app.usecases.release import import_shipped
from app.usecases.sync import sync_source
from tests.drills.fleet import fleet
from tests.drills.report import Report, quantile, say, spread
from tests.drills.sinks import lines
from tests.drills.site import SOURCE, Site, site
from tests.drills.workload import SUSPENDED

#: Seconds from a payment that is visible to the reinstatement that is sent, of 99 in 100.
BOUND: Final = 60.0
#: Contact hours of the shipped guards; outside of them reminders wait, and a queue that waits is no queue.
_HOURS: Final = range(8, 20)
_QUEUE: Final = {
    "reminders": "{id: queue, for: item, when: [days_past_due: {at_least: 10}], "
    "then: [remind: {stage: level1, wording: reminder}], because: drill}",
    "alerts": "{id: queue, for: customer, when: [overdue_amount: {at_least: 200 PLN}], "
    "then: [notify: {who: [credit_controller], wording: alert}], because: drill}",
}
_CASE: Final = {
    "reminders": "{name: late, given: {days_past_due: 10}, expect: [remind: level1]}",
    "alerts": "{name: late, for: customer, given: {overdue_amount: 200 PLN}, expect: [notify: alert]}",
}
_WAIT: Final = 180.0
_PAID: Final = """
select customer_key, extract(epoch from pg_xact_commit_timestamp(xmin))::float8 as at from payment
where source = :source
"""


def ruleset(kind: str) -> str:
    """The rules of the drill, with a queue of 'reminders' or of 'alerts' to the staff."""
    stages = "[level1]" if kind == "reminders" else "[]"
    return f"""
ruleset: drill.reinstatement
title: {{pl: Ćwiczenie, en: Drill}}
ledger_currency: PLN
jurisdiction: eu
priority: 1
ladder: {{stages: {stages}}}
rules:
  - {_QUEUE[kind]}
  - id: back
    for: customer
    when: [suspended: yes, actionable_overdue: {{at_most: 0}}]
    then: [reinstate: {{services: all, notify: [account_manager]}}]
    because: drill
cases:
  - {_CASE[kind]}
  - {{name: paid, for: customer, given: {{suspended: yes, actionable_overdue: 0}}, expect: [reinstate]}}
"""


def queue_of(system: System) -> str:
    """Reminders where they may be sent now, else alerts, which take the same way through the same mail server."""
    moment = system.moment()
    return "reminders" if moment.hour in _HOURS and system.books.working_day(moment.day, "PL") else "alerts"


def drill(*, queue: int, payers: int, waves: int = 5, workers: int = 1) -> Report:
    """Queue so many messages, let workers begin, and let suspended customers pay, so many in each of the waves."""
    with site(ruleset("alerts")) as here:
        kind = queue_of(here.system())
        (here.folder / SOURCE / "ruleset.yaml").write_text(ruleset(kind), "utf-8")
        report = Report(f"Reinstatement of {payers} customers behind {queue:,} queued {kind}, {workers} worker(s)")
        _fill(here, queue, payers)
        waiting = here.counts()["ready"]
        with fleet(here, workers, seed=1):
            _until(lambda: here.counts().get("done", 0) > 0, "no worker began")
            for wave in range(waves):
                _pay(here, wave, payers, waves)
            left = here.counts().get("ready", 0)
        report.figure("queued at the beginning, still queued at the end", f"{waiting}, {left}")
        _judge(here, report, payers)
    return report


def _fill(here: Site, queue: int, payers: int) -> None:
    """Customers in debt; those of the first `payers` are suspended."""
    system = here.system()
    import_shipped(system.rules.library, system.rules.shipped)
    day = system.today()
    keys = [f"C{number:05}" for number in range(queue)]
    here.books.change(
        {
            "customers": [{"key": key} for key in keys],
            "items": [_item(key, day) for key in keys],
            "services": [{"key": f"S{number}", "customer": key} for number, key in enumerate(keys[:payers])],
        }
    )
    here.write()
    sync_source(system.books.mirror, system.records.archive, SOURCE, now=system.clock())
    here.do(SUSPENDED)
    decide_day(system.rules.library, system.runs, SOURCE, day)
    system.database.engine.dispose()


def _item(customer: str, day: date) -> dict[str, Any]:
    return {
        "key": f"I{customer}",
        "customer": customer,
        "issued": str(day - timedelta(days=45)),
        "due": str(day - timedelta(days=15)),
        "amount": "300.00",
    }


def _pay(here: Site, wave: int, payers: int, waves: int) -> None:
    """Some pay; the books are read and the day decided again, by the commands an operator has."""
    keys = [f"C{number:05}" for number in range(wave, payers, waves)]
    day = str(here.system().today())
    paid = {"paid": day, "amount": "300.00"}
    payments = [{"key": f"P{key}", "customer": key, **paid, "pays": {f"I{key}": "300.00"}} for key in keys]
    here.books.change({"payments": payments})
    here.write()
    here.monitum("sync")
    here.monitum("run")
    told = sum(len(range(earlier, payers, waves)) for earlier in range(wave + 1))
    _until(lambda: len(lines(here.calls)) >= told, f"wave {wave + 1} was not told to the CRM")
    say(f"wave {wave + 1}: {len(keys)} reinstated, {here.counts()}")


def _until(true: Any, otherwise: str) -> None:
    give_up = time.monotonic() + _WAIT
    while not true():
        if time.monotonic() > give_up:
            raise TimeoutError(f"{otherwise} within {_WAIT:.0f} s")
        time.sleep(0.1)


def _judge(here: Site, report: Report, payers: int) -> None:
    paid = {row.customer_key: row.at for row in here.rows(_PAID, source=SOURCE)}
    told = {call["id"]: call["at"] for call in lines(here.calls)}
    keys = here.rows("select key, customer_key from action where kind = 'reinstate' and channel = 'webhook'")
    seconds = [told[event_id(row.key)] - paid[row.customer_key] for row in keys if event_id(row.key) in told]
    report.figure("payment visible to reinstatement sent: number, median, p99, longest seconds", spread(seconds))
    report.demand("everybody who paid was reinstated", len(seconds) == payers)
    report.demand(f"within {BOUND:.0f} s (p99)", quantile(seconds, 0.99) <= BOUND)


@click.command()
@click.option("--queue", default=10_000, show_default=True, type=click.IntRange(10))
@click.option("--payers", default=100, show_default=True, type=click.IntRange(5))
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1))
def main(queue: int, payers: int, workers: int) -> None:
    """Measure how soon services return while a long queue waits; ends with 1 when that takes too long."""
    drill(queue=queue, payers=payers, workers=workers).end()


if __name__ == "__main__":
    main()
