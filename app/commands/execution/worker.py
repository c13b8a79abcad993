"""monitum worker: carry out what is due."""

from __future__ import annotations

from datetime import date

import click

from app.commands.output import as_json, as_of_option, print_failures, print_json, print_table, progress
from app.installation.system import System
from app.usecases.deliver import deliver


@click.command("worker")
@click.option("--drain", "drain_only", is_flag=True, help="Carry out everything that is due, then end.")
@as_of_option("With --drain: act as if it were noon of this day; for demonstrations and tests.")
@click.option("--source", default="", help="With --drain: only this source.")
@as_json
def command(drain_only: bool, as_of: date | None, source: str, json_output: bool) -> None:
    """Carry out due actions: reminders, suspensions, reinstatements, notifications.

    Without --drain it also keeps the plans, signs the archive and asks after messages in doubt, until it is stopped; it
    needs no broker, and any number of them may run. Facts are read again before each effect. Exit code 1 when an action
    failed or is unknown.
    """
    if not drain_only:
        if as_of is not None:
            raise click.UsageError("--as-of needs --drain: a running worker acts at the present.")
        from worker import keep_at_work  # it reads the environment

        keep_at_work()
        return
    system = System.from_environment()
    print_failures(system.books.unreadable)
    with progress("worker") as bar:
        done = deliver(system.outbox, lambda: system.moment(as_of), source=source, progress=bar)
    if json_output:
        print_json(done.states)
    else:
        print_table(("actions", "count#"), done.states.items())
    if done.needs_a_person:
        click.echo("Some actions need a person: monitum outbox status", err=True)
        raise SystemExit(1)
