"""Storing the rulesets that Monitum ships."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final

from engine.errors import Conflict, NotFound
from rules.language.loader import load_ruleset
from rules.versions.library import Library

#: Shipped rulesets decide on every day that can be asked about.
_EVER: Final = date(2000, 1, 1)


def import_shipped(library: Library, shipped: Iterable[tuple[str, str]]) -> list[str]:
    """Store rulesets, given as file name and text, that are unknown, as written by 'monitum' and approved by 'release'.

    One that is stored with other content is submitted as a new version, for people to approve: an update of Monitum
    never changes by itself what is decided. Returns what was done, a sentence each.
    """
    return [line for file, text in shipped if (line := _import(library, file, text))]


def _import(library: Library, file: str, text: str) -> str | None:
    shipped = load_ruleset(text, file=file)
    try:
        stored = library.store.versions(shipped.id)
    except NotFound:
        stored = []
    if any(version.version == shipped.version for version in stored):
        return None
    try:
        draft = library.draft(shipped.id, text, actor="monitum", reason="shipped with Monitum")
    except Conflict:
        return f"{shipped.id}: the shipped text changed, but a draft of it is being worked on; nothing was stored"
    library.submit(shipped.id, draft.number, actor="monitum")
    if stored:
        return f"{shipped.id} version {draft.number} submitted: the shipped text changed; somebody must approve it"
    library.approve(shipped.id, draft.number, actor="release", content_hash=shipped.version, effective_from=_EVER)
    return f"{shipped.id} version {draft.number} stored and approved"
