"""From when the content of one reading is, by the marks of its source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from adapters.database.mirror.doubts import raise_doubts
from adapters.finance.contract import Mark
from engine.facts.freshness import SKEW

#: The content is of a moment that is yet to come.
CLOCK_AHEAD: Final = "clock_ahead"


@dataclass(frozen=True, slots=True)
class Content:
    """`books_at`: the oldest mark that is not ahead of the sync, never later than it; None: no such mark. `ahead`: what
    marks that are further ahead than clocks may differ say, for people: nobody knows how old such content is."""

    books_at: datetime | None
    ahead: tuple[str, ...] = ()

    @classmethod
    def of(cls, marks: Sequence[Mark], now: datetime) -> Content:
        """Of a reading at a moment."""
        ahead = [mark for mark in marks if mark.at > now + SKEW]
        past = [min(mark.at, now) for mark in marks if mark not in ahead]
        return cls(min(past, default=None), tuple(f"{mark.what} is of {mark.at:%Y-%m-%d %H:%M} UTC" for mark in ahead))

    def doubt(self, connection: Connection, source: str) -> None:
        """Put all customers in doubt while nobody knows how old the content is."""
        found = (
            "select null::text, 'source', :source, '', said || ', a moment that is yet to come' "
            "from unnest(cast(:ahead as text[])) said"
        )
        raise_doubts(connection, CLOCK_AHEAD, found, {"source": source, "ahead": list(self.ahead)})
