"""Numbers without gaps: the counter is raised in the transaction that issues the document, and falls back with it."""

from __future__ import annotations

from sqlalchemy import Connection, text

_NEXT = text(
    "insert into document_sequence as s (source, kind, series, year, last) values (:source, :kind, :series, :year, 1) "
    "on conflict (source, kind, series, year) do update set last = s.last + 1 returning last"
)


def take_ordinal(connection: Connection, *, source: str, kind: str, series: str, year: int) -> int:
    """The next number of a series and year, from 1. Others who want one wait until this transaction has ended."""
    ordinal: int = connection.execute(
        _NEXT, {"source": source, "kind": kind, "series": series, "year": year}
    ).scalar_one()
    return ordinal
