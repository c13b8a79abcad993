"""Lines of one CSV file: decoded, split, counted; a half-written or changing file stops everything."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TextIO

from adapters.finance.csv_folder.characters import FORBIDDEN, reason_against
from adapters.finance.csv_folder.encodings import refuse_other_encoding
from engine.errors import AdapterError

#: What csv says when a quoted field runs into the end of the file, or swallows line after line on its way there.
_RUNAWAY: Final = ("unexpected end of data", "field larger than field limit")
#: How DOS programs end a file.
_DOS_END: Final = "\x1a"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a line: as a whole (`reason`), or with some of its cells (position, reason)."""

    reason: str = ""
    cells: tuple[tuple[int, str], ...] = ()


class CsvLines:
    """Iterates (line number, cells, fault or None) of a file, without its header and blank lines.

    A line with another number of cells than the header, with stray quotes, or with characters that no text of books
    holds is delivered with its fault. Raises AdapterError for a file that is missing, empty, in another encoding than
    said, or ends in the middle of a line or of a quoted field.
    """

    def __init__(self, path: Path, *, encoding: str, separator: str, final_newline: str) -> None:
        self._path = path
        self._encoding = "utf-8-sig" if encoding == "utf-8" else encoding
        self._separator = separator
        self._must_end = final_newline == "required"
        self._suspect = False
        self._last = ""
        # two-byte encodings cannot keep a byte they do not know
        errors = "replace" if encoding.startswith("utf-16") else "surrogateescape"
        try:
            refuse_other_encoding(path, encoding)
            self._file = path.open(encoding=self._encoding, errors=errors, newline="")
        except OSError as error:
            raise AdapterError(f"{path.name} cannot be read: {error.strerror}.") from error
        self._reader = csv.reader(self._watched(self._file), delimiter=separator, strict=True)
        self.header = self._first()

    def _first(self) -> list[str]:
        try:
            header = next(self._reader)
        except StopIteration:
            self.close()
            raise AdapterError(f"{self._path.name} is empty: not even a header. Nothing was imported.") from None
        except csv.Error as error:
            self.close()
            raise AdapterError(f"{self._path.name}, header: {error}.", permanent=True) from error
        self._suspect = False
        header[:1] = [header[0].removeprefix("\ufeff")]
        wrong = next((reason for name in header if (reason := reason_against(name, self._encoding))), None)
        if wrong is not None:
            self.close()
            raise AdapterError(f"{self._path.name}, header: {wrong}. Nothing was imported.", permanent=True)
        return header

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
        reader, width, start, last = self._reader, len(self.header), self._reader.line_num + 1, -1
        more = True
        while more:
            try:
                for cells in reader:
                    line, start, last = start, reader.line_num + 1, len(cells)
                    if last != width:
                        self._suspect = False
                        if cells:
                            yield line, cells, Fault(f"{last} columns, the header has {width}")
                    elif self._suspect:
                        self._suspect = False
                        yield line, cells, Fault(cells=self._faulty(cells))
                    else:
                        yield line, cells, None
                more = False
            except csv.Error as error:
                if str(error).startswith(_RUNAWAY):
                    raise self._half_written(start, "a quoted field is not closed") from error
                self._suspect = False
                line, start, last = start, reader.line_num + 1, -1
                yield line, [], Fault(f"quotes: {error}")
        self._check_end(start - 1, complete=last in {width, -1})

    def _faulty(self, cells: list[str]) -> tuple[tuple[int, str], ...]:
        found = ((index, reason_against(cell, self._encoding)) for index, cell in enumerate(cells))
        return tuple((index, reason) for index, reason in found if reason is not None)

    def _check_end(self, line: int, *, complete: bool) -> None:
        if self._last.endswith(("\n", "\r")):
            return
        if not complete:
            raise self._half_written(line, "its last line is incomplete")
        if self._must_end:
            hint = "If the system never writes a line break there, set final_newline: optional in the mapping."
            raise self._half_written(line, f"its last line has no line break. {hint}")

    def _half_written(self, line: int, why: str) -> AdapterError:
        return AdapterError(
            f"{self._path.name} seems half-written (line {line}): {why.rstrip('.')}. Nothing was imported."
        )
