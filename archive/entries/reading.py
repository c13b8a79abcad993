"""Reading the archive: who reads, what is looked for, and an entry as it is shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Final

from archive.entries import kinds

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


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryQuery:
    """A search in the words of the one who asks: a customer by key and source, days (both included) instead of moments;
    the rest as in Search."""

    kind: str | None = None
    customer: str | None = None
    source: str | None = None
    first: date | None = None
    last: date | None = None
    actor: str | None = None
    number: str | None = None
    words: str | None = None
    before: int | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True)
class ShownEntry:
    """One entry, readable. `seq`: its place in the log, None while it waits for one. `personal`: the personal part,
    None when there is none or when it is `erased`, its key destroyed."""

    id: int
    seq: int | None
    kind: str
    at: datetime
    actor: str
    role: str
    reason: str
    case: str | None
    ruleset: str | None
    version: str | None
    action: str | None
    decision: str | None
    outcome: str | None
    documents: Mapping[str, str]
    public: Mapping[str, Any]
    personal: Mapping[str, Any] | None
    erased: bool

    def label(self, language: str) -> str:
        """What happened, in 'pl' or 'en'."""
        return kinds.label(self.kind, language)

    def as_json(self) -> dict[str, Any]:
        """Plain JSON data; the moment in ISO 8601."""
        return {**asdict(self), "at": self.at.isoformat(), "personal": "erased" if self.erased else self.personal}

    def summary(self) -> str:
        """What the entry is about, in a line: the rules that decided, or stage, number and outcome."""
        if self.erased:
            return "erased"
        decisions = self.public.get("decisions")
        if isinstance(decisions, list):
            said = (f"{made['kind']} {made['stage'] or ''} by {', '.join(made['rules'])}" for made in decisions)
            return "; ".join(said)
        personal = self.personal or {}
        parts = (self.public.get("stage"), personal.get("number"), personal.get("outcome") or self.reason)
        return " ".join(str(part) for part in parts if part)
