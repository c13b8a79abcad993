"""monitum archive redecide: from archived facts and rules to the archived decision, once more."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from app.commands.archive.reader import by_option, reader
from app.commands.output import as_json, print_json, print_table, progress
from app.installation.system import System
from app.usecases.archive.redecide import Redecided
from app.usecases.archive.redecide import redecide as redecide_archived


@click.command("redecide")
@click.argument("entry", type=int, required=False)
@click.option("--run", type=int, help="Every decision of this run.")
@by_option
@as_json
def redecide(entry: int | None, run: int | None, by: str, json_output: bool) -> None:
    """Decide ENTRY again, or every decision of a run, and compare byte for byte. Exit code 1 on any difference.

    Once from the archived facts and once from the books as they were believed then, both under the archived version of
    the ruleset. Customers with a destroyed key cannot be decided again; they are counted as erased.
    """
    system = System.from_environment()
    with progress("redecide") as bar:
        found = redecide_archived(
            system.records.audit, system.runs.redecider, reader(by), entry=entry, run=run, progress=bar
        )
    if json_output:
        different = [asdict(made) for made in found.different]
        print_json({"entry": entry, "run": run, **found.counts, "differences": different})
    else:
        _show(found)
    if found.different:
        raise SystemExit(1)


def _show(found: Redecided) -> None:
    rows = [
        (made.entry, made.customer, one.basis, one.where, _plain(one.archived), _plain(one.again))
        for made in found.different
        for one in made.differences
    ]
    if rows:
        print_table(("entry#", "customer", "decided from", "first difference", "archived", "again"), rows)
    counts = found.counts
    click.echo(f"{counts['same']} the same, {counts['different']} different, {counts['erased']} erased.")


def _plain(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
