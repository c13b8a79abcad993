"""Lines of one CSV file: decoded, split, counted; a half-written or changing file stops everything."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Final, TextIO

from engine.errors import AdapterError

#: What csv says when a quoted field runs into the end of the file, or swallows line after line on its way there.
_RUNAWAY: Final = ("unexpected end of data", "field larger than field limit")


class CsvLines:
    """Iterates (line number, cells, reason why unusable or None) of a file, without its header and blank lines.

    A line with bytes that the encoding does not know, with a NUL or with stray quotes is delivered with the reason.
    Raises AdapterError for a file that is missing, empty, ends in the middle of a line or of a quoted field.
    """

    def __init__(self, path: Path, *, encoding: str, separator: str, final_newline: str) -> None:
        self._path = path
        self._encoding = "utf-8-sig" if encoding.lower().replace("_", "-") in {"utf-8", "utf8"} else encoding
        self._separator = separator
        self._must_end = final_newline == "required"
        self._suspect: str | None = None
        self._last = ""
        try:
            self._file = path.open(encoding=self._encoding, errors="surrogateescape", newline="")
        except OSError as error:
            raise AdapterError(f"{path.name} cannot be read: {error.strerror}.") from error
        self._reader = csv.reader(self._watched(self._file), delimiter=separator, strict=True)
        self.header = self._first()

    def _first(self) -> list[str]:
        try:
            return next(self._reader)
        except StopIteration:
            self.close()
            raise AdapterError(f"{self._path.name} is empty: not even a header. Nothing was imported.") from None
        except csv.Error as error:
            self.close()
            raise AdapterError(f"{self._path.name}, header: {error}.", permanent=True) from error

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _watched(self, file: TextIO) -> Iterator[str]:
        line = ""
        for line in file:
            if not line.isascii() and _undecodable(line):
                self._suspect = f"bytes that are not {self._encoding.removesuffix('-sig')}"
            if "\0" in line:
                self._suspect = "a NUL character"
            yield line
        self._last = line

    def __iter__(self) -> Iterator[tuple[int, list[str], str | None]]:
        reader, width, start, last = self._reader, len(self.header), self._reader.line_num + 1, -1
        more = True
        while more:
            try:
                for cells in reader:
                    line, start, last = start, reader.line_num + 1, len(cells)
                    if self._suspect is not None:
                        reason, self._suspect = self._suspect, None
                        yield line, cells, reason
                    elif last == width:
                        yield line, cells, None
                    elif cells:
                        yield line, cells, f"{last} columns, the header has {width}"
                more = False
            except csv.Error as error:
                if str(error).startswith(_RUNAWAY):
                    raise self._half_written(start, "a quoted field is not closed") from error
                self._suspect = None
                line, start, last = start, reader.line_num + 1, -1
                yield line, [], f"quotes: {error}"
        self._check_end(start - 1, complete=last in {width, -1})

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


def _undecodable(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return True
    return False


def printable(text: str) -> str:
    """A text that can be stored and shown: NUL and undecodable bytes become escapes; at most 200 characters."""
    shown = text.replace("\0", "\\x00")[:200]
    return "".join(f"\\x{ord(char) - 0xDC00:02x}" if "\udc80" <= char <= "\udcff" else char for char in shown)
