"""monitum schedule: what happens when, by the plans of the companies."""

from __future__ import annotations

import click

from app.commands.output import as_json, print_failures, print_json, print_table
from app.installation.system import System


@click.command("schedule")
@click.option("--run-due", is_flag=True, help="Carry out what is due now, then end; harmless beside a running worker.")
@click.option("--last", default=10, show_default=True, type=click.IntRange(1, 1000), help="So many past occurrences.")
@as_json
def command(run_due: bool, last: int, json_output: bool) -> None:
    """Show when the books are synchronized and the days decided next, and how it went the last times.

    Plans stand in company.yaml under `schedule`; the worker keeps them. Exit code 1 when a company.yaml cannot be read,
    and with --run-due when one failed.
    """
    system = System.from_environment()
    unreadable = system.books.unreadable
    if unreadable and not system.books.companies:
        raise next(iter(unreadable.values()))
    plans = system.runs.scheduler
    reached = plans.tick(system.clock()) if run_due else {}
    past = plans.history(last)
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
    print_failures(unreadable)
    if unreadable or "failed" in reached.values():
        raise SystemExit(1)
