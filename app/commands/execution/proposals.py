"""monitum proposals: what waits for a person's word."""

from __future__ import annotations

import getpass

import click

from adapters.outbox.proposals import approve, drop, waiting
from app.commands.output import as_json, print_json, print_table
from app.installation.system import System


@click.group("proposals")
def command() -> None:
    """Actions of kinds that the company decides by hand."""


@command.command("list")
@click.option("--source", default="", help="Only this source.")
@as_json
def list_(source: str, json_output: bool) -> None:
    """What is proposed, oldest first."""
    system = System.from_environment()
    with system.engine.connect() as connection:
        rows = waiting(connection, source)
    if json_output:
        print_json(rows)
    else:
        print_table(("proposal#", "source", "customer", "name", "action", "stage", "items#", "day", "why", "first yes"),
                    [tuple(row.values()) for row in rows])  # fmt: skip


def _names() -> str:
    return getpass.getuser()


@command.command("approve")
@click.argument("ids", type=int, nargs=-1)
@click.option("--all", "every", is_flag=True, help="Every proposal.")
@click.option("--by", default=_names, help="Who approves; the login name if not given.")
def approve_(ids: tuple[int, ...], every: bool, by: str) -> None:
    """Let proposals be carried out. Facts are still read again before the effect.

    Suspensions of a run that would suspend unusually many customers need two different people: give the command twice.
    """
    system = System.from_environment()
    named = _ids(system, ids, every)
    done = approve(system.engine, system.archive, named, by=by, now=system.clock())
    system.archive.integrate()
    with system.engine.connect() as connection:
        left = sum(row["id"] in named for row in waiting(connection, ""))
    click.echo(f"{done} approved." + (f" {left} wait for a second person." if left else ""))


@command.command("drop")
@click.argument("ids", type=int, nargs=-1)
@click.option("--all", "every", is_flag=True, help="Every proposal.")
@click.option("--reason", required=True, help="Why; kept in the archive.")
@click.option("--by", default=_names, help="Who drops; the login name if not given.")
def drop_(ids: tuple[int, ...], every: bool, reason: str, by: str) -> None:
    """Give proposals up; the rule may propose again when it next holds anew."""
    system = System.from_environment()
    done = drop(system.engine, system.archive, _ids(system, ids, every), by=by, reason=reason, now=system.clock())
    system.archive.integrate()
    click.echo(f"{done} dropped.")


def _ids(system: System, ids: tuple[int, ...], every: bool) -> list[int]:
    if bool(ids) == every:
        raise click.UsageError("Name proposals by number, or say --all.")
    if not every:
        return list(ids)
    with system.engine.connect() as connection:
        return [int(str(row["id"])) for row in waiting(connection, "")]
