"""How a file seems to be written: encoding, separator, and the line with the names of its columns."""

from __future__ import annotations

import codecs
import csv
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from adapters.finance.csv_folder.notation.characters import FORBIDDEN, trimmed
from adapters.finance.drafting.names import field_of
from engine.errors import InvalidInput

_SEPARATORS: Final = (";", ",", "\t", "|")
_PAGES: Final = ("cp1250", "iso-8859-2", "cp852", "cp1252")
#: Letters of Polish, German, Czech and Slovak texts, which tell a page that fits from one that does not.
_LETTERS: Final = frozenset("ąćęłńóśźżĄĆĘŁŃÓŚŹŻäöüßÄÖÜáčďéěíňřšťúůýžÁČĎÉĚÍŇŘŠŤÚŮÝŽôĺľŕ")
#: A letter with an accent that stands before a number was the sign of a currency.
_BEFORE_DIGIT: Final = re.compile(r"[^\W\d_a-zA-Z] ?[0-9]")
_LINES: Final = 300
_SEARCHED: Final = 30


@dataclass(frozen=True, slots=True)
class Sniffed:
    """A file as it seems: `skipped` lines above the header, its names, and the lines below that are as wide."""

    name: str
    encoding: str
    separator: str
    skipped: int
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def column(self, name: str) -> list[str]:
        """The texts of a column that are not empty."""
        at = self.header.index(name)
        return [text for row in self.rows if (text := trimmed(row[at]))]


def sniff(path: Path) -> Sniffed:
    """Look at the beginning of a file. Raises InvalidInput where it cannot be read or has no header."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InvalidInput(f"{path} cannot be read: {error.strerror}.", field="file") from error
    encoding = guessed_encoding(data)
    text = data.decode("utf-8-sig" if encoding == "utf-8" else encoding, errors="replace").removeprefix("\ufeff")
    lines = text.splitlines()[:_LINES]
    found = [(*_header(split), separator, split) for separator in _SEPARATORS if (split := _split(lines, separator))]
    _, width, skipped, separator, split = max(found, default=(0, 0, 0, "", []), key=lambda one: one[:2])
    if not width:
        raise InvalidInput(f"{path.name}: no line looks like the names of columns; is it a CSV file?", field="file")
    header = tuple(trimmed(cell) for cell in split[skipped])
    rows = tuple(tuple(cells) for cells in split[skipped + 1 :] if len(cells) == len(header) and any(cells))
    return Sniffed(path.name, encoding, separator, skipped, header, rows)


def guessed_encoding(data: bytes) -> str:
    """UTF-8 where it is that, else the page in which most letters are letters."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return max(_PAGES, key=lambda page: _fit(data, page))
    return "utf-8"


def _fit(data: bytes, page: str) -> int:
    text = data.decode(page, errors="replace")
    odd = len(FORBIDDEN.findall(text)) + len(_BEFORE_DIGIT.findall(text))
    strange = sum(not char.isascii() and not char.isalpha() and char not in "£€" for char in text)
    return sum(char in _LETTERS for char in text) - 10 * odd - strange


def _split(lines: list[str], separator: str) -> list[list[str]]:
    rows = []
    for line in lines:
        try:
            rows.append(next(csv.reader([line], delimiter=separator), []))
        except csv.Error:
            rows.append([])
    return rows


def _header(rows: list[list[str]]) -> tuple[int, int, int]:
    """How many names of the best header are known, how wide it is, and where it stands."""
    best = (0, 0, 0)
    for number, cells in enumerate(rows[:_SEARCHED]):
        names = [trimmed(cell) for cell in cells]
        if len(names) < 2 or not all(names) or len(set(names)) < len(names):
            continue
        known = sum(field_of(name) is not None for name in names)
        if (known, len(names)) > best[:2]:
            best = (known, len(names), number)
    return best
