"""monitum demo: a sample company and a real one, from sync to verified archive."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Final

import click

from adapters.database.archive.verification import VerifyReport
from adapters.delivery.maildir_sink import maildir_sink
from adapters.outbox.dispatch import drain
from app.commands.decisions.run import run_source
from app.commands.decisions.sync import quarantine_of, sync_source
from app.commands.installation.release import import_shipped
from app.commands.output import print_table, progress
from app.installation.system import System

#: Days that show the ladder at work: first reminders, then demands and notices, then suspensions and resumptions.
DAYS: Final = {
    "polska": (date(2026, 9, 14), date(2026, 10, 5), date(2026, 10, 26)),
    "ibm": (date(2013, 3, 29), date(2013, 4, 15), date(2013, 4, 30)),
}


@dataclass(slots=True)
class _Tale:
    """What happened, for the summary."""

    counts: Counter[str] = field(default_factory=Counter)
    rules: Counter[str] = field(default_factory=Counter)
    messages: Counter[str] = field(default_factory=Counter)


@click.command("demo")
def command() -> None:
    """Sync two sample companies, decide several days, deliver to a local mailbox, verify the archive.

    Nothing leaves this machine. It can be repeated: what was done is not done again.
    """
    started = time.monotonic()
    system = System.from_environment()
    system.database.prepare()
    import_shipped(system)
    mail = system.settings.home / "mail"
    with _local_mail(system, mail) as here:
        tales = {source: _play(here, source, days) for source, days in DAYS.items()}
    report = system.archive.verify()
    _summarize(system, tales, mail, report, time.monotonic() - started)
    if not report.ok:
        raise SystemExit(1)


@contextmanager
def _local_mail(system: System, folder: Path) -> Iterator[System]:
    """The same installation, mailing to a server of its own on a free port."""
    with maildir_sink(folder) as port:
        yield System(replace(system.settings, smtp_url=f"smtp://127.0.0.1:{port}"), clock=system.clock)


def _play(system: System, source: str, days: tuple[date, ...]) -> _Tale:
    tale = _Tale()
    report = sync_source(system, source)
    if report.skipped_unchanged:
        click.echo(f"{source}: unchanged since the last sync")
    else:
        rows = ", ".join(
            f"{table} {counts.added + counts.unchanged + counts.changed}" for table, counts in report.tables.items()
        )
        click.echo(f"{source}: synced {rows}; {report.quarantined} rows in quarantine")
    for day in days:
        done = run_source(system, source, day)
        with progress(f"{source} {day}: delivering") as bar:
            reached = drain(system.worker.office, partial(system.moment, day), source=source, progress=bar)
        tale.messages.update(reached)
        tale.counts.update({name: count for name, count in done.counts.items() if name in {"decisions", "actions"}})
        tale.counts |= {name: done.counts.get(name, 0) for name in ("customers", "items")}
        tale.rules.update({name[5:]: count for name, count in done.counts.items() if name.startswith("rule:")})
        click.echo(f"{source} {day}: {done.counts.get('decisions', 0)} decisions, {reached['done']} messages delivered")
        if done.held:
            click.echo(f"{source} {day}: {done.held} (monitum proposals list)")
    return tale


def _summarize(system: System, tales: dict[str, _Tale], mail: Path, report: VerifyReport, seconds: float) -> None:
    waiting = quarantine_of(system, list(tales))
    print_table(
        ("source", "customers#", "open items#", "decisions#", "messages#", "not sent#", "quarantined#"),
        [
            (source, tale.counts["customers"], tale.counts["items"], tale.counts["decisions"], tale.messages["done"],
             sum(count for state, count in tale.messages.items() if state != "done"),
             sum(1 for row in waiting if row["source"] == source))
            for source, tale in tales.items()
        ],
        title="Summary",
    )  # fmt: skip
    print_table(
        ("source", "rule", "decisions#"),
        [(source, rule, count) for source, tale in tales.items() for rule, count in sorted(tale.rules.items())],
        title="Decisions by rule",
    )
    verdict = "verifies" if report.ok else "DOES NOT VERIFY"
    click.echo(f"The archive {verdict}: {report.entries} entries, root {report.root}")
    click.echo(f"Mails lie in {mail}, letters attached. Took {seconds:.0f} s.")
    click.echo("Next: monitum explain CUSTOMER --as-of 2026-10-26, monitum archive show CUSTOMER, make serve")
