"""monitum proposals: what waits for a person's word."""

from __future__ import annotations

import getpass

import click

from app.commands.output import as_json, print_json, print_table
from app.installation.system import System
from app.usecases.attention import approve_proposals, drop_proposals


@click.group("proposals")
def command() -> None:
    """Actions of kinds that the company decides by hand."""


@command.command("list")
@click.option("--source", default="", help="Only this source.")
@as_json
def list_(source: str, json_output: bool) -> None:
    """What is proposed, oldest first."""
    rows = System.from_environment().outbox.waiting(source)
    if json_output:
        print_json(rows)
    else:
        print_table(
            ("proposal#", "source", "customer", "name", "action", "stage", "items#", "day", "why", "first yes"),
            [tuple(row.values()) for row in rows],
        )


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
    approved = approve_proposals(system.outbox, system.records.archive, _ids(ids, every), by=by, now=system.clock())
    left = f" {approved.left} wait for a second person." if approved.left else ""
    click.echo(f"{approved.done} approved.{left}")


@command.command("drop")
@click.argument("ids", type=int, nargs=-1)
@click.option("--all", "every", is_flag=True, help="Every proposal.")
@click.option("--reason", required=True, help="Why; kept in the archive.")
@click.option("--by", default=_names, help="Who drops; the login name if not given.")
def drop_(ids: tuple[int, ...], every: bool, reason: str, by: str) -> None:
    """Give proposals up; the rule may propose again when it next holds anew."""
    system = System.from_environment()
    done = drop_proposals(
        system.outbox, system.records.archive, _ids(ids, every), by=by, reason=reason, now=system.clock()
    )
    click.echo(f"{done} dropped.")


def _ids(ids: tuple[int, ...], every: bool) -> tuple[int, ...] | None:
    if bool(ids) == every:
        raise click.UsageError("Name proposals by number, or say --all.")
    return None if every else ids
