"""What it means to read the archive: who reads, and what is looked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

#: Entries of one answer.
MOST: Final = 1_000


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads, in which role: 'operator' at the command line, 'auditor' over the API."""

    name: str
    role: str


@dataclass(frozen=True, slots=True)
class Search:
    """What to look for; None: anything. Newest entries come first.

    `kind`: of the catalogue. `owner`: 'source:customer'. `first` and `end`: moments, `end` not included. `actor`: who
    did it. `number`: a value that stands somewhere in the entry as it is, such as a document number. `words`: text
    somewhere in it, upper and lower case alike. `before`: only entries with smaller ids. `limit`: 1 to 1,000 entries.
    """

    kind: str | None = None
    owner: str | None = None
    first: datetime | None = None
    end: datetime | None = None
    actor: str | None = None
    number: str | None = None
    words: str | None = None
    before: int | None = None
    limit: int = 100

    @property
    def named(self) -> list[str]:
        """Which filters are used, without what they ask for."""
        return [name for name in ("kind", "owner", "first", "end", "actor", "number", "words") if getattr(self, name)]
