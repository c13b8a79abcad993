"""monitum outbox: what is waiting, done or stuck."""

from __future__ import annotations

import getpass
from dataclasses import asdict
from datetime import date
from pathlib import Path

import click

from app.commands.output import as_json, as_of_option, print_json, print_table, write_files
from app.installation.system import System
from app.usecases.attention import AttentionVerdict, OutboxStatus, overdue, settle_actions
from app.usecases.deliver import preview_files, reconcile


@click.group("outbox")
def command() -> None:
    """Actions and their states."""


@command.command("status")
@click.option(
    "--alarm",
    type=click.IntRange(0),
    metavar="SECONDS",
    help="Exit code 1 when an action has been due, or of unknown effect, for longer.",
)
@as_json
def outbox_status(alarm: int | None, json_output: bool) -> None:
    """Count actions by state; list targets that fail, and actions that need a person: failed, unknown, held.

    An action that is being sent for more than 30 seconds is listed too: its worker may be dead.
    """
    figures = System.from_environment().outbox.status()
    if json_output:
        print_json(asdict(figures))
    else:
        _show(figures)
    late = overdue(figures, alarm)
    if late:
        click.echo(late, err=True)
        raise SystemExit(1)


def _show(figures: OutboxStatus) -> None:
    columns = ("source", "kind", "channel", "state", "count#", "oldest")
    print_table(columns, [tuple(row.values()) for row in figures.states])
    if figures.targets:
        print_table(
            ("target", "state", "failures#", "since", "rests until", "what happened"),
            [tuple(row.values()) for row in figures.targets],
            title="Targets that fail",
        )
    if figures.need_a_person:
        print_table(
            ("number#", "action", "state", "tries#", "what happened", "since"),
            [tuple(row.values()) for row in figures.need_a_person],
        )
        click.echo("Say what becomes of them: monitum outbox retry, or monitum outbox resolve --as done|cancelled")


def _me() -> str:
    return getpass.getuser()


_ids = click.argument("ids", type=int, nargs=-1, required=True)
_by = click.option("--by", default=_me, help="Who says so; the login name if not given.")
_reason = click.option("--reason", required=True, help="Why; kept in the archive.")


@command.command("preview")
@click.argument("action", type=int)
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), default=Path(), help="Folder for files.")
@as_of_option("Business day, at noon; now if not given.")
@as_json
def preview(action: int, out: Path, as_of: date | None, json_output: bool) -> None:
    """Write what an action would send now into files: the message, its letter and every PDF it carries.

    Facts are read again as the worker reads them; nothing is sent and nothing is written down. Works for proposals
    too: monitum proposals list shows their numbers.
    """
    found, files = preview_files(System.from_environment().outbox, action, as_of)
    click.echo(f"{found.state}: {found.said}", err=True)
    write_files(out, files, json_output=json_output)


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
def resolve(ids: tuple[int, ...], verdict: AttentionVerdict, reason: str, by: str) -> None:
    """Say what became of actions: done counts from today, cancelled lets the rules decide anew."""
    _settle(ids, verdict, reason, by)


@command.command("reconcile")
@as_json
def reconcile_(json_output: bool) -> None:
    """Ask the mailbox of blind copies and the mail server's log what became of messages of unknown effect.

    company.yaml names them as copy_to, copies and mta_log. Exit code 1 when some are still unknown.
    """
    system = System.from_environment()
    reached = reconcile(system.outbox.reconciliation, system.records.archive, system.clock())
    if json_output:
        print_json(dict(sorted(reached.items())))
    else:
        print_table(("messages", "count#"), sorted(reached.items()))
    if reached["unknown"]:
        raise SystemExit(1)


def _settle(ids: tuple[int, ...], verdict: AttentionVerdict, reason: str, by: str) -> None:
    system = System.from_environment()
    count = settle_actions(
        system.outbox,
        system.records.archive,
        ids,
        verdict,
        by=by,
        reason=reason,
        now=system.clock(),
        today=system.today(),
    )
    click.echo(f"{count} {verdict}.")
