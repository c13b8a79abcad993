"""Timestamps of authorities in the database: asked for over checkpoints, kept beside them, checked by verification."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import httpx
from sqlalchemy import Connection, Engine, text

from adapters.database.archive.errors import house_errors
from adapters.database.archive.tree import signed_head
from archive.anchors.timestamp import Asked, Stamped, stamped_at, trusted
from archive.errors import ArchiveError
from archive.keys.archive_keys import ArchiveKeys
from archive.verification import LogDifference
from engine.errors import AdapterError, NotFound

_PATIENCE: Final = 20.0
_QUERY: Final = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}

_KEEP = text(
    "insert into archive_timestamp (size, tsa, token, stamped_at) values (:size, :tsa, :token, :at) "
    "on conflict do nothing"
)
_ALL = text(
    "select size, tsa, token, stamped_at, note from archive_timestamp left join archive_checkpoint using (size) "
    "order by size, tsa"
)


def stamp(engine: Engine, keys: ArchiveKeys, url: str) -> Stamped:
    """Ask an authority (RFC 3161 over HTTP) for a timestamp over the newest checkpoint and keep it.

    Raises AdapterError when it does not answer, ArchiveBroken when its answer does not verify, NotFound before the
    first checkpoint.
    """
    with house_errors(), engine.connect() as connection:
        head, note = signed_head(connection, keys.verifiers)
    if note is None:
        raise NotFound("signed checkpoint", "newest")
    asked = Asked.over(note.encode())
    try:
        answer = httpx.post(url, content=asked.der, headers=_QUERY, timeout=_PATIENCE).raise_for_status().content
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise AdapterError(f"The time-stamping authority {url} does not answer: {error}") from error
    with house_errors(), engine.begin() as connection:
        at = stamped_at(answer, note.encode(), trusted(keys.folder), asked.nonce)
        connection.execute(_KEEP, {"size": head.size, "tsa": url, "token": answer, "at": at})
    return Stamped(head.size, url, at)


def bad_timestamps(connection: Connection, keys: ArchiveKeys) -> Iterator[LogDifference]:
    """Every kept timestamp that is not a trusted authority's over the checkpoint it is kept with."""
    roots = trusted(keys.folder)
    for row in connection.execute(_ALL):
        what = f"timestamp of {row.tsa} on checkpoint {row.size}: "
        if row.note is None:
            yield LogDifference("archive_timestamp", what + "there is no such checkpoint")
            continue
        try:
            at = stamped_at(row.token, row.note.encode(), roots)
        except ArchiveError as error:
            yield LogDifference("archive_timestamp", what + str(error))
        else:
            if at != row.stamped_at:
                yield LogDifference("archive_timestamp", what + f"it says {at.isoformat()}")
