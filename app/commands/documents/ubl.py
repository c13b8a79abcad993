"""monitum documents ubl: an issued invoice as EN 16931 in UBL, for buyers abroad."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from app.commands.output import as_json, write_files
from app.installation.system import System
from documents.einvoice.ubl import ubl_xml
from engine.errors import InvalidInput

_KINDS: Final = ("vat_invoice", "correcting_invoice")


@click.command("ubl")
@click.argument("documents", type=int, nargs=-1, required=True)
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), default=Path(), help="Folder for files.")
@as_json
def ubl(documents: tuple[int, ...], out: Path, json_output: bool) -> None:
    """Write issued invoices and corrections as EN 16931 (UBL 2.1): Peppol BIS 3 where seller and buyer have electronic
    addresses. Made from what is stored; nothing that was issued changes."""
    system = System.from_environment()
    files = {}
    for document in documents:
        found = system.documents.get(document)
        if found.kind not in _KINDS:
            raise InvalidInput(f"{found.number} is neither an invoice nor a correction.", field="documents")
        stem = "".join(character if character.isalnum() else "-" for character in found.number)
        files[f"{stem}.ubl.xml"] = ubl_xml(system.documents.model(document))
    write_files(out, files, json_output=json_output)
