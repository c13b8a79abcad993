"""Whether a database was set back to a state before an erasure: the journal beside the keys knows more than it does."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Engine, text

from adapters.database.archive.errors import house_errors
from archive.erasure.shred_journal import Shredded, ShredJournal
from engine.errors import MonitumError

_KNOWN: Final = text(
    "select source || ':' || customer_key owner, max(done_at) as erased_at, "
    "max(readmitted_at) as readmitted_at from erasure where source || ':' || customer_key = any(:owners) group by 1"
)


class ErasuresForgotten(MonitumError):
    """A restored database knows people again who were erased."""

    code = "erasures_forgotten"

    def __init__(self, count: int) -> None:
        super().__init__(
            f"The database knows {count} people again who were erased: it was restored to a state before. "
            "Nothing starts until they are erased again: monitum archive erase --replay"
        )
        self.count = count


def missing(engine: Engine, journal: ShredJournal) -> list[Shredded]:
    """What the journal says last of each owner and the database does not know, oldest first: the erasure, and that it
    was taken in again since. Raises ArchiveBroken when the journal is damaged."""
    with house_errors():
        lines = journal.read()
    if not lines:
        return []
    erased = {line.owner: line for line in lines if line.what == "erased"}
    readmitted = {line.owner: line for line in lines if line.what == "readmitted"}
    with engine.connect() as connection:
        rows = connection.execute(_KNOWN, {"owners": list(erased)})
        known = {row.owner: row for row in rows}
    found = []
    for owner, line in erased.items():
        there = known.get(owner)
        again = readmitted.get(owner)
        if there is None or there.erased_at is None or there.erased_at < line.at:
            found.append(line)
        admitted_at = there and there.readmitted_at
        if again and again.at > line.at and (admitted_at is None or admitted_at < again.at):
            found.append(again)
    return sorted(found, key=lambda line: line.at)


def require_unforgotten(engine: Engine, journal: ShredJournal) -> None:
    """Raises ErasuresForgotten, ArchiveBroken."""
    if found := missing(engine, journal):
        raise ErasuresForgotten(len({line.owner for line in found}))
