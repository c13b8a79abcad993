"""monitum documents: issue invoices, proformas and corrections, find them, render them again."""

from __future__ import annotations

import getpass
import json
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import click

from adapters.database.access.idempotency import Idempotency
from app.commands.documents.model import read_model
from app.commands.documents.pictures import pictures
from app.commands.documents.register import ISSUED, list_
from app.commands.documents.register import show as show_documents
from app.commands.documents.ubl import ubl
from app.commands.documents.wordings import check
from app.commands.output import as_json, print_json, print_table, write_files
from app.installation.system import System
from app.usecases.customers import source_of
from documents.catalogue import LANGUAGES, kinds
from documents.layout.rendering import Rendered, preview, render
from documents.register.issued import Reproduction
from documents.register.numbering import MAIN_SERIES
from documents.text.wording import own_wording
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
    kind: str, model: Path, customer: str, source: str | None, language: str | None, series: str, by: str,
    key: str | None, json_output: bool,
) -> None:  # fmt: skip
    """Issue a document from a YAML or JSON file ('-': standard input).

    Seller, buyer, issue date, exchange rate and the limit of split payment are filled in where the file leaves them
    out. Nothing is numbered when anything is wrong. A script that may run twice gives a --key.
    """
    system = System.from_environment()
    source, given, today = source_of(system.directory, customer, source), read_model(model), system.today()

    def effect() -> Mapping[str, Any]:
        issued = system.issuing.issue(
            kind, source, customer, given, language=language, at=system.clock(), today=today, actor=by, series=series
        )
        return system.register.get(issued.id, today=today).as_json()

    asked = json.dumps(["issue", kind, source, customer, given, language, series], default=str)
    document = effect() if key is None else _once(system, by, key, asked, effect)
    system.archive.integrate()
    if json_output:
        print_json(document)
    else:
        show_documents([document], json_output=False)


def _once(
    system: System, owner: str, key: str, asked: str, effect: Callable[[], Mapping[str, Any]]
) -> Mapping[str, Any]:
    """As the API does with an Idempotency-Key; `asked` is what must be the same when the key comes again."""
    if not key.strip():
        raise InvalidInput("--key needs at least one character.", field="key")
    digest = sha256(asked.encode()).hexdigest()
    return Idempotency(system.engine).once(owner, key, digest, effect, now=system.clock())


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
    kind: str, model: Path | None, sample: bool, language: str, png: bool, wordings: Path | None, out: Path,
    json_output: bool,
) -> None:  # fmt: skip
    """Render a kind from a model file, or from its sample, into files. Nothing is issued."""
    if sample == (model is not None):
        raise InvalidInput("Name a model file, or say --sample.", field="model")
    given = kinds()[kind].sample() if model is None else read_model(model)
    own = own_wording(wordings, kind, language)
    files = _parts(f"{kind}.{language}", render(kind, language, given, own))
    if png and kinds()[kind].letter:
        pages = preview(kind, language, given, own)
        files |= {f"{kind}.{language}.{number}.png": page for number, page in enumerate(pages, start=1)}
    write_files(out, files, json_output=json_output)


def _parts(stem: str, rendered: Rendered) -> dict[str, bytes]:
    parts = {"pdf": rendered.letter_pdf, "xml": rendered.xml, "csv": rendered.csv, "json": rendered.facts,
             "html": rendered.html.encode("utf-8"), "txt": rendered.text.encode("utf-8")}  # fmt: skip
    return {f"{stem}.{ending}": data for ending, data in parts.items() if data is not None}


@command.command("show")
@click.argument("document", type=int)
@_out
@as_json
def show(document: int, out: Path, json_output: bool) -> None:
    """Write the files of an issued document as they left, out of the archive."""
    system = System.from_environment()
    found = system.documents.get(document)
    present = {"pdf": found.pdf_sha256, "json": found.json_sha256, "xml": found.xml_sha256,
               "csv": found.csv_sha256}  # fmt: skip
    stem = "".join(character if character.isalnum() else "-" for character in f"{found.kind}-{found.number}")
    files = {f"{stem}.{part}": system.documents.content(document, part) for part, sha in present.items() if sha}
    write_files(out, files, json_output=json_output)


@command.command("reproduce")
@click.argument("ids", type=int, nargs=-1, required=True)
@as_json
def reproduce(ids: tuple[int, ...], json_output: bool) -> None:
    """Render issued documents again from what is stored, and compare the bytes. Exit code 1 when any differs."""
    system = System.from_environment()
    results = [system.documents.reproduce(document) for document in ids]
    if json_output:
        print_json([{"id": r.document.id, "number": r.document.number, "same": r.same,
                     "differing": list(r.differing), "same_recipe": r.same_recipe} for r in results])  # fmt: skip
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
