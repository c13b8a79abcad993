"""monitum sources: look at the books of a folder before they are imported."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Final

import click

from app.commands.output import as_json, print_json, print_table
from app.installation.system import System
from app.usecases.sources.check import check_source
from app.usecases.sources.draft import draft_source
from engine.execution.reports import SourceCheck

_FINDINGS: Final = "Findings: {} thing(s) that are hardly meant. They stop nothing."


@click.group("sources")
def command() -> None:
    """The sources of the books."""


@command.command("check")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--first", type=click.IntRange(0, 1000), default=5, show_default=True, help="Rows shown of each table.")
@as_json
def check(folder: Path, first: int, json_output: bool) -> None:
    """Show the first rows of FOLDER as they would be read, with everything that is wrong or looks odd.

    Nothing is imported, and no database is needed. Exit code 1 when a line could not be read or something looks odd.
    """
    found = check_source(System.from_environment().books, folder, first=first)
    if json_output:
        print_json(asdict(found))
    else:
        _show(found)
    if found.problems or found.findings:
        raise SystemExit(1)


@command.command("draft")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="Write it to this file, if it is new.")
@as_json
def draft(files: tuple[Path, ...], output: Path | None, json_output: bool) -> None:
    """Propose a mapping.yaml for CSV FILES, by their separators, encodings, days, amounts and names of columns.

    Names are known in Polish, English and German. Comments say what is guessed and what is missing.
    """
    found = draft_source(System.from_environment().books, files, output)
    if json_output:
        print_json(asdict(found))
    elif output is None:
        click.echo(found.mapping, nl=False)
    else:
        click.echo(f"{output} is written; look at what it calls guessed, then: monitum sources check {output.parent}")


def _show(found: SourceCheck) -> None:
    for table, seen in found.tables.items():
        used = [at for at, _ in enumerate(seen.fields) if any(row[at] is not None for row in seen.rows)]
        rows = [[row[at] for at in used] for row in seen.rows]
        print_table([seen.fields[at] for at in used], rows, title=f"{table}: {seen.rows_read} row(s)")
    if found.problems:
        print_table(
            ("file", "line#", "column", "value", "reason"),
            [(one.file, one.line, one.column, one.value, one.reason) for one in found.problems],
            title=f"Quarantine: {len(found.problems)} problem(s); these lines would not be imported.",
        )
    if found.findings:
        print_table(
            ("finding", "table", "field", "what"),
            [(one.lint, one.table, one.field, one.text) for one in found.findings],
            title=_FINDINGS.format(len(found.findings)),
        )
    if not found.problems and not found.findings:
        click.echo(f"{found.source}: everything can be read.")
