"""Texts that a program on the way has changed: days in place of numbers, and letters read in another code page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from adapters.finance.contract import Origin, Value
from engine.execution.reports import SourceFinding

_DAY: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[ T]00:00:00.*)?|[0-3]?[0-9][./-][01]?[0-9][./-](?:[0-9]{2}){1,2}|"
    r"(?:[0-3]?[0-9][.-])?(?:jan|feb|mar|apr|may|maj|jun|jul|aug|sep|oct|nov|dec|sty|lut|kwi|cze|lip|sie|wrz|paź|lis|gru)"
    r"[.-][0-9]{2,4}",
    re.IGNORECASE,
)
_NUMBERS: Final = frozenset({("document", "number"), ("document", "key"), ("open_item", "key"), ("customer", "key")})
_NAMES: Final = frozenset({"name", "address", "segment"})
#: Signs between letters, as iso-8859-2 or cp1250 leave them when read as one another or as cp1252.
_ODD: Final = re.compile(r"[^\W\d_][¹³¿±¶ˇ¦¬£¯¢¥§¨ª«®´µ·¸º»¼½¾×÷][^\W\d_]")
_PAGES: Final = ("cp1250", "cp1252", "iso-8859-2", "iso-8859-1")
_SHOWN: Final = 3


class ChangedTexts:
    """Looks for both in keys, numbers and names."""

    def __init__(self) -> None:
        self._days: dict[tuple[str, str, str], list[str]] = {}
        self._garbled: dict[tuple[str, str, str], list[str]] = {}

    def see(self, origin: Origin, row: Mapping[str, Value]) -> None:
        """Look at the texts of a row."""
        for field, value in row.items():
            if not isinstance(value, str):
                continue
            place = (origin.table, field, origin.file)
            if (origin.table, field) in _NUMBERS and _DAY.fullmatch(value):
                self._days.setdefault(place, []).append(value)
            elif field in _NAMES and not value.isascii() and garbled(value):
                self._garbled.setdefault(place, []).append(value)

    def findings(self) -> Iterator[SourceFinding]:
        """One finding a field and file."""
        for (table, field, file), values in self._days.items():
            text = f"{file}: {len(values)} value(s) look like days that a spreadsheet made of numbers: {_some(values)}"
            yield SourceFinding("number_is_a_day", table, field, text)
        for (table, field, file), values in self._garbled.items():
            text = f"{file}: {len(values)} value(s) look as if read in another encoding: {_some(values)}"
            yield SourceFinding("garbled_text", table, field, text)


def garbled(text: str) -> bool:
    """Whether a text looks as if its bytes had been read in another code page."""
    if _ODD.search(text):
        return True
    for page in _PAGES:
        try:
            text.encode(page).decode("utf-8")
        except UnicodeError:
            continue
        return True
    return False


def _some(values: list[str]) -> str:
    return ", ".join(f"'{value}'" for value in values[:_SHOWN])
