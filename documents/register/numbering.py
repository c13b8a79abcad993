"""Numbers of issued documents: a format of a series, counted from 1 each year."""

from __future__ import annotations

import re
from typing import Final

from engine.errors import InvalidInput

_FIELD: Final = re.compile(r"\{(?:number(?::0([1-9])d)?|year|month)\}")
_LONGEST: Final = 60
#: The series of numbers that a document is in if none is named.
MAIN_SERIES: Final = "main"


def check_format(form: str) -> str:
    """The format itself: '{number}' or padded '{number:05d}', '{year}', perhaps '{month}', and other characters.

    Raises InvalidInput naming what is missing; without the year, numbers would come again.
    """
    rest = _FIELD.sub("", form)
    for field in ("number", "year"):
        if len(re.findall(rf"\{{{field}\b", form)) != 1:
            raise InvalidInput(f"numbering: '{form}' must have {{{field}}} once.", field="numbering")
    if "{" in rest or "}" in rest or len(form) > _LONGEST or not rest.isprintable():
        raise InvalidInput(
            f"numbering: '{form}' may have {{number:05d}}, {{year}} and {{month}}, nothing else in braces.",
            field="numbering",
        )
    return form


def format_number(form: str, number: int, year: int, month: int) -> str:
    """'FV/{number:05d}/{year}' as 'FV/00001/2026'. Raises InvalidInput as `check_format` does."""

    def value(found: re.Match[str]) -> str:
        if found[0].startswith("{number"):
            return f"{number:0{int(found[1] or 1)}d}"
        return str(year) if found[0] == "{year}" else f"{month:02d}"

    return _FIELD.sub(value, check_format(form))
