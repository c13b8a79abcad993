"""Contents as sent, by their SHA-256: mail, letters, requests."""

from __future__ import annotations

from hashlib import sha256

from sqlalchemy import Connection, text

from engine.errors import ArchiveBroken, Conflict, MonitumError, NotFound

_KEEP = text(
    "insert into content (sha256, media_type, data) values (:sha256, :media_type, :data) on conflict do nothing"
)
_TYPE = text("select media_type from content where sha256 = :sha256")
_ONE = text("select data from content where sha256 = :sha256")
_ERASED = text("select entry_id from erased_content where sha256 = :sha256")


class Erased(NotFound):
    """What is asked for was erased."""

    code = "erased"

    def __init__(self, what: str, key: str, entry: int) -> None:
        MonitumError.__init__(self, f"The {what} '{key}' was erased by entry {entry}.")
        self.what = what
        self.key = key
        self.entry = entry


def keep_content(connection: Connection, data: bytes, media_type: str) -> str:
    """Keep the bytes once; their SHA-256 in lower-case hex. Raises Conflict when they are kept as another type."""
    name = sha256(data).hexdigest()
    stored = connection.execute(_KEEP, {"sha256": name, "media_type": media_type, "data": data})
    if not stored.rowcount:
        kept_as = connection.execute(_TYPE, {"sha256": name}).scalar_one()
        if kept_as != media_type:
            raise Conflict(f"The content {name} is kept as {kept_as}, not {media_type}.")
    return name


def read_content(connection: Connection, name: str) -> bytes:
    """The bytes of a hash. Raises Erased, NotFound, or ArchiveBroken when they are not what the hash says."""
    data: bytes | None = connection.execute(_ONE, {"sha256": name}).scalar_one_or_none()
    if data is None:
        entry = connection.execute(_ERASED, {"sha256": name}).scalar_one_or_none()
        if entry is not None:
            raise Erased("content", name, entry)
        raise NotFound("content", name)
    if sha256(data).hexdigest() != name:
        raise ArchiveBroken(f"The content {name} is not what was sent; run: monitum archive verify")
    return data
