"""monitum demo: a sample company and a real one, from sync to verified archive."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Final

import click

from app.commands.output import print_table, progress
from app.installation.local_mail import local_mail
from app.installation.system import System
from app.usecases.decide import decide_day
from app.usecases.deliver import Delivered, deliver
from app.usecases.demo import Steps, Tally, demonstrate
from app.usecases.release import import_shipped
from app.usecases.sync import sync_source
from engine.execution.reports import RunReport, SyncReport

#: Days that show the ladder at work: first reminders, then demands and notices, then suspensions and resumptions.
DAYS: Final = {
    "polska": (date(2026, 9, 14), date(2026, 10, 5), date(2026, 10, 26)),
    "ibm": (date(2013, 3, 29), date(2013, 4, 15), date(2013, 4, 30)),
}


@click.command("demo")
def command() -> None:
    """Sync two sample companies, decide several days, deliver to a local mailbox, verify the archive.

    Nothing leaves this machine. It can be repeated: what was done is not done again.
    """
    started = time.monotonic()
    system = System.demonstration()
    system.database.prepare()
    import_shipped(system.rules.library, system.rules.shipped)
    mail = system.settings.home / "mail"
    with local_mail(system, mail) as here:
        tallies = {source: demonstrate(_steps(here), source, days, click.echo) for source, days in DAYS.items()}
    _summarize(system, tallies)
    report = system.records.archive.verify()
    verdict = "verifies" if report.ok else "DOES NOT VERIFY"
    click.echo(f"The archive {verdict}: {report.entries} entries, root {report.root}")
    click.echo(f"Mails lie in {mail}, letters attached. Took {time.monotonic() - started:.0f} s.")
    click.echo("Next: monitum explain CUSTOMER --as-of 2026-10-26, monitum archive show CUSTOMER, make serve")
    if not report.ok:
        raise SystemExit(1)


def _steps(system: System) -> Steps:
    """The use cases, each with a progress bar of its own."""

    def sync(source: str) -> SyncReport:
        with progress(f"sync {source}") as bar:
            return sync_source(system.books.mirror, system.records.archive, source, now=system.clock(), progress=bar)

    def decide(source: str, day: date) -> RunReport:
        with progress(f"run {source} {day}") as bar:
            return decide_day(system.rules.library, system.runs, source, day, progress=bar)

    def carry_out(source: str, day: date) -> Delivered:
        with progress(f"{source} {day}: delivering") as bar:
            return deliver(system.outbox, lambda: system.moment(day), source=source, progress=bar)

    return Steps(sync, decide, carry_out)


def _summarize(system: System, tallies: Mapping[str, Tally]) -> None:
    quarantined = Counter(one.source for one in system.books.mirror.quarantined(list(tallies)))
    print_table(
        ("source", "customers#", "open items#", "decisions#", "messages#", "not sent#", "quarantined#"),
        [
            (
                source,
                tally.customers,
                tally.items,
                tally.decisions,
                tally.messages["done"],
                tally.messages.total() - tally.messages["done"],
                quarantined[source],
            )
            for source, tally in tallies.items()
        ],
        title="Summary",
    )
    print_table(
        ("source", "rule", "decisions#"),
        [(source, rule, count) for source, tally in tallies.items() for rule, count in sorted(tally.rules.items())],
        title="Decisions by rule",
    )
