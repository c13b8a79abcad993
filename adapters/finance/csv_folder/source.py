"""A folder of CSV files as a finance source."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import Final

from adapters.finance.contract import Batch, Extract, Mark, Origin
from adapters.finance.csv_folder.books_at import marks
from adapters.finance.csv_folder.cells import CellProblem, Columns, columns_of, label_of
from adapters.finance.csv_folder.feed import FileFeeds
from adapters.finance.csv_folder.lines import CsvLines
from adapters.finance.csv_folder.mapping import load_mapping
from adapters.finance.csv_folder.model import Mapping, TableMapping
from engine.errors import AdapterError

SETTINGS: Final = "mapping.yaml"
#: Raised when the same files would be read differently than before, so that they are read again.
_INTERPRETATION: Final = "csv-folder 3"
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
        with closing(_lines(self._folder / file, file, self._mapping)) as lines:
            take = Columns(file, lines.header, self._mapping.format_of(file)).take(column)
            for _, cells, fault in lines:
                if fault is None:
                    with suppress(CellProblem):
                        yield take(cells)

    def _stamp(self, name: str) -> tuple[int, int]:
        try:
            stat = (self._folder / name).stat()
        except OSError as error:
            raise AdapterError(f"{name} cannot be read: {error.strerror}. Nothing was imported.") from error
        return stat.st_size, stat.st_mtime_ns

    def _batches(self, origins: list[Origin]) -> Iterator[Batch]:
        unseen = set(self._mapping.written.clean)
        for file in self._files():
            mine = [origin for origin in origins if origin.file == file]
            yield from _read_file(self._folder / file, mine, self._mapping, unseen)
        if unseen:
            raise AdapterError(f"clean: no file has a column '{min(unseen)}'. Nothing was imported.", permanent=True)
        for name, stamp in self._stamps.items():
            if self._stamp(name) != stamp:
                raise AdapterError(f"{name} changed while it was read. Nothing was imported; sync again.")
        self._stamps.clear()


SOURCE: Final = CsvFolder


def _labels(entry: TableMapping) -> dict[str, str]:
    return {name: label_of(cell) for name, cell in entry.columns.items()}


def _wanted(entries: Iterable[TableMapping]) -> frozenset[str]:
    """Names of the columns that tables take from their file."""
    cells = (name for entry in entries for cell in entry.columns.values() for name in columns_of(cell))
    return frozenset(cells) | {part.column for entry in entries for part in entry.when}


def _lines(path: Path, file: str, mapping: Mapping) -> CsvLines:
    return CsvLines(path, mapping.format_of(file), _wanted(entry for entry in mapping.tables if entry.file == file))


def _read_file(path: Path, origins: list[Origin], mapping: Mapping, unseen: set[str]) -> Iterator[Batch]:
    """Every line of one file. Columns of its own are taken from those `unseen` that are to be cleaned somewhere."""
    written = mapping.format_of(origins[0].file)
    lines = _lines(path, origins[0].file, mapping)
    try:
        columns = Columns(path.name, lines.header, written)
        for name in written.clean:
            if name not in mapping.written.clean:
                columns.index(name)
        unseen.difference_update(columns.names)
        feeds = FileFeeds(path.name, columns, origins, mapping)
        read = 0
        for number, cells, fault in lines:
            read += 1
            feeds.take(number, cells, fault)
            if read % _BATCH == 0:
                yield from feeds.batches(read)
        yield from feeds.batches(read)
    finally:
        lines.close()
