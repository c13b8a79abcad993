"""monitum archive: verify and read the memory."""

from __future__ import annotations

import click

from adapters.database.archive_reading import ShownEntry
from bootstrap import System
from commands.output import as_json, print_json, print_table, progress
from commands.source import source_of


@click.group("archive")
def command() -> None:
    """The archive: every fact used, decision made and effect carried out."""


@command.command("verify")
@as_json
def verify(json_output: bool) -> None:
    """Recompute every leaf, tile, root and signature. Exit code 1 when anything differs, naming the entry."""
    system = System.from_environment()
    with progress("verify") as bar:
        report = system.archive.verify(progress=bar)
    if json_output:
        print_json(report.as_json())
    else:
        print_table(
            ("entries#", "pending#", "checkpoints#", "root", "signed by"),
            [(report.entries, report.pending, report.checkpoints, report.root, report.signer)],
        )
        for problem in report.problems:
            click.echo(str(problem), err=True)
        click.echo("The archive verifies." if report.ok else "THE ARCHIVE DOES NOT VERIFY.")
    if not report.ok:
        raise SystemExit(1)


@command.command("show")
@click.argument("customer")
@click.option("--source", help="The customer's source, where a key exists in several.")
@as_json
def show(customer: str, source: str | None, json_output: bool) -> None:
    """Everything recorded of one customer, oldest first."""
    system = System.from_environment()
    entries = system.archive.show(source_of(system, customer, source), customer)
    if json_output:
        print_json([entry.as_json() for entry in entries])
        return
    print_table(
        ("entry#", "leaf#", "time", "what", "by", "rules or outcome"),
        [(entry.id, entry.seq, f"{entry.at:%Y-%m-%d %H:%M:%S}", entry.label("en"), entry.actor, _gist(entry))
         for entry in entries],
    )  # fmt: skip


def _gist(entry: ShownEntry) -> str:
    """What an entry is about, in a line."""
    if entry.erased:
        return "erased"
    decisions = entry.public.get("decisions")
    if isinstance(decisions, list):
        return "; ".join(f"{made['kind']} {made['stage'] or ''} by {', '.join(made['rules'])}" for made in decisions)
    personal = entry.personal or {}
    outcome = personal.get("outcome", "")
    parts = (entry.public.get("stage"), personal.get("number"), outcome or entry.reason)
    return " ".join(str(part) for part in parts if part)
