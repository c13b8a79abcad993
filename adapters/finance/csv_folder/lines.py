"""Lines of one CSV file: decoded, split, counted; a half-written or changing file stops everything."""

from __future__ import annotations

import csv
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final, TextIO

from adapters.finance.csv_folder.bounds import SEARCHED, Edges, header_among
from adapters.finance.csv_folder.model import FileFormat
from adapters.finance.csv_folder.notation.characters import FORBIDDEN, reason_against
from adapters.finance.csv_folder.notation.encodings import refuse_other_encoding
from engine.errors import AdapterError

#: What csv says when a quoted field runs into the end of the file, or swallows line after line on its way there.
_RUNAWAY: Final = ("unexpected end of data", "field larger than field limit")
#: How DOS programs end a file.
_DOS_END: Final = "\x1a"
#: What Excel reads a separator from, above the header.
_SEP: Final = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a line: as a whole (`reason`), or with some of its cells (position, reason).

    `outside`: it is not of the table, as the mapping says; why that would be wrong if it can be read as data.
    """

    reason: str = ""
    cells: tuple[tuple[int, str], ...] = ()
    outside: str = ""


class CsvLines:
    """Iterates (line number, cells, fault or None) of a file, without its header and blank lines.

    A line with another number of cells than the header, with stray quotes, or with characters that no text of books
    holds is delivered with its fault. Raises AdapterError for a file that is missing, empty, in another encoding than
    said, or ends in the middle of a line or of a quoted field.
    """

    def __init__(self, path: Path, written: FileFormat, wanted: Collection[str]) -> None:
        """`wanted`: names of the columns that the header must have."""
        self._path = path
        self._encoding = "utf-8-sig" if written.encoding == "utf-8" else written.encoding
        self._written = written
        self._suspect = False
        self._last = ""
        self._edges = Edges(written.until, written.leave_out)
        self._ended = ""
        # two-byte encodings cannot keep a byte they do not know
        errors = "replace" if written.encoding.startswith("utf-16") else "surrogateescape"
        try:
            refuse_other_encoding(path, written.encoding)
            self._file = path.open(encoding=self._encoding, errors=errors, newline="")
        except OSError as error:
            raise AdapterError(f"{path.name} cannot be read: {error.strerror}.") from error
        try:
            self._above = self._lines_above(wanted)
            for _line in islice(self._file, self._above):
                pass
            self._reader = csv.reader(self._watched(self._file), delimiter=written.separator, strict=True)
            self.header = self._first(wanted)
        except AdapterError:
            self.close()
            raise

    def _lines_above(self, wanted: Collection[str]) -> int:
        """How many lines stand above the header. The file is left at its beginning."""
        start = list(islice(self._file, SEARCHED))
        self._file.seek(0)
        stated = _SEP.fullmatch(start[0].removeprefix("\ufeff")) if start else None
        if stated is not None and stated.group(1) != self._written.separator:
            said = f"says sep={stated.group(1)}, and its mapping separator: '{self._written.separator}'"
            raise AdapterError(f"{self._path.name} {said}. Nothing was imported.", permanent=True)
        if self._written.header == "find":
            found = header_among(self._split(start), wanted)
            if found is None:
                names = ", ".join(sorted(wanted))
                raise AdapterError(f"{self._path.name}: no line has all of these columns: {names}.", permanent=True)
            return found
        return self._written.skip_lines or int(stated is not None)

    def _split(self, lines: list[str]) -> Iterator[list[str]]:
        """Lines one by one, as far as they can be split."""
        for line in lines:
            try:
                yield next(csv.reader([line], delimiter=self._written.separator), [])
            except csv.Error:
                yield []

    def _first(self, wanted: Collection[str]) -> list[str]:
        name = self._path.name
        try:
            header = next(self._reader)
        except StopIteration:
            raise AdapterError(f"{name} is empty: not even a header. Nothing was imported.") from None
        except csv.Error as error:
            raise AdapterError(f"{name}, header: {error}.", permanent=True) from error
        self._suspect = False
        header[:1] = [cell.removeprefix("\ufeff") for cell in header[:1]]
        wrong = next((reason for cell in header if (reason := reason_against(cell, self._encoding))), None)
        if wrong is not None:
            raise AdapterError(f"{name}, header: {wrong}. Nothing was imported.", permanent=True)
        if wanted and header_among([header], wanted) is None:
            self._hint(wanted)
        return header

    def _hint(self, wanted: Collection[str]) -> None:
        """Say so when the header stands further below."""
        self._file.seek(0)
        below = header_among(self._split(list(islice(self._file, SEARCHED))), wanted)
        if below:
            raise AdapterError(
                f"{self._path.name}: the header stands in line {below + 1}; write skip_lines: {below} or header: find "
                "in the mapping. Nothing was imported.",
                permanent=True,
            )
        self._file.seek(0)

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _watched(self, file: TextIO) -> Iterator[str]:
        line = ""
        for line in file:
            if FORBIDDEN.search(line):
                if line == _DOS_END:
                    break
                self._suspect = True
            yield line
            self._last = line

    def __iter__(self) -> Iterator[tuple[int, list[str], Fault | None]]:
        reader, width, last = self._reader, len(self.header), -1
        start = self._above + reader.line_num + 1
        more = True
        while more:
            try:
                for cells in reader:
                    line, start, last = start, self._above + reader.line_num + 1, len(cells)
                    fault = (
                        self._fault(line, cells, width) if last != width or self._suspect or self._edges.any else None
                    )
                    if fault is not None or any(cells):
                        yield line, cells, fault
                more = False
            except csv.Error as error:
                if str(error).startswith(_RUNAWAY):
                    raise self._half_written(start, "a quoted field is not closed") from error
                self._suspect = False
                line, start, last = start, self._above + reader.line_num + 1, -1
                if not self._ended:
                    yield line, [], Fault(f"quotes: {error}")
        if not self._ended:
            self._check_end(start - 1, complete=last in {width, -1})

    def _fault(self, line: int, cells: list[str], width: int) -> Fault | None:
        """What is to be said of a line that may not be an ordinary one."""
        suspect, self._suspect = self._suspect, False
        if self._edges.any and not self._ended and self._edges.ends(cells):
            self._ended = f"stands below line {line}, at which the table ends (until in the mapping)"
            return Fault(outside="begins with a word of until in the mapping, and can be read as data")
        if self._ended:
            return Fault(outside=self._ended)
        if self._edges.any and self._edges.leaves_out(cells):
            return Fault(outside="begins with a word of leave_out in the mapping, and can be read as data")
        if len(cells) != width:
            return Fault(f"{len(cells)} columns, the header has {width}") if any(cells) else None
        return Fault(cells=self._faulty(cells)) if suspect else None

    def _faulty(self, cells: list[str]) -> tuple[tuple[int, str], ...]:
        found = ((index, reason_against(cell, self._encoding)) for index, cell in enumerate(cells))
        return tuple((index, reason) for index, reason in found if reason is not None)

    def _check_end(self, line: int, *, complete: bool) -> None:
        if self._last.endswith(("\n", "\r")):
            return
        if not complete:
            raise self._half_written(line, "its last line is incomplete")
        if self._written.final_newline == "required":
            hint = "If the system never writes a line break there, set final_newline: optional in the mapping."
            raise self._half_written(line, f"its last line has no line break. {hint}")

    def _half_written(self, line: int, why: str) -> AdapterError:
        return AdapterError(
            f"{self._path.name} seems half-written (line {line}): {why.rstrip('.')}. Nothing was imported."
        )
