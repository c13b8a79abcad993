"""monitum schedule: what happens when, by the plans of the companies."""

from __future__ import annotations

import os
import socket
from datetime import date

import click

from adapters.runs.scheduler import Scheduler, Work, history
from app.commands.decisions.run import run_source
from app.commands.decisions.sync import sync_source
from app.commands.output import as_json, print_json, print_table
from app.installation.system import System
from engine.execution.occurrences import Job


@click.command("schedule")
@click.option("--run-due", is_flag=True, help="Carry out what is due now, then end; harmless beside a running worker.")
@click.option("--last", default=10, show_default=True, type=click.IntRange(1, 1000), help="So many past occurrences.")
@as_json
def command(run_due: bool, last: int, json_output: bool) -> None:
    """Show when the books are synchronized and the days decided next, and how it went the last times.

    Plans stand in company.yaml under `schedule`; the worker keeps them. With --run-due exit code 1 when one failed.
    """
    system = System.from_environment()
    plans = scheduler(system)
    reached = plans.tick(system.clock()) if run_due else {}
    with system.engine.connect() as connection:
        past = history(connection, last)
    coming = [
        {"source": one.source, "job": one.job, "as_of": one.as_of, "due_at": one.due_at, "key": one.key}
        for one in plans.next(system.clock())
    ]
    if json_output:
        print_json({"next": coming, "last": past})
    else:
        print_table(("source", "job", "day", "due", "key"), [tuple(row.values()) for row in coming], title="Next")
        columns = ("source", "job", "day", "due", "state", "tries#", "started", "ended", "what came of it")
        print_table(columns, [tuple(row.values()) for row in past], title="Last")
    if "failed" in reached.values():
        raise SystemExit(1)


def scheduler(system: System) -> Scheduler:
    """The scheduler of an installation: it syncs and decides as the commands do."""

    def sync(source: str, _day: date) -> str:
        report = sync_source(system, source)
        return "unchanged" if report.skipped_unchanged else f"synchronized, {report.quarantined} rows in quarantine"

    def run(source: str, day: date) -> str:
        report = run_source(system, source, day)
        return report.held or f"{report.counts.get('decisions', 0)} decisions"

    jobs: dict[Job, Work] = {"sync": sync, "run": run}
    return Scheduler(
        system.engine,
        system.companies,
        system.books.working_day,
        jobs,
        f"{socket.gethostname()}:{os.getpid()}",
        system.clock,
    )
