"""Keys of subjects in bulk: fetched or created for writing, opened for reading."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, Engine, Row, text

from archive.keys.subject_keys import KeyEncryptionKey, SubjectKey

_LIVE = text("select owner, subject_ref, wrapped from subject_key where owner = any(:owners) and destroyed_at is null")
_CREATE = text(
    "insert into subject_key (subject_ref, owner, wrapped) "
    "select * from unnest(cast(:refs as text[]), cast(:owners as text[]), cast(:wrapped as bytea[])) "
    "on conflict do nothing"
)
_OF_OWNER = text("select subject_ref, owner, wrapped from subject_key where owner = :owner order by subject_ref")
_ALL = text("select subject_ref, owner, wrapped from subject_key order by subject_ref")
_BY_REF = text("select subject_ref, owner, wrapped from subject_key where subject_ref = any(:refs)")


def keys_for(engine: Engine, kek: KeyEncryptionKey, owners: Iterable[str]) -> Mapping[str, SubjectKey]:
    """The living key of every owner ('source:customer'); missing ones are created.

    In a transaction of its own: two business transactions that meet the same new customers in different order would
    otherwise wait for each other. A key whose first entry is rolled back serves the next one. Raises KeyUnusable.
    """
    wanted = sorted(set(owners))
    with engine.begin() as connection:
        found = _live(connection, kek, wanted)
        missing = [owner for owner in wanted if owner not in found]
        if not missing:
            return found
        fresh = [SubjectKey.new() for _ in missing]
        connection.execute(
            _CREATE,
            {
                "refs": [key.ref for key in fresh],
                "owners": missing,
                "wrapped": [kek.wrap(key, owner) for key, owner in zip(fresh, missing, strict=True)],
            },
        )
        # Read again: where another transaction was first, its key is the key.
        return {**found, **_live(connection, kek, missing)}


def _live(connection: Connection, kek: KeyEncryptionKey, owners: list[str]) -> dict[str, SubjectKey]:
    rows = connection.execute(_LIVE, {"owners": owners})
    return {row.owner: kek.unwrap(row.subject_ref, row.owner, row.wrapped) for row in rows}


def keys_of(connection: Connection, kek: KeyEncryptionKey, owner: str) -> dict[str, SubjectKey | None]:
    """Every key an owner ever had, by reference; None where it was destroyed. Raises KeyUnusable."""
    rows = connection.execute(_OF_OWNER, {"owner": owner})
    return {row.subject_ref: _opened(kek, row) for row in rows}


def stored_keys(connection: Connection) -> Iterator[Row[Any]]:
    """Every key (subject_ref, owner, wrapped) streamed; without `wrapped` it is destroyed."""
    return iter(connection.execute(_ALL, execution_options={"yield_per": 10_000}))


def keys_by_ref(connection: Connection, kek: KeyEncryptionKey, refs: Iterable[str]) -> dict[str, SubjectKey | None]:
    """The keys of references, of any owner; None where it was destroyed. Raises KeyUnusable."""
    rows = connection.execute(_BY_REF, {"refs": list(refs)})
    return {row.subject_ref: _opened(kek, row) for row in rows}


def _opened(kek: KeyEncryptionKey, row: Row[Any]) -> SubjectKey | None:
    return None if row.wrapped is None else kek.unwrap(row.subject_ref, row.owner, row.wrapped)
