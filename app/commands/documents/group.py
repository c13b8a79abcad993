"""monitum documents: issue invoices, proformas and corrections, find them, render them again."""

from __future__ import annotations

import getpass
from pathlib import Path

import click

from app.commands.documents.model import read_model
from app.commands.documents.pictures import pictures
from app.commands.documents.register import ISSUED, list_
from app.commands.documents.register import show as show_documents
from app.commands.documents.ubl import ubl
from app.commands.documents.wordings import check
from app.commands.output import as_json, print_json, print_table, write_files
from app.installation.system import System
from app.usecases.documents.files import issued_files, rendered_files
from app.usecases.documents.issue import issue_document
from documents.catalogue import kinds
from documents.register.issued import Reproduction
from documents.register.numbering import MAIN_SERIES
from documents.register.order import IssueOrder
from documents.text.languages import LANGUAGES
from engine.errors import InvalidInput

_out = click.option("--out", type=click.Path(file_okay=False, path_type=Path), default=Path(), help="Folder for files.")
_language = click.option("--language", type=click.Choice(LANGUAGES), default=None, help="The customer's if not given.")


@click.group("documents")
def command() -> None:
    """Documents with a number: VAT invoices, proformas, correcting invoices."""


command.add_command(check)
command.add_command(list_)
command.add_command(pictures)
command.add_command(ubl)


@command.command("issue")
@click.argument("kind", type=click.Choice(ISSUED))
@click.argument("model", type=click.Path(path_type=Path, allow_dash=True))
@click.option("--customer", required=True, help="Key of the customer it goes to.")
@click.option("--source", help="The customer's source, where a key exists in several.")
@_language
@click.option("--series", default=MAIN_SERIES, show_default=True, help="Series of the number (company.yaml).")
@click.option("--by", default=getpass.getuser, help="Who issues; the login name if not given.")
@click.option("--key", help="Idempotency key: the same command with the same key within 24 hours issues nothing more.")
@as_json
def issue(
    kind: str,
    model: Path,
    customer: str,
    source: str | None,
    language: str | None,
    series: str,
    by: str,
    key: str | None,
    json_output: bool,
) -> None:
    """Issue a document from a YAML or JSON file ('-': standard input).

    Seller, buyer, issue date, exchange rate and the limit of split payment are filled in where the file leaves them
    out. Nothing is numbered when anything is wrong. A script that may run twice gives a --key.
    """
    system = System.from_environment()
    order = IssueOrder(
        kind=kind, customer=customer, source=source, model=read_model(model), language=language, series=series
    )
    document = issue_document(
        system.issuance.ports,
        order,
        actor=by,
        at=system.clock(),
        today=system.today(),
        key=key,
        integrator=system.records.archive,
    )
    if json_output:
        print_json(document)
    else:
        show_documents([document], json_output=False)


@command.command("render")
@click.argument("kind", type=click.Choice(sorted(kinds())))
@click.argument("model", required=False, type=click.Path(path_type=Path, allow_dash=True))
@click.option("--sample", is_flag=True, help="The example that ships with the kind.")
@click.option("--language", type=click.Choice(LANGUAGES), default="pl", show_default=True)
@click.option("--png", is_flag=True, help="Pictures of the pages too.")
@click.option("--wordings", type=click.Path(exists=True, file_okay=False, path_type=Path), help="Own wordings to use.")
@_out
@as_json
def render_(
    kind: str,
    model: Path | None,
    sample: bool,
    language: str,
    png: bool,
    wordings: Path | None,
    out: Path,
    json_output: bool,
) -> None:
    """Render a kind from a model file, or from its sample, into files. Nothing is issued."""
    if sample == (model is not None):
        raise InvalidInput("Name a model file, or say --sample.", field="model")
    given = None if model is None else read_model(model)
    files = rendered_files(kind, language, given, wordings=wordings, pictures=png)
    write_files(out, files, json_output=json_output)


@command.command("show")
@click.argument("document", type=int)
@_out
@as_json
def show(document: int, out: Path, json_output: bool) -> None:
    """Write the files of an issued document as they left, out of the archive."""
    system = System.from_environment()
    write_files(out, issued_files(system.issuance.documents, document), json_output=json_output)


@command.command("reproduce")
@click.argument("ids", type=int, nargs=-1, required=True)
@as_json
def reproduce(ids: tuple[int, ...], json_output: bool) -> None:
    """Render issued documents again from what is stored, and compare the bytes. Exit code 1 when any differs."""
    system = System.from_environment()
    results = [system.issuance.documents.reproduce(document) for document in ids]
    if json_output:
        print_json(
            [
                {
                    "id": r.document.id,
                    "number": r.document.number,
                    "same": r.same,
                    "differing": list(r.differing),
                    "same_recipe": r.same_recipe,
                }
                for r in results
            ]
        )
    else:
        print_table(("id#", "number", "bytes"), [(r.document.id, r.document.number, _verdict(r)) for r in results])
    if not all(result.same for result in results):
        raise SystemExit(1)


def _verdict(result: Reproduction) -> str:
    if result.same:
        return "the same"
    why = "although" if result.same_recipe else "because"
    recipe = "are the same" if result.same_recipe else "have changed"
    return f"{', '.join(result.differing)} differ, {why} code, wording and layout {recipe}"
