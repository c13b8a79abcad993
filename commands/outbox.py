"""monitum outbox: what is waiting, done or stuck."""

from __future__ import annotations

import click
from sqlalchemy import text

from adapters.queue.outbox import status
from bootstrap import System
from commands.output import as_json, print_json, print_table


@click.group("outbox")
def command() -> None:
    """Actions and their states."""


@command.command("status")
@as_json
def outbox_status(json_output: bool) -> None:
    """Count actions by state, and list those that need a person: failed, unknown, held."""
    system = System.from_environment()
    with system.engine.connect() as connection:
        rows = status(connection)
        stuck = [
            dict(row)
            for row in connection.execute(
                text("select key, state, attempts, outcome from action "
                     "where state in ('failed', 'unknown', 'held') order by id limit 200")
            ).mappings()
        ]  # fmt: skip
    if json_output:
        print_json({"states": rows, "need_a_person": stuck})
        return
    print_table(("source", "kind", "channel", "state", "count#", "oldest"), [tuple(row.values()) for row in rows])
    if stuck:
        print_table(("action", "state", "tries#", "what happened"), [tuple(row.values()) for row in stuck])
