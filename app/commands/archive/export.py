"""monitum archive export: what an auditor takes home."""

from __future__ import annotations

from pathlib import Path

import click

from app.commands.archive.reader import by_option, reader
from app.commands.output import as_json, print_json, progress
from app.installation.system import System
from app.usecases.archive.export import export_archive


@click.command("export")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--customer", help="Only what the archive says of this customer, with its key.")
@click.option("--source", help="The customer's source, where a key exists in several.")
@by_option
@as_json
def export(folder: Path, customer: str | None, source: str | None, by: str, json_output: bool) -> None:
    """Write the log, or one customer's entries, into a new FOLDER that verifies itself: python3 -S -I verify.py

    The whole log holds all entries with their personal parts closed, and all documents as sent. The export of a
    customer holds its entries, documents and key, and nothing of any other. Exports are noted in the archive.
    """
    system = System.from_environment()
    with progress("export") as bar:
        report = export_archive(
            system.records.audit,
            system.books.directory,
            folder,
            reader(by),
            customer=customer,
            source=source,
            progress=bar,
        )
    if json_output:
        print_json(report.as_json())
        return
    click.echo(f"{report.entries} entries and {report.documents} documents of a log of {report.size} in {folder}")
    click.echo(f"SHA-256 of its manifest: {report.manifest}")
    click.echo(f"Verify it anywhere: python3 -S -I {folder / 'verify.py'}")
