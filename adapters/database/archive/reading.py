"""Entries as people read them: opened with the subject's key, or marked as erased."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, Row, text

from adapters.database.archive.subjects import keys_of
from archive.entries.entry import Personal, decode, moment, open_personal
from archive.entries.reading import ShownEntry
from archive.keys.subject_keys import KeyEncryptionKey, SubjectKey
from archive.log.merkle import leaf_hash
from engine.errors import ArchiveBroken, NotFound

#: Rows that `shown` takes.
ENTRIES: Final = (
    "select entry.id, leaf.seq, leaf.hash, entry.body from archive_entry entry "
    "left join archive_leaf leaf on leaf.entry_id = entry.id"
)
_OF_SUBJECTS = text(f"{ENTRIES} where entry.subject_ref = any(:refs) order by entry.id")
_ONE = text(f"{ENTRIES} where entry.id = :id")
_OWNER = text("select owner from subject_key where subject_ref = :ref")


def entries_of(connection: Connection, kek: KeyEncryptionKey, owner: str) -> Sequence[ShownEntry]:
    """Everything recorded about an owner, oldest first. Raises ArchiveBroken, KeyUnusable."""
    keys = keys_of(connection, kek, owner)
    rows = connection.execute(_OF_SUBJECTS, {"refs": list(keys)})
    return [shown(row, keys) for row in rows]


def entry_by_id(connection: Connection, kek: KeyEncryptionKey, entry_id: int) -> ShownEntry:
    """One entry. Raises NotFound, ArchiveBroken, KeyUnusable."""
    row = connection.execute(_ONE, {"id": entry_id}).one_or_none()
    if row is None:
        raise NotFound("archive entry", str(entry_id))
    ref = decode(row.body).get("subject")
    owner = connection.execute(_OWNER, {"ref": ref}).scalar_one_or_none()
    return shown(row, keys_of(connection, kek, owner) if owner is not None else {})


def shown(row: Row[Any], keys: Mapping[str, SubjectKey | None]) -> ShownEntry:
    """A row of id, seq, hash and body as an entry; `keys` by reference. Raises ArchiveBroken, KeyUnusable."""
    if row.hash is not None and leaf_hash(row.body) != row.hash:
        raise ArchiveBroken(f"Entry {row.id} is not the one that was hashed; run: monitum archive verify")
    body = decode(row.body)
    key = keys.get(body["subject"]) if "subject" in body else None
    personal = open_personal(body, key) if key else Personal(None, None)
    return ShownEntry(
        id=row.id,
        seq=row.seq,
        kind=body["kind"],
        at=moment(body["at"]),
        actor=body["actor"],
        role=body["role"],
        reason=body.get("reason", ""),
        case=body.get("case"),
        ruleset=body.get("ruleset"),
        version=body.get("version"),
        action=body.get("action") or personal.action,
        decision=body.get("decision"),
        outcome=body.get("outcome"),
        documents=body.get("documents", {}),
        public=body.get("data", {}),
        personal=personal.data,
        erased="enc" in body and key is None,
    )
