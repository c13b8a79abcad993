"""Decisions as archived: what a run recorded of one customer, all its parts together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

from sqlalchemy import Connection, text

from adapters.database.archive.reading import ENTRIES, shown
from adapters.database.archive.subjects import keys_by_ref
from archive.entries.reading import ShownEntry
from archive.keys.subject_keys import KeyEncryptionKey
from engine.errors import InvalidInput, NotFound

_STEP: Final = 500
_MADE: Final = "decision:made"

_TURN = text(
    f"select rows.*, key.owner from ({ENTRIES}) rows "
    "join archive_entry one on one.id = :id "
    "join archive_entry entry on entry.id = rows.id and entry.case_ref = one.case_ref "
    "and entry.subject_ref = one.subject_ref and entry.kind = one.kind "
    "join subject_key key on key.subject_ref = entry.subject_ref order by rows.id"
)
_KIND = text("select kind from archive_entry where id = :id")
_RUN = text(
    f"select rows.*, key.owner, key.subject_ref from ({ENTRIES}) rows "
    "join archive_entry entry on entry.id = rows.id join subject_key key on key.subject_ref = entry.subject_ref "
    "where entry.case_ref = :case and entry.kind = :kind order by key.owner, rows.id"
)
_STARTED = text(f"{ENTRIES} where entry.case_ref = :case and entry.kind = 'run:started' order by entry.id limit 1")


@dataclass(frozen=True, slots=True)
class DecisionRecord:
    """What was decided for a customer in a run. `started`: the entry of the run's beginning; its moment is that of the
    run's knowledge. `entries`: the parts, in order."""

    source: str
    customer: str
    run: int
    started: ShownEntry
    entries: tuple[ShownEntry, ...]

    @property
    def erased(self) -> bool:
        """Whether the customer's key was destroyed."""
        return any(entry.erased for entry in self.entries)


def record_of(connection: Connection, kek: KeyEncryptionKey, entry_id: int) -> DecisionRecord:
    """The record that an entry is of. Raises NotFound, InvalidInput (field 'entry') when it is no decision."""
    kind = connection.execute(_KIND, {"id": entry_id}).scalar_one_or_none()
    if kind is None:
        raise NotFound("archive entry", str(entry_id))
    if kind != _MADE:
        raise InvalidInput(f"Entry {entry_id} is {kind}; only {_MADE} can be decided again.", field="entry")
    rows = connection.execute(_TURN, {"id": entry_id}).all()
    (record,) = _records(connection, kek, rows, None)
    return record


def records_of(connection: Connection, kek: KeyEncryptionKey, run: int) -> Iterator[DecisionRecord]:
    """The records of a run by customer, streamed. Raises NotFound when no such run is archived."""
    started = beginning(connection, run)
    rows = connection.execute(_RUN, {"case": f"run:{run}", "kind": _MADE}, execution_options={"yield_per": _STEP})
    batch: list[Any] = []
    for _, parts in groupby(rows, key=lambda row: row.owner):
        batch += parts
        if len(batch) >= _STEP:
            yield from _records(connection, kek, batch, started)
            batch = []
    yield from _records(connection, kek, batch, started)


def beginning(connection: Connection, run: int) -> ShownEntry:
    """The entry that a run began with. Raises NotFound."""
    row = connection.execute(_STARTED, {"case": f"run:{run}"}).one_or_none()
    if row is None:
        raise NotFound("archived run", str(run))
    return shown(row, {})


def _records(
    connection: Connection, kek: KeyEncryptionKey, rows: Sequence[Any], started: ShownEntry | None
) -> Iterator[DecisionRecord]:
    refs = connection.execute(_REFS, {"owners": list({row.owner for row in rows})}).scalars()
    keys = keys_by_ref(connection, kek, refs)
    for owner, parts in groupby(rows, key=lambda row: row.owner):
        entries = tuple(shown(row, keys) for row in parts)
        run = int(str(entries[0].case).removeprefix("run:"))
        begun = started or beginning(connection, run)
        source = str(begun.public["source"])
        yield DecisionRecord(source, owner.removeprefix(f"{source}:"), run, begun, entries)


_REFS = text("select subject_ref from subject_key where owner = any(:owners)")
