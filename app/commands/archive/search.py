"""monitum archive search: finding entries by what they are and what they say."""

from __future__ import annotations

from datetime import date

import click

from app.commands.archive.entries import print_entries
from app.commands.archive.reader import by_option, reader
from app.commands.output import DAY, as_json
from app.installation.clock import ZONE
from app.installation.system import System
from app.usecases.archive.search import search_entries
from archive.entries.kinds import KINDS
from archive.entries.reading import MOST, EntryQuery


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
    kind: str | None,
    customer: str | None,
    source: str | None,
    first: date | None,
    last: date | None,
    who: str | None,
    number: str | None,
    words: str | None,
    limit: int,
    by: str,
    json_output: bool,
) -> None:
    """Find entries, newest first. What is shown of people is noted in the archive."""
    system = System.from_environment()
    query = EntryQuery(
        kind=kind,
        customer=customer,
        source=source,
        first=first,
        last=last,
        actor=who,
        number=number,
        words=words,
        limit=limit,
    )
    found = search_entries(system.records.audit, system.books.directory, query, reader(by), zone=ZONE)
    print_entries(found, json_output=json_output)
