"""What a synchronization and a run came to, for people and for the plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class TableCounts:
    """What one sync did to one table. `read` counts rows before checks; `ended` vanished; `closed`: open items only."""

    read: int = 0
    added: int = 0
    changed: int = 0
    ended: int = 0
    closed: int = 0
    unchanged: int = 0


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What one sync did. `quarantined`: problems that wait to be fixed. `skipped_unchanged`: nothing was read.
    `settled`: issued documents that stand differently in the books than before. `in_doubt`: customers whose books are
    in doubt; `all_in_doubt`: those are all, since nobody can say whom a reason concerns. `ahead`: what says that the
    content is of a moment which is yet to come: clocks disagree, and nobody knows how old the books are. `findings`:
    what somebody should mend, though nothing waits for it. `retried`: messages that were stuck and go on."""

    source: str
    tables: Mapping[str, TableCounts] = field(default_factory=dict)
    quarantined: int = 0
    skipped_unchanged: bool = False
    settled: int = 0
    in_doubt: int = 0
    all_in_doubt: bool = False
    ahead: tuple[str, ...] = ()
    findings: int = 0
    retried: int = 0

    @property
    def wrote(self) -> bool:
        """True when a fact changed."""
        return any(t.added or t.changed or t.ended or t.closed for t in self.tables.values())


@dataclass(frozen=True, slots=True)
class Quarantined:
    """One problem of one line. `first_seen`: the sync that met it first, also when the line has moved since. `table`,
    `key`: of the fact that the row would have been; `customer`: whose it is; '' and None where it cannot be read."""

    source: str
    file: str
    line: int
    column: str
    value: str
    reason: str
    first_seen: datetime
    table: str = ""
    key: str | None = None
    customer: str | None = None


@dataclass(frozen=True, slots=True)
class RunReport:
    """What a run did. `run_id`: None for a dry run. `counts` as in adapters.runs.batch; `resumed`: batches that an
    earlier attempt had done. `held`: why its suspensions wait for two people, if they do. `since_run`: the run of the
    same day that it adds to, having decided only the customers that something was written about since; None: all."""

    run_id: int | None
    source: str
    as_of: date
    counts: Mapping[str, int]
    batches: int
    resumed: int
    held: str | None = None
    since_run: int | None = None


@dataclass(frozen=True, slots=True)
class ReadProblem:
    """What is wrong with a line of a source that was looked at and not imported."""

    file: str
    line: int
    column: str
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class SourceFinding:
    """What a lint found in a source: it can be read, and is hardly meant. `field` of the table it is about."""

    lint: str
    table: str
    field: str
    text: str


@dataclass(frozen=True, slots=True)
class TablePreview:
    """The first rows of a table as they would be read. `rows_read` counts all that could be."""

    rows_read: int
    fields: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]


@dataclass(frozen=True, slots=True)
class SourceCheck:
    """A source as it would be read."""

    source: str
    tables: Mapping[str, TablePreview]
    problems: tuple[ReadProblem, ...]
    findings: tuple[SourceFinding, ...]


@dataclass(frozen=True, slots=True)
class DraftedColumn:
    """What a draft took a column of a file for; None: nothing was made of it."""

    file: str
    column: str
    holds: str | None


@dataclass(frozen=True, slots=True)
class SourceDraft:
    """A proposed mapping, and what became of each column."""

    mapping: str
    columns: tuple[DraftedColumn, ...]
