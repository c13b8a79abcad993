"""Finding entries: by what is public in SQL, by what is personal in entries opened one batch at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from sqlalchemy import Connection, text

from adapters.database.archive.reading import ENTRIES, shown
from adapters.database.archive.subjects import keys_by_ref
from archive.entries.entry import decode
from archive.entries.kinds import require_kind
from archive.entries.reading import MOST, Search, ShownEntry
from archive.keys.subject_keys import KeyEncryptionKey
from engine.errors import InvalidInput

_STEP: Final = 1_000

_BATCH = text(
    f"{ENTRIES} where (cast(:before as bigint) is null or entry.id < :before) "
    "and (cast(:kind as text) is null or entry.kind = :kind) "
    "and (cast(:owner as text) is null "
    "or entry.subject_ref in (select subject_ref from subject_key where owner = :owner)) "
    "and (cast(:first as timestamptz) is null or entry.recorded_at >= :first) "
    "and (cast(:end as timestamptz) is null or entry.recorded_at < :end) "
    "order by entry.id desc limit :step"
)


def find(connection: Connection, kek: KeyEncryptionKey, search: Search) -> list[ShownEntry]:
    """The entries that match, opened. Raises InvalidInput for an unknown kind or limit, ArchiveBroken, KeyUnusable."""
    if search.kind is not None:
        require_kind(search.kind)
    if not 1 <= search.limit <= MOST:
        raise InvalidInput(f"A search returns 1 to {MOST} entries, not {search.limit}.", field="limit")
    found: list[ShownEntry] = []
    for entry in _opened(connection, kek, search):
        if _matches(entry, search):
            found.append(entry)
            if len(found) == search.limit:
                break
    return found


def _opened(connection: Connection, kek: KeyEncryptionKey, search: Search) -> Iterator[ShownEntry]:
    values = {
        "kind": search.kind,
        "owner": search.owner,
        "first": search.first,
        "end": search.end,
        "before": search.before,
        "step": _STEP,
    }
    while True:
        rows: Sequence[Any] = connection.execute(_BATCH, values).all()
        refs = {ref for row in rows if (ref := decode(row.body).get("subject"))}
        keys = keys_by_ref(connection, kek, refs)
        for row in rows:
            yield shown(row, keys)
        if len(rows) < _STEP:
            return
        values["before"] = rows[-1].id


def _matches(entry: ShownEntry, search: Search) -> bool:
    if search.actor is not None and entry.actor != search.actor:
        return False
    if search.number is not None and search.number not in _values(entry):
        return False
    words = search.words.casefold() if search.words is not None else ""
    return not words or any(words in value.casefold() for value in _values(entry))


def _values(entry: ShownEntry) -> Iterator[str]:
    """Every value anywhere in the entry, as text."""
    waiting: list[Any] = [
        entry.personal,
        entry.public,
        entry.action,
        entry.reason,
        entry.case,
        entry.outcome,
        list(entry.documents),
    ]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            waiting += value.values()
        elif isinstance(value, list | tuple):
            waiting += value
        elif value is not None and not isinstance(value, bool):
            yield str(value)
