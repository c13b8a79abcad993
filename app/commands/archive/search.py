"""monitum archive search: finding entries by what they are and what they say."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import click

from app.commands.archive.reader import by_option, reader
from app.commands.archive.summary import entry_table
from app.commands.output import DAY, as_json, print_json
from app.installation.clock import ZONE
from app.installation.system import System
from app.usecases.customers import source_of
from archive.entries.kinds import KINDS
from archive.entries.reading import MOST, Search


@click.command("search")
@click.option("--kind", type=click.Choice(sorted(KINDS)), metavar="KIND", help="What happened, such as action:done.")
@click.option("--customer", help="About this customer.")
@click.option("--source", help="The customer's source, where a key exists in several.")
@click.option("--from", "first", type=DAY, help="From this day on.")
@click.option("--to", "last", type=DAY, help="Up to this day, included.")
@click.option("--who", help="Who did it, as written in the entry.")
@click.option("--number", help="A document number, or any other value, that stands in the entry as it is.")
@click.option("--text", "words", help="Words somewhere in the entry, its personal part included.")
@click.option("--limit", type=click.IntRange(1, MOST), default=50, show_default=True, help="The newest so many.")
@by_option
@as_json
def search(
    kind: str | None, customer: str | None, source: str | None, first: date | None, last: date | None,
    who: str | None, number: str | None, words: str | None, limit: int, by: str, json_output: bool,
) -> None:  # fmt: skip
    """Find entries, newest first. What is shown of people is noted in the archive."""
    if source and not customer:
        raise click.UsageError("--source goes with --customer.")
    system = System.from_environment()
    owner = f"{source_of(system.directory, customer, source)}:{customer}" if customer else None
    end = last + timedelta(days=1) if last else None
    wanted = Search(
        kind=kind, owner=owner, first=_midnight(first), end=_midnight(end), actor=who, number=number, words=words,
        limit=limit,
    )  # fmt: skip
    entries = system.audit.search(wanted, reader(by))
    if json_output:
        print_json([entry.as_json() for entry in entries])
    else:
        entry_table(entries)


def _midnight(day: date | None) -> datetime | None:
    return datetime.combine(day, time(), ZONE) if day else None
