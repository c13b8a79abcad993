"""monitum outbox: what is waiting, done or stuck."""

from __future__ import annotations

import getpass

import click
from sqlalchemy import text

from adapters.queue.attention import Verdict, settle
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
                text("select id, key, state, attempts, outcome from action "
                     "where state in ('failed', 'unknown', 'held') order by id limit 200")
            ).mappings()
        ]  # fmt: skip
    if json_output:
        print_json({"states": rows, "need_a_person": stuck})
        return
    print_table(("source", "kind", "channel", "state", "count#", "oldest"), [tuple(row.values()) for row in rows])
    if stuck:
        print_table(("number#", "action", "state", "tries#", "what happened"), [tuple(row.values()) for row in stuck])
        click.echo("Say what becomes of them: monitum outbox retry, or monitum outbox resolve --as done|cancelled")


def _me() -> str:
    return getpass.getuser()


_ids = click.argument("ids", type=int, nargs=-1, required=True)
_by = click.option("--by", default=_me, help="Who says so; the login name if not given.")
_reason = click.option("--reason", required=True, help="Why; kept in the archive.")


@command.command("retry")
@_ids
@_reason
@_by
def retry(ids: tuple[int, ...], reason: str, by: str) -> None:
    """Try actions again. One whose effect is unknown may then happen twice: look first whether it did."""
    _settle(ids, "retried", reason, by)


@command.command("resolve")
@_ids
@click.option("--as", "verdict", type=click.Choice(["done", "cancelled"]), required=True, help="What became of them.")
@_reason
@_by
def resolve(ids: tuple[int, ...], verdict: Verdict, reason: str, by: str) -> None:
    """Say what became of actions: done counts from today, cancelled lets the rules decide anew."""
    _settle(ids, verdict, reason, by)


def _settle(ids: tuple[int, ...], verdict: Verdict, reason: str, by: str) -> None:
    system = System.from_environment()
    count = settle(
        system.engine, system.archive, ids, verdict, by=by, reason=reason, now=system.clock(), today=system.today()
    )
    system.archive.integrate()
    click.echo(f"{count} {verdict}.")
