"""monitum replay: what the rules would have done, day by day."""

from __future__ import annotations

from datetime import date

import click

from app.commands.output import DAY, as_json, print_json, print_table, progress
from app.installation.system import System
from app.usecases.replay import replay, summarize


@click.command("replay")
@click.option("--source", required=True, help="The source to replay.")
@click.option("--from", "first", type=DAY, required=True, help="First day.")
@click.option("--to", "last", type=DAY, required=True, help="Last day.")
@click.option("--rules-of", type=DAY, default=None, help="Use the rulesets effective on this day; today if not given.")
@click.option("--list", "listing", is_flag=True, help="Print every decision, one line each.")
@as_json
def command(source: str, first: date, last: date, rules_of: date | None, listing: bool, json_output: bool) -> None:
    """Decide every day of a period again, on the facts of each day, and count what would have been done.

    Every message counts as delivered on its day. Nothing is written or sent. The digest is the same for every
    repetition over the same facts and rules.
    """
    system = System.from_environment()
    with progress(f"replay {source}") as bar:
        decisions = replay(
            system.rules.library, system.books.past, source, first, last, rules_of or system.today(), progress=bar
        )
        report = summarize(decisions, keep_lines=listing)
    steps = [(*step, items, report.messages[step]) for step, items in sorted(report.items.items())]
    if json_output:
        names = ("kind", "stage", "items", "messages")
        print_json(
            {
                "source": source,
                "from": first,
                "to": last,
                "digest": report.digest,
                "stages": [dict(zip(names, step, strict=True)) for step in steps],
                "decisions": report.lines if listing else None,
            }
        )
        return
    for fields in report.lines:
        click.echo("\t".join(fields))
    print_table(("action", "stage", "items#", "messages#"), steps, title=f"{source}, {first} to {last}")
    click.echo(f"digest {report.digest}")
