"""A folder of CSV files as a finance source."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from typing import Final

from adapters.finance.contract import FIELDS, REFERENCES, Batch, Extract, Mark, Origin, Row, RowProblem
from adapters.finance.csv_folder.books_at import marks
from adapters.finance.csv_folder.cells import CellProblem, Columns, Read, condition, label_of, reader
from adapters.finance.csv_folder.characters import printable
from adapters.finance.csv_folder.lines import CsvLines, Fault
from adapters.finance.csv_folder.mapping import load_mapping
from adapters.finance.csv_folder.model import Cell, Mapping, TableMapping
from engine.errors import AdapterError

SETTINGS: Final = "mapping.yaml"
#: Raised when the same files would be read differently than before, so that they are read again.
_INTERPRETATION: Final = "csv-folder 2"
_BATCH: Final = 20_000


class CsvFolder:
    """The files of one folder, read as its mapping.yaml says. Raises InvalidInput for a wrong mapping.

    A line that cannot be read is reported whole: nothing of it is delivered, in none of the tables it feeds.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._mapping = load_mapping(folder / SETTINGS)
        self._stamps: dict[str, tuple[int, int]] = {}

    @property
    def key(self) -> str:
        """The `source` of the mapping."""
        return self._mapping.source

    @property
    def title(self) -> str:
        """The `title` of the mapping."""
        return self._mapping.title

    @property
    def ledger_currency(self) -> str:
        """The `ledger_currency` of the mapping."""
        return self._mapping.ledger_currency

    @property
    def jurisdiction(self) -> str:
        """The `jurisdiction` of the mapping."""
        return self._mapping.jurisdiction

    def fingerprint(self) -> str:
        """SHA-256 of the mapping and of the content of every file; the files must not change before they are read."""
        digest = hashlib.sha256(_INTERPRETATION.encode())
        for name in (SETTINGS, *self._files()):
            self._stamps[name] = self._stamp(name)
            with (self._folder / name).open("rb") as file:
                content = hashlib.file_digest(file, "sha256").hexdigest()
            digest.update(f"\0{name}\0{content}".encode())
        return digest.hexdigest()

    def books_at(self) -> Sequence[Mark]:
        """When the files were written, and what the export says of itself."""
        said = self._mapping.books_at
        return marks(self._folder, self._files(), said, self._values(*said.column) if said.column else ())

    def extract(self) -> Extract:
        """Read every file once, in the order of the mapping."""
        for name in self._files():
            self._stamps.setdefault(name, self._stamp(name))
        origins = [
            Origin(number, entry.table, entry.file, _labels(entry), entry.distinct)
            for number, entry in enumerate(self._mapping.tables)
        ]
        return Extract(origins, self._batches(origins))

    def _files(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(entry.file for entry in self._mapping.tables))

    def _values(self, file: str, column: str) -> Iterator[str]:
        """A column of a file."""
        with closing(_lines(self._folder / file, self._mapping)) as lines:
            place = Columns(file, lines.header).index(column)
            for _, cells, reason in lines:
                if reason is None:
                    yield cells[place]

    def _stamp(self, name: str) -> tuple[int, int]:
        try:
            stat = (self._folder / name).stat()
        except OSError as error:
            raise AdapterError(f"{name} cannot be read: {error.strerror}. Nothing was imported.") from error
        return stat.st_size, stat.st_mtime_ns

    def _batches(self, origins: list[Origin]) -> Iterator[Batch]:
        for file in self._files():
            mine = [origin for origin in origins if origin.file == file]
            yield from _read_file(self._folder / file, mine, self._mapping)
        for name, stamp in self._stamps.items():
            if self._stamp(name) != stamp:
                raise AdapterError(f"{name} changed while it was read. Nothing was imported; sync again.")
        self._stamps.clear()


SOURCE: Final = CsvFolder


class _Feed:
    """One table fed from the open file: its compiled cells and the rows that wait for the next batch."""

    def __init__(self, origin: Origin, entry: TableMapping, columns: Columns, mapping: Mapping) -> None:
        self.table = origin.table
        self.counts: Callable[[list[str]], bool] | None = condition(entry.when, columns)
        self.cells = _cells(entry, columns, mapping)
        self.key = self.cells[0]
        #: Of the fields that hold another fact's key: its table, and the cell.
        self.references = [
            (REFERENCES[self.table][spec.name], cell)
            for spec, cell in zip(FIELDS[self.table], self.cells, strict=True)
            if spec.name in REFERENCES.get(self.table, {})
        ]
        self.number = origin.number
        self.settles: Read | None = (
            next(cell for spec, cell in zip(FIELDS[self.table], self.cells, strict=True) if spec.name == "amount")
            if self.table == "allocation"
            else None
        )
        self.rows: list[Row] = []


def _cells(entry: TableMapping, columns: Columns, mapping: Mapping) -> list[Read]:
    direction = entry.columns.get("direction")
    unsigned = direction is not None and direction.source == "sign_of"
    cells = []
    for spec in FIELDS[entry.table]:
        cell = entry.columns.get(spec.name)
        if cell is None and spec.name == "credit_currency" and "credit_limit" in entry.columns:
            cell = Cell("constant", mapping.ledger_currency)
        if cell is None:
            cells.append(_constant(spec.default))
            continue
        try:
            cells.append(reader(cell, spec, columns, mapping, unsigned=unsigned))
        except ValueError as error:
            raise AdapterError(f"Mapping of {entry.table}.{spec.name}: {error}.", permanent=True) from error
    return cells


