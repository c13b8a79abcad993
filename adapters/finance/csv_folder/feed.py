"""The tables that one file feeds: each line whole in all of them, or reported and in none."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from itertools import groupby
from typing import Final

from adapters.finance.contract import FIELDS, REFERENCES, Batch, FieldSpec, Origin, Row, RowProblem
from adapters.finance.csv_folder.bounds import label, looks_like_totals
from adapters.finance.csv_folder.cells import CellProblem, Columns, Read, condition, label_of, reader
from adapters.finance.csv_folder.exact import CURRENCY_OF, exact, nothing, same_currency
from adapters.finance.csv_folder.lines import Fault
from adapters.finance.csv_folder.model import Cell, Mapping, TableMapping
from adapters.finance.csv_folder.notation.characters import printable, trimmed
from engine.errors import AdapterError

#: Tables whose currency is that of a line, where the line feeds another table that names none.
_WITH_CURRENCY: Final = ("payment", "open_item", "document")


class Feed:
    """One table fed from the open file: its compiled cells and the rows that wait for the next batch."""

    def __init__(self, origin: Origin, entry: TableMapping, columns: Columns, mapping: Mapping, line: Read) -> None:
        self.table = origin.table
        self.counts: Callable[[list[str]], bool] | None = condition(entry.when, columns)
        self.cells = _Cells(entry, columns, mapping, line).read()
        self.key = self.cells[0]
        specs = FIELDS[self.table]
        #: Of the fields that hold another fact's key: its table, and the cell.
        self.references = [
            (REFERENCES[self.table][spec.name], cell)
            for spec, cell in zip(specs, self.cells, strict=True)
            if spec.name in REFERENCES.get(self.table, {})
        ]
        amounts = (cell for spec, cell in zip(specs, self.cells, strict=True) if spec.name == "amount")
        self.settles: Read | None = next(amounts) if self.table == "allocation" else None
        self._needed = [(at, _label(entry, spec)) for at, spec in enumerate(specs) if not spec.optional]
        self.number = origin.number
        self.rows: list[Row] = []

    def row(self, number: int, line: list[str]) -> Row | None:
        """The row that a line makes of the table; None when the line does not count. Raises CellProblem."""
        if self.counts is not None and not self.counts(line):
            return None
        values = [cell(line) for cell in self.cells]
        if None in values:
            for at, column in self._needed:
                if values[at] is None:
                    raise CellProblem("missing", column=column, value="")
        return (self.number, number, *values)

    def problems(self, line: list[str]) -> Iterator[CellProblem]:
        """Everything that is wrong with a line for this table."""
        try:
            if self.counts is not None and not self.counts(line):
                return
        except CellProblem as problem:
            yield problem
            return
        needed = dict(self._needed)
        for at, cell in enumerate(self.cells):
            try:
                if cell(line) is None and at in needed:
                    yield CellProblem("missing", column=needed[at], value="")
            except CellProblem as problem:
                yield problem

    def concerns(self, line: list[str]) -> bool:
        """Whether a line counts, or cannot be told."""
        try:
            return self.counts is None or self.counts(line)
        except CellProblem:
            return True


class FileFeeds:
    """The feeds of one file."""

    def __init__(self, file: str, columns: Columns, origins: Sequence[Origin], mapping: Mapping) -> None:
        self._file = file
        self._columns = columns
        entries = [mapping.tables[origin.number] for origin in origins]
        line = _line_currency(entries, columns, mapping)
        pairs = zip(origins, entries, strict=True)
        self._feeds = [Feed(origin, entry, columns, mapping, line) for origin, entry in pairs]
        self._problems: list[RowProblem] = []

    def take(self, number: int, line: list[str], fault: Fault | None) -> None:
        """Take one line, whatever is wrong with it."""
        if fault is not None and (found := self._faults(number, line, fault)):
            self._problems.extend(found)
            return
        if fault is not None and fault.outside:
            if self._is_data(number, line):
                self._problems.append(self._problem(number, line, "", "|".join(line), fault.outside))
            return
        try:
            made = [(feed.rows, row) for feed in self._feeds if (row := feed.row(number, line)) is not None]
        except CellProblem:
            self._problems.extend(self._explained(number, line))
            return
        for rows, row in made:
            rows.append(row)

    def batches(self, read: int) -> Iterator[Batch]:
        """What has gathered, one batch a table (tables fed twice by the file: their rows together)."""
        feeds = sorted(self._feeds, key=lambda feed: feed.table)
        for table, group in groupby(feeds, key=lambda feed: feed.table):
            rows: list[Row] = []
            for feed in group:
                rows.extend(feed.rows)
                feed.rows.clear()
            yield Batch(table, rows, tuple(self._problems), self._file, read)
            self._problems.clear()

    def _is_data(self, number: int, line: list[str]) -> bool:
        if len(line) != self._columns.width:
            return False
        try:
            rows = [feed.row(number, line) for feed in self._feeds]
        except CellProblem:
            return False
        return any(row is not None for row in rows)

    def _explained(self, number: int, line: list[str]) -> list[RowProblem]:
        """Every problem of a line, each once, whatever number of tables it feeds."""
        if looks_like_totals(line):
            reason = "a line of totals, it seems; name its first word under leave_out, or under until where it ends"
            return [self._problem(number, line, "", label(line), reason)]
        found: dict[tuple[str, str], CellProblem] = {}
        for feed in self._feeds:
            for problem in feed.problems(line):
                found.setdefault((problem.field or "", str(problem)), problem)
        return [
            self._problem(number, line, column, problem.value, reason) for (column, reason), problem in found.items()
        ]

    def _faults(self, number: int, line: list[str], fault: Fault) -> list[RowProblem]:
        """The problems of a line with a fault; none where only cells are at fault that nothing is taken from."""
        if fault.reason:
            lost = tuple((feed.table, None) for feed in self._feeds)
            return [RowProblem(self._file, number, "", printable("|".join(line)), fault.reason, lost)]
        return [
            self._problem(number, line, self._columns.name(index), line[index], reason)
            for index, reason in fault.cells
            if index in self._columns.used
        ]

    def _problem(self, number: int, line: list[str], column: str, value: str, reason: str) -> RowProblem:
        concerned = [feed for feed in self._feeds if feed.concerns(line)]
        facts = tuple((feed.table, _readable(feed.key, line)) for feed in concerned)
        named = [(table, _readable(cell, line)) for feed in concerned for table, cell in feed.references]
        names = tuple(dict.fromkeys((table, key) for table, key in named if key is not None))
        settles = _settled(line, [feed.settles for feed in concerned if feed.settles is not None])
        return RowProblem(self._file, number, column, printable(value), reason, facts, names, settles)


def _settled(line: list[str], amounts: Sequence[Read]) -> Decimal | None:
    """The amount of the only settlement of a line, where it can be read."""
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


def _label(entry: TableMapping, spec: FieldSpec) -> str:
    cell = entry.columns.get(spec.name)
    return spec.name if cell is None else label_of(cell)


def _line_currency(entries: Sequence[TableMapping], columns: Columns, mapping: Mapping) -> Read:
    """The currency of a line, for tables that name none: what another table reads from it."""
    for table in _WITH_CURRENCY:
        for entry in entries:
            if entry.table == table:
                return _Cells(entry, columns, mapping, nothing).plain("currency")
    return nothing


class _Cells:
    """Compiles the cells of one table."""

    def __init__(self, entry: TableMapping, columns: Columns, mapping: Mapping, line: Read) -> None:
        self._entry = entry
        self._columns = columns
        self._mapping = mapping
        self._written = mapping.format_of(entry.file)
        self._line = line
        self._specs = {spec.name: spec for spec in FIELDS[entry.table]}
        direction = entry.columns.get("direction")
        self._unsigned = direction is not None and direction.source == "sign_of"

    def read(self) -> list[Read]:
        """One reading function a field, in the order of the record."""
        return [self._amount(name) if spec.type == "amount" else self.plain(name) for name, spec in self._specs.items()]

    def plain(self, name: str) -> Read:
        """A field as its cell says."""
        cell, spec = self._entry.columns.get(name), self._specs[name]
        if cell is None and name == "credit_currency" and "credit_limit" in self._entry.columns:
            cell = Cell("constant", self._mapping.ledger_currency)
        if cell is None:
            return lambda _line: spec.default
        try:
            return reader(cell, spec, self._columns, self._written, self._mapping.codes, unsigned=self._unsigned)
        except ValueError as error:
            raise AdapterError(f"Mapping of {self._entry.table}.{name}: {error}.", permanent=True) from error

    def _amount(self, name: str) -> Read:
        """An amount, held against the currency of its line."""
        cell, read = self._entry.columns.get(name), self.plain(name)
        if cell is None:
            return read
        ledger = self._mapping.ledger_currency
        field = CURRENCY_OF.get(name, "currency")
        currency = (
            (lambda _line: ledger) if field is None else self.plain(field) if field in self._specs else self._line
        )
        cleaned = self._written.clean.get(cell.text, ())
        if cell.source == "column" and any(one.name == "currency_sign" for one in cleaned):
            index = self._columns.index(cell.text)
            read = same_currency(read, currency, lambda line: trimmed(line[index]), cell.text)
        return exact(read, currency, label_of(cell), ledger=ledger, rounded=self._written.decimals == "round")
