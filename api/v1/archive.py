"""The archive for auditors and witnesses: signed head, proofs, tiles, and entries by search."""

from __future__ import annotations

import re
from typing import Any, Final

from flask import Blueprint as FlaskBlueprint
from flask import Response

from api.access.authorization import principal
from api.ports import Services
from api.v1.operation import blueprint, operation
from api.v1.schemas.archive import Consistency, ConsistencyQuery, EntryPage, EntrySearch
from archive.entries.reading import EntryQuery, Reader
from archive.log.tiles import TILE_WIDTH
from engine.errors import NotFound

TEXT: Final = "text/plain"
BYTES: Final = "application/octet-stream"
#: Below 'tile/' as C2SP tlog-tiles has it: level, or 'entries', and index in groups of three digits; how many.
_TILE: Final = re.compile(r"(?:([0-9]{1,2})|entries)/((?:x[0-9]{3}/){0,4}[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?", re.ASCII)


def archive(services: Services) -> FlaskBlueprint:
    """Routes under /v1/archive."""
    group = blueprint("archive", "The archive that proves itself.")

    @operation(group, "GET", "/archive/checkpoint", scope="auditor", answer={"type": "string"}, answer_type=TEXT)
    def archive_checkpoint() -> Response:
        """The newest signed checkpoint with the lines of its witnesses (C2SP tlog-checkpoint)."""
        return Response(services.audit.log.checkpoint(), mimetype=TEXT)

    @operation(group, "GET", "/archive/proof/<int:entry>", scope="auditor", answer={"type": "string"}, answer_type=TEXT)
    def archive_proof(entry: int) -> Response:
        """An entry with the proof that it is in the newest checkpoint (C2SP tlog-proof); personal parts stay closed."""
        return Response(services.audit.log.proof(entry).text, mimetype=TEXT)

    @operation(group, "GET", "/archive/consistency", scope="auditor", query=ConsistencyQuery, answer=Consistency)
    def archive_consistency(query: dict[str, Any]) -> dict[str, Any]:
        """Prove that the log of `to` entries begins with that of `from` entries (RFC 6962)."""
        hashes = services.audit.log.consistency(query["from"], query["to"])
        return {"from": query["from"], "to": query["to"], "hashes": [value.hex() for value in hashes]}

    @operation(
        group,
        "GET",
        "/archive/tile/<path:path>",
        scope="auditor",
        answer={"type": "string", "format": "binary"},
        answer_type=BYTES,
    )
    def archive_tile(path: str) -> Response:
        """A tile of the newest checkpoint's tree, or a bundle of entries (C2SP tlog-tiles)."""
        level, index, width = _place(path)
        return Response(services.audit.log.tile(level, index, width), mimetype=BYTES)

    @operation(group, "GET", "/archive/entries", scope="auditor", query=EntrySearch, answer=EntryPage)
    def archive_entries(query: dict[str, Any]) -> dict[str, Any]:
        """Find entries, newest first, with their personal parts. What is shown of people is noted in the archive."""
        limit = query.get("limit", 50)
        asked = EntryQuery(
            kind=query.get("kind"),
            customer=query.get("customer"),
            source=query.get("source"),
            first=query.get("from"),
            last=query.get("to"),
            actor=query.get("actor"),
            number=query.get("number"),
            words=query.get("text"),
            before=query.get("before"),
            limit=limit,
        )
        found = services.audit.search(asked, Reader(principal().owner, "auditor"))
        more = len(found) == limit
        return {"entries": [entry.as_json() for entry in found], "next": found[-1].id if more else None}

    return group


def _place(path: str) -> tuple[int | None, int, int]:
    """Level (None: entries), index and width of a tile. Raises NotFound for a path that tlog-tiles does not have."""
    match = _TILE.fullmatch(path)
    width = int(match[3] or TILE_WIDTH) if match else 0
    if match is None or not 1 <= width <= TILE_WIDTH or (match[3] and width == TILE_WIDTH):
        raise NotFound("tile", path)
    index = int(match[2].replace("x", "").replace("/", ""))
    return int(match[1]) if match[1] else None, index, width
