"""monitum documents: issue invoices, proformas and corrections, find them, render them again."""

from __future__ import annotations

import getpass
from datetime import date
from pathlib import Path
from typing import Any, Final

import click

from adapters.company import MAIN_SERIES
from adapters.database.documents import Reproduction
from bootstrap import System
from commands.document_model import read_model
from commands.output import DAY, as_json, print_json, print_table
from commands.source import source_of
from documents.catalogue import LANGUAGES, kinds
from documents.rendering import Rendered, preview, render
from engine.errors import InvalidInput

_ISSUED: Final = sorted(name for name, kind in kinds().items() if kind.numbering)
_out = click.option("--out", type=click.Path(file_okay=False, path_type=Path), default=Path(), help="Folder for files.")
_language = click.option("--language", type=click.Choice(LANGUAGES), default=None, help="The customer's if not given.")


@click.group("documents")
def command() -> None:
    """Documents with a number: VAT invoices, proformas, correcting invoices."""


@command.command("list")
@click.option("--kind", type=click.Choice(_ISSUED), help="Only this kind.")
@click.option("--source", help="Only this source.")
@click.option("--customer", help="Only this customer's key.")
@click.option("--from", "first", type=DAY, help="Issued on this day or later.")
@click.option("--to", "last", type=DAY, help="Issued on this day or earlier.")
@click.option("--limit", type=click.IntRange(1, 100_000), default=1000, show_default=True, help="At most so many.")
@as_json
def list_(
    kind: str | None, source: str | None, customer: str | None, first: date | None, last: date | None, limit: int,
    json_output: bool,
) -> None:  # fmt: skip
    """Issued documents, newest first."""
    system = System.from_environment()
    found = system.documents.find(kind=kind, source=source, customer=customer, first=first, last=last, limit=limit)
    if json_output:
        print_json([document.as_json() for document in found])
    else:
        _table(found)


def _table(found: Any) -> None:
    print_table(
        ("id#", "kind", "number", "source", "customer", "issued", "due", "gross#", "KSeF form", "by"),
        [(d.id, d.kind, d.number, d.source, d.customer_key, d.issue_date, d.due_date, d.amount("gross") or "",
          "yes" if d.xml_sha256 else "no", d.issued_by) for d in found],
    )  # fmt: skip


@command.command("issue")
@click.argument("kind", type=click.Choice(_ISSUED))
@click.argument("model", type=click.Path(path_type=Path, allow_dash=True))
@click.option("--customer", required=True, help="Key of the customer it goes to.")
@click.option("--source", help="The customer's source, where a key exists in several.")
@_language
@click.option("--series", default=MAIN_SERIES, show_default=True, help="Series of the number (company.yaml).")
@click.option("--by", default=getpass.getuser, help="Who issues; the login name if not given.")
@as_json
def issue(
    kind: str, model: Path, customer: str, source: str | None, language: str | None, series: str, by: str,
    json_output: bool,
) -> None:  # fmt: skip
    """Issue a document from a YAML or JSON file ('-': standard input).

    Seller, buyer, issue date, exchange rate and the limit of split payment are filled in where the file leaves them
    out. Nothing is numbered when anything is wrong.
    """
    system = System.from_environment()
    source = source_of(system, customer, source)
    issued = system.issuing.issue(
        kind, source, customer, read_model(model), language=language, at=system.clock(), today=system.today(), actor=by,
        series=series,
    )  # fmt: skip
    system.archive.integrate()
    if json_output:
        print_json(issued.as_json())
    else:
        _table([issued])


@command.command("render")
@click.argument("kind", type=click.Choice(sorted(kinds())))
@click.argument("model", required=False, type=click.Path(path_type=Path, allow_dash=True))
@click.option("--sample", is_flag=True, help="The example that ships with the kind.")
@click.option("--language", type=click.Choice(LANGUAGES), default="pl", show_default=True)
@click.option("--png", is_flag=True, help="Pictures of the pages too.")
@_out
@as_json
def render_(
    kind: str, model: Path | None, sample: bool, language: str, png: bool, out: Path, json_output: bool
) -> None:
    """Render a kind from a model file, or from its sample, into files. Nothing is issued."""
    if sample == (model is not None):
        raise InvalidInput("Name a model file, or say --sample.", field="model")
    given = kinds()[kind].sample() if model is None else read_model(model)
    files = _parts(f"{kind}.{language}", render(kind, language, given))
    if png and kinds()[kind].letter:
        pages = preview(kind, language, given)
        files |= {f"{kind}.{language}.{number}.png": page for number, page in enumerate(pages, start=1)}
    _write(out, files, json_output)


def _parts(stem: str, rendered: Rendered) -> dict[str, bytes]:
    parts = {"pdf": rendered.letter_pdf, "xml": rendered.xml, "json": rendered.facts,
             "html": rendered.html.encode("utf-8"), "txt": rendered.text.encode("utf-8")}  # fmt: skip
    return {f"{stem}.{ending}": data for ending, data in parts.items() if data is not None}


def _write(out: Path, files: dict[str, bytes], json_output: bool) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, data in files.items():
            (out / name).write_bytes(data)
    except OSError as error:
        raise InvalidInput(f"{out}: {error.strerror}.", field="out") from error
    if json_output:
        print_json([str(out / name) for name in files])
    else:
        print_table(("file", "bytes#"), [(out / name, len(data)) for name, data in files.items()])


@command.command("show")
@click.argument("document", type=int)
@_out
@as_json
def show(document: int, out: Path, json_output: bool) -> None:
    """Write the files of an issued document as they left, out of the archive."""
    system = System.from_environment()
    found = system.documents.get(document)
    present = {"pdf": found.pdf_sha256, "json": found.json_sha256, "xml": found.xml_sha256}
    stem = "".join(character if character.isalnum() else "-" for character in f"{found.kind}-{found.number}")
    files = {f"{stem}.{part}": system.documents.content(document, part) for part, sha in present.items() if sha}
    _write(out, files, json_output)


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
