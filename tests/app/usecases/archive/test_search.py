"""A search in a person's words becomes one in the archive's."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from app.usecases.archive.search import search_entries, show_customer
from archive.entries.reading import EntryQuery, Reader, Search, ShownEntry
from engine.errors import AmbiguousCustomer, InvalidInput, NotFound

RITA = Reader("rita", "auditor")
WARSAW = ZoneInfo("Europe/Warsaw")


class Entries:
    """Remembers what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[Search | str] = []

    def search(self, search: Search, reader: Reader) -> Sequence[ShownEntry]:
        assert reader == RITA
        self.asked.append(search)
        return []

    def show(self, owner: str, reader: Reader) -> Sequence[ShownEntry]:
        assert reader == RITA
        self.asked.append(owner)
        return []


class Directory:
    """Two sources, of which one has C1 and both have C2."""

    def sources_of(self, key: str) -> Sequence[str]:
        return {"C1": ["pl"], "C2": ["de", "pl"]}.get(key, [])


def searched(query: EntryQuery) -> Search:
    entries = Entries()
    search_entries(entries, Directory(), query, RITA, zone=WARSAW)
    (found,) = entries.asked
    assert isinstance(found, Search)
    return found


def test_days_are_whole_days_where_the_installation_is_also_when_the_clocks_change() -> None:
    found = searched(EntryQuery(first=date(2026, 3, 28), last=date(2026, 3, 29)))
    assert found.first is not None
    assert found.end is not None
    assert found.first.astimezone(UTC) == datetime(2026, 3, 27, 23, tzinfo=UTC)
    assert found.end.astimezone(UTC) == datetime(2026, 3, 29, 22, tzinfo=UTC)


def test_a_customer_is_found_by_its_key_in_its_source() -> None:
    assert searched(EntryQuery(customer="C1")).owner == "pl:C1"
    assert searched(EntryQuery(customer="C2", source="de")).owner == "de:C2"
    assert searched(EntryQuery(words="late")).owner is None


def test_a_customer_of_several_sources_of_none_or_a_source_alone_is_refused() -> None:
    with pytest.raises(AmbiguousCustomer) as ambiguous:
        searched(EntryQuery(customer="C2"))
    assert ambiguous.value.sources == ("de", "pl")
    with pytest.raises(NotFound):
        searched(EntryQuery(customer="C3"))
    with pytest.raises(InvalidInput) as alone:
        searched(EntryQuery(source="pl"))
    assert alone.value.field == "source"


def test_a_customer_is_shown_by_the_same_name() -> None:
    entries = Entries()
    show_customer(entries, Directory(), "C1", None, RITA)
    assert entries.asked == ["pl:C1"]