def _constant(value: object) -> Read:
    return lambda _line: value  # type: ignore[return-value]  # a default of a record field is a Value


def _labels(entry: TableMapping) -> dict[str, str]:
    return {name: label_of(cell) for name, cell in entry.columns.items()}


def _lines(path: Path, mapping: Mapping) -> CsvLines:
    return CsvLines(path, encoding=mapping.encoding, separator=mapping.separator, final_newline=mapping.final_newline)


def _read_file(path: Path, origins: list[Origin], mapping: Mapping) -> Iterator[Batch]:
    lines = _lines(path, mapping)
    try:
        columns = Columns(path.name, lines.header)
        feeds = [_Feed(origin, mapping.tables[origin.number], columns, mapping) for origin in origins]
        problems: list[RowProblem] = []
        read = 0
        for number, cells, fault in lines:
            read += 1
            found = [] if fault is None else _unusable(path.name, number, cells, fault, feeds, columns)
            if found:
                problems.extend(found)
            else:
                _take(number, cells, feeds, path.name, problems)
            if read % _BATCH == 0:
                yield from _flush(feeds, problems, path.name, read)
        yield from _flush(feeds, problems, path.name, read)
    finally:
        lines.close()


def _take(number: int, line: list[str], feeds: list[_Feed], file: str, problems: list[RowProblem]) -> None:
    try:
        made = [
            (feed.rows, (feed.number, number, *[cell(line) for cell in feed.cells]))
            for feed in feeds
            if feed.counts is None or feed.counts(line)
        ]
    except CellProblem:
        problems.extend(_explain(file, number, line, feeds))
        return
    for rows, row in made:
        rows.append(row)


def _explain(file: str, number: int, line: list[str], feeds: list[_Feed]) -> list[RowProblem]:
    """Every problem of a line, each once, whatever number of tables it feeds."""
    found: dict[tuple[str, str], CellProblem] = {}
    facts, names, settles = _facts(line, feeds), _names(line, feeds), _settles(line, feeds)
    for feed in feeds:
        if feed.counts is not None and not feed.counts(line):
            continue
        for cell in feed.cells:
            try:
                cell(line)
            except CellProblem as problem:
                found.setdefault((problem.field or "", str(problem)), problem)
    return [
        RowProblem(file, number, column, printable(problem.value), reason, facts, names, settles)
        for (column, reason), problem in found.items()
    ]


def _facts(line: list[str], feeds: list[_Feed]) -> tuple[tuple[str, str | None], ...]:
    facts: list[tuple[str, str | None]] = []
    for feed in feeds:
        if feed.counts is not None and not feed.counts(line):
            continue
        facts.append((feed.table, _readable(feed.key, line)))
    return tuple(facts)


def _names(line: list[str], feeds: list[_Feed]) -> tuple[tuple[str, str], ...]:
    """What the line refers to, as far as it can be read."""
    named = [
        (table, _readable(cell, line))
        for feed in feeds
        if feed.counts is None or feed.counts(line)
        for table, cell in feed.references
    ]
    return tuple(dict.fromkeys((table, key) for table, key in named if key is not None))


def _settles(line: list[str], feeds: list[_Feed]) -> Decimal | None:
    """The amount of the only settlement of a line, where it can be read."""
    amounts = [feed.settles for feed in feeds if feed.settles and (feed.counts is None or feed.counts(line))]
    if len(amounts) != 1:
        return None
    try:
        amount = amounts[0](line)
    except CellProblem:
        return None
    return amount if isinstance(amount, Decimal) else None


def _readable(cell: Read, line: list[str]) -> str | None:
    """A key out of a line of which something is wrong; None: it is not there, or is what cannot be read."""
    try:
        key = cell(line)
    except CellProblem:
        return None
    return key if isinstance(key, str) and printable(key) == key else None


def _unusable(
    file: str, number: int, line: list[str], fault: Fault, feeds: list[_Feed], columns: Columns
) -> list[RowProblem]:
    """The problems of a line with a fault; none where only cells are at fault that nothing is taken from."""
    if fault.reason:
        lost = tuple((feed.table, None) for feed in feeds)
        return [RowProblem(file, number, "", printable("|".join(line)), fault.reason, lost)]
    facts, names, settles = _facts(line, feeds), _names(line, feeds), _settles(line, feeds)
    return [
        RowProblem(file, number, columns.name(index), printable(line[index]), reason, facts, names, settles)
        for index, reason in fault.cells
        if index in columns.used
    ]


def _flush(feeds: list[_Feed], problems: list[RowProblem], file: str, read: int) -> Iterator[Batch]:
    """What has gathered, one batch a table (tables fed twice by the file: their rows together)."""
    for table, group in groupby(sorted(feeds, key=lambda feed: feed.table), key=lambda feed: feed.table):
        rows: list[Row] = []
        for feed in group:
            rows.extend(feed.rows)
            feed.rows.clear()
        yield Batch(table, rows, tuple(problems), file, read)
        problems.clear()
