"""monitum documents ubl: an issued invoice as EN 16931 in UBL, for buyers abroad."""

from __future__ import annotations

from pathlib import Path

import click

from app.commands.output import as_json, write_files
from app.installation.system import System
from app.usecases.documents.files import ubl_files


@click.command("ubl")
@click.argument("documents", type=int, nargs=-1, required=True)
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), default=Path(), help="Folder for files.")
@as_json
def ubl(documents: tuple[int, ...], out: Path, json_output: bool) -> None:
    """Write issued invoices and corrections as EN 16931 (UBL 2.1): Peppol BIS 3 where seller and buyer have electronic
    addresses. Made from what is stored; nothing that was issued changes."""
    write_files(out, ubl_files(System.from_environment().issuance.documents, documents), json_output=json_output)
