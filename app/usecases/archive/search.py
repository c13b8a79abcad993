"""Finding entries of the archive, and showing what it has of a customer. What is shown of people is noted in it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Protocol

from app.usecases.customers import Directory, owner_of
from archive.entries.reading import EntryQuery, Reader, Search, ShownEntry


class Entries(Protocol):
    """The entries of the archive, opened for a reader; the reading is noted."""

    def search(self, search: Search, reader: Reader) -> Sequence[ShownEntry]:
        """Entries that match, newest first. Raises InvalidInput, ArchiveBroken."""
        ...

    def show(self, owner: str, reader: Reader) -> Sequence[ShownEntry]:
        """Everything recorded about 'source:customer', oldest first. Raises ArchiveBroken."""
        ...


def search_entries(
    entries: Entries, directory: Directory, query: EntryQuery, reader: Reader, *, zone: tzinfo
) -> Sequence[ShownEntry]:
    """Entries that match, newest first. `zone`: where the days of the query begin and end.

    Raises InvalidInput naming the field, NotFound, AmbiguousCustomer, ArchiveBroken.
    """
    search = Search(
        kind=query.kind,
        owner=owner_of(directory, query.customer, query.source),
        first=_midnight(query.first, zone),
        end=_midnight(query.last, zone, after=1),
        actor=query.actor,
        number=query.number,
        words=query.words,
        before=query.before,
        limit=query.limit,
    )
    return entries.search(search, reader)


def show_customer(
    entries: Entries, directory: Directory, customer: str, source: str | None, reader: Reader
) -> Sequence[ShownEntry]:
    """Everything recorded of one customer, oldest first. Raises NotFound, AmbiguousCustomer, ArchiveBroken."""
    return entries.show(str(owner_of(directory, customer, source)), reader)


def _midnight(day: date | None, zone: tzinfo, *, after: int = 0) -> datetime | None:
    """When a day, or the one so many days `after`, begins."""
    return None if day is None else datetime.combine(day + timedelta(days=after), time(), zone)
