"""What a connector delivers: typed rows of the tables of engine/records.py, streamed, and what it could not read.

A row is a plain tuple, not a dataclass: a million of them pass through one sync. Its values stand in the order of the
record's fields, so `RECORDS["customer"](*row[2:])` is the record. What is right or wrong about a row that could be
read (ranges, references, duplicates) is not the connector's business: every sync checks it the same way.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields
from datetime import date, datetime
from decimal import Decimal
from types import UnionType
from typing import Final, Literal, Protocol, TypeAlias, get_args, get_type_hints

from engine.records import Allocation, Customer, Document, Hold, OpenItem, Payment, Record, Service

Value: TypeAlias = str | int | bool | date | Decimal | None
#: (number of the origin, line, then the record's fields in order); lines count from 1.
Row: TypeAlias = tuple[Value, ...]
FieldType = Literal["text", "date", "amount", "flag"]

#: Tables by name, in the order in which their rows may refer to each other.
RECORDS: Final[Mapping[str, type[Record]]] = {
    "customer": Customer,
    "document": Document,
    "open_item": OpenItem,
    "payment": Payment,
    "allocation": Allocation,
    "hold": Hold,
    "service": Service,
}

_TYPES: Final[Mapping[object, FieldType]] = {date: "date", Decimal: "amount", bool: "flag"}


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One field of a record: `optional` may be None; `default` counts only when `has_default`."""

    name: str
    type: FieldType
    optional: bool
    has_default: bool
    default: Value


def _spec(record: type[Record]) -> tuple[FieldSpec, ...]:
    hints = get_type_hints(record)
    found = []
    for item in fields(record):
        hint = hints[item.name]
        parts = get_args(hint) if isinstance(hint, UnionType) else (hint,)
        kind: FieldType = next((_TYPES[part] for part in parts if part in _TYPES), "text")
        default: Value = None if item.default is MISSING else item.default
        found.append(FieldSpec(item.name, kind, type(None) in parts, item.default is not MISSING, default))
    return tuple(found)


FIELDS: Final[Mapping[str, tuple[FieldSpec, ...]]] = {name: _spec(record) for name, record in RECORDS.items()}


#: Field of a table -> the table whose key it holds.
REFERENCES: Final[Mapping[str, Mapping[str, str]]] = {
    "document": {"customer_key": "customer"},
    "open_item": {"customer_key": "customer", "document_key": "document"},
    "payment": {"customer_key": "customer"},
    "allocation": {"item_key": "open_item", "payment_key": "payment", "credit_item_key": "open_item"},
    "hold": {"customer_key": "customer", "item_key": "open_item"},
    "service": {"customer_key": "customer"},
}


@dataclass(frozen=True, slots=True)
class Origin:
    """Where rows of one table come from. Rows name it by `number`.

    `labels`: field -> the source's own column name, for messages. `distinct`: the same key may come on many lines
    (the customer of an invoice file) and the first line counts; without it a second row with a key is a problem.
    """

    number: int
    table: str
    file: str
    labels: Mapping[str, str] = field(default_factory=dict)
    distinct: bool = False


@dataclass(frozen=True, slots=True)
class RowProblem:
    """A line that cannot be used, and why. Nothing of the line is imported.

    `facts`: (table, key) of what the line would have delivered, so that facts known from before are kept; key None
    when it cannot be read, and then nothing of that table may vanish in this sync.
    `names`: (table, key) of the facts that the line refers to, as far as they can be read: the customer, the item that
    a payment settles. By them and by `facts` the customer is found whose books are in doubt because of the line; a
    line that names nobody puts all customers of the source in doubt.
    `settles`: what the line would have settled, where it is one settlement and its amount can be read.
    """

    file: str
    line: int
    column: str
    value: str
    reason: str
    facts: tuple[tuple[str, str | None], ...] = ()
    names: tuple[tuple[str, str], ...] = ()
    settles: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """Some rows of one table, or some problems, or both; `read` lines of the file were consumed so far."""

    table: str
    rows: Sequence[Row]
    problems: Sequence[RowProblem] = ()
    file: str = ""
    read: int = 0


@dataclass(frozen=True, slots=True)
class Extract:
    """One complete reading of a source. `batches` can be consumed once; memory does not grow with the source.

    Consuming raises AdapterError when the source is half-written or changes meanwhile: nothing may be kept then.
    """

    origins: Sequence[Origin]
    batches: Iterator[Batch]


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that tells from when content is: `what` (a file, a marker of the export), and the moment."""

    what: str
    at: datetime


class FinanceSource(Protocol):
    """One finance-accounting system."""

    @property
    def key(self) -> str:
        """Key of the source, unique in this installation."""
        ...

    @property
    def title(self) -> str:
        """Its name for people."""
        ...

    @property
    def ledger_currency(self) -> str:
        """ISO 4217 code of the currency its books are kept in."""
        ...

    @property
    def jurisdiction(self) -> str:
        """Name of the rule pack that applies (`pl`, `eu`)."""
        ...

    def fingerprint(self) -> str:
        """A text that changes whenever the content or its interpretation may have changed. Raises AdapterError."""
        ...

    def books_at(self) -> Sequence[Mark]:
        """What tells from when the content is; the oldest mark counts. None: it is read as it is at that moment.

        Asked once for each sync, after the fingerprint. Raises AdapterError.
        """
        ...

    def extract(self) -> Extract:
        """Start reading everything the source holds now. Raises AdapterError."""
        ...
