"""monitum archive: verify and read the memory."""

from __future__ import annotations

import click

from app.commands.archive.entries import print_entries
from app.commands.archive.erase import erase, readmit
from app.commands.archive.export import export
from app.commands.archive.hold import hold
from app.commands.archive.keys import cosign, keys
from app.commands.archive.proof import proof
from app.commands.archive.reader import by_option, reader
from app.commands.archive.redecide import redecide
from app.commands.archive.retention import retention
from app.commands.archive.search import search
from app.commands.archive.timestamp import timestamp
from app.commands.output import as_json, print_json, print_table, progress
from app.installation.system import System
from app.usecases.archive.search import show_customer


@click.group("archive")
def command() -> None:
    """The archive: every fact used, decision made and effect carried out."""


@command.command("verify")
@as_json
def verify(json_output: bool) -> None:
    """Recompute every leaf, tile, root and signature. Exit code 1 when anything differs, naming the entry."""
    system = System.from_environment()
    with progress("verify") as bar:
        report = system.records.archive.verify(progress=bar)
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
@by_option
@as_json
def show(customer: str, source: str | None, by: str, json_output: bool) -> None:
    """Everything recorded of one customer, oldest first. That it was read is noted in the archive."""
    system = System.from_environment()
    found = show_customer(system.records.audit, system.books.directory, customer, source, reader(by))
    print_entries(found, json_output=json_output)


for part in (cosign, erase, export, hold, keys, proof, readmit, redecide, retention, search, timestamp):
    command.add_command(part)
