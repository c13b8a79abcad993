"""monitum archive redecide: from archived facts and rules to the archived decision, once more."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict

import click

from app.commands.archive.reader import by_option, reader
from app.commands.output import as_json, print_json, print_table, progress
from app.installation.system import System
from archive.entries.redecision import Redecision


@click.command("redecide")
@click.argument("entry", type=int, required=False)
@click.option("--run", type=int, help="Every decision of this run.")
@by_option
@as_json
def redecide(entry: int | None, run: int | None, by: str, json_output: bool) -> None:
    """Decide ENTRY again, or every decision of a run, and compare byte for byte. Exit code 1 on any difference.

    Once from the archived facts and once from the books as they were believed then, both under the archived version of
    the ruleset. Of customers whose key was destroyed nothing can be decided again; they are counted as erased.
    """
    if (entry is None) == (run is None):
        raise click.UsageError("Name an entry, or a run with --run.")
    system = System.from_environment()
    counts: Counter[str] = Counter(same=0, different=0, erased=0)
    different: list[Redecision] = []
    for made in _again(system, entry, run, by):
        counts[made.result] += 1
        if made.result == "different":
            different.append(made)
    if json_output:
        print_json({"entry": entry, "run": run, **counts, "differences": [asdict(made) for made in different]})
    else:
        _show(counts, different)
    if different:
        raise SystemExit(1)


def _again(system: System, entry: int | None, run: int | None, by: str) -> Iterator[Redecision]:
    if entry is not None:
        yield system.redecider.again(system.audit.record(entry, reader(by)))
    elif run is not None:
        with progress(f"redecide run {run}") as bar:
            for number, turn in enumerate(system.audit.records(run, reader(by)), 1):
                yield system.redecider.again(turn)
                bar(number, None)


def _show(counts: Counter[str], different: list[Redecision]) -> None:
    rows = [
        (made.entry, made.customer, found.basis, found.where, _plain(found.archived), _plain(found.again))
        for made in different
        for found in made.differences
    ]
    if rows:
        print_table(("entry#", "customer", "decided from", "first difference", "archived", "again"), rows)
    click.echo(f"{counts['same']} the same, {counts['different']} different, {counts['erased']} erased.")


def _plain(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
