"""The wording a company wrote itself, kept in the archive beside every document and message made with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sqlalchemy import Connection

from adapters.database.archive.store import Archive
from documents.text.wording import WordingText

#: RFC 9512.
_MEDIA: Final = "application/yaml"


def keep_wording(connection: Connection, archive: Archive, own: WordingText | None) -> dict[str, str]:
    """Keep the file in the caller's transaction: its SHA-256 and media type, to be named by an entry's documents;
    nothing for a shipped wording, which the recipe covers."""
    return {archive.store_content(connection, own.text.encode(), _MEDIA): _MEDIA} if own else {}


def kept_wording(archive: Archive, documents: Mapping[str, str], language: str) -> WordingText | None:
    """The wording that an entry's documents name; None for a shipped one. Raises ArchiveBroken."""
    named = [sha256 for sha256, media in documents.items() if media == _MEDIA]
    return WordingText(f"wording {named[0]}", archive.content(named[0]).decode(), language) if named else None
