"""monitum doctor: what this installation stands on, and what is wrong with it."""

from __future__ import annotations

import click

from app.commands.output import as_json, print_json, print_table
from app.installation.system import System
from app.usecases.examine import examine


@click.command("doctor")
@as_json
def command(json_output: bool) -> None:
    """Say which database, schema, broker, mail server and sources are used and how fresh they are.

    Exit code 1 when something needs attention.
    """
    system = System.from_environment()
    found = examine(
        system.health,
        lambda: system.books.facts,
        lambda: system.rules.library,
        lambda: system.books.problems,
        system.clock(),
        system.today(),
    )
    if json_output:
        print_json([{"part": one.part, "ok": one.ok, "says": one.says} for one in found])
    else:
        print_table(("part", "", "says"), [(one.part, "ok" if one.ok else "LOOK", one.says) for one in found])
    if not all(one.ok for one in found):
        raise SystemExit(1)
