"""monitum doubts: whose books are in doubt, why, and what to mend."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from app.commands.output import as_json, print_json, print_table
from app.installation.system import System
from app.usecases.sync import sources_of
from engine.facts.doubts import ADVICE, Doubt


@click.command("doubts")
@click.option("--source", help="Only this source; all configured ones if not given.")
@click.option("--customer", help="Only what holds this customer back.")
@as_json
def command(source: str | None, customer: str | None, json_output: bool) -> None:
    """List why books are in doubt: rows that were refused, sums that do not add up; with file, line and value.

    Customers in doubt are neither reminded nor suspended; reinstating waits for nothing. Exit code 1 when there are
    any.
    """
    mirror = System.from_environment().books.mirror
    found = mirror.doubts(sources_of(mirror, source), customer)
    if json_output:
        print_json([{"source": one.source, **one.as_json()} for one in found])
    else:
        show(found)
    if found:
        raise SystemExit(1)


def show(doubts: Sequence[Doubt]) -> None:
    """The doubts as a table, and what mends them."""
    print_table(
        ("source", "customer", "file", "line#", "column", "value", "reason", "since"),
        [_row(one) for one in doubts],
        title=f"In doubt: {len(doubts)} reason(s). Nothing adverse is done meanwhile." if doubts else None,
    )
    for code in sorted({one.code for one in doubts}):
        click.echo(f"{code}: {ADVICE[code]['en']}")


def _row(one: Doubt) -> tuple[Any, ...]:
    whom = "(every customer)" if one.customer is None else one.customer
    return (one.source, whom, one.file, one.line, one.column, one.value, one.reason, f"{one.since:%Y-%m-%d %H:%M}")
