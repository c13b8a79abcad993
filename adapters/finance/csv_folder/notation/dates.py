"""Days as people write them: formats that read a text in one way only, alone and beside each other."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import permutations, product
from typing import Final, NamedTuple

from babel.core import Locale

#: Languages whose names of months %b and %B read, written out or short.
_LANGUAGES: Final = ("en", "pl", "de")
_TWO: Final = "[0-9]{2}"
#: Directive -> what it matches. Those of _NARROW take one digit too where no other digit stands beside them.
_DIRECTIVES: Final = {
    "d": _TWO,
    "m": _TWO,
    "y": _TWO,
    "Y": "[0-9]{4}",
    "j": "[0-9]{3}",
    "b": r"[^\W\d_]+\.?",
    "B": r"[^\W\d_]+\.?",
    "H": "(?:[01][0-9]|2[0-3])",
    "I": "(?:0?[1-9]|1[0-2])",
    "M": "[0-5][0-9]",
    "S": "[0-5][0-9]",
    "f": "[0-9]{1,9}",
    "p": "[AaPp]\\.?[Mm]\\.?",
}
_NARROW: Final = {"d": "[0-9]{1,2}", "m": "[0-9]{1,2}", "H": "(?:[01]?[0-9]|2[0-3])"}
_DIGITS: Final = frozenset("dmyYjHIMSf")
_DAYS: Final = (("d", "m", "Y"), ("d", "m", "y"), ("d", "b", "Y"), ("d", "b", "y"), ("j", "Y"), ("j", "y"))
#: What texts are tried with: years whose digits are days and months as well and those that are not, and so on.
_YEARS: Final = (2001, 2010, 2011, 2012, 2020, 2026)
_MONTHS: Final = (1, 2, 3, 10, 11, 12)
_MONTH_DAYS: Final = (1, 2, 3, 10, 11, 12, 13, 20, 21, 26, 28)


class Contradiction(NamedTuple):
    """Two formats that read one text as two days."""

    first: str
    second: str
    text: str
    day: date
    other: date


@dataclass(frozen=True, slots=True)
class DateFormat:
    """A format of strptime's directives, strict: ASCII digits, all of them where nothing stands between two numbers."""

    text: str
    tokens: tuple[tuple[str, str], ...]
    pattern: re.Pattern[str]

    @property
    def marks(self) -> str | None:
        """What stands between the numbers; None where that does not tell texts apart."""
        marks = "".join(value if kind == "literal" else "%" for kind, value in self.tokens)
        named = any(kind == "directive" and value in "bp" for kind, value in self.tokens)
        return None if named or any(char.isalnum() for char in marks) else re.sub(r"\s+", " ", marks.replace("%", ""))

    def day(self, text: str) -> date | None:
        """The day that a stripped text names; None when it is not written like this."""
        match = self.pattern.fullmatch(text)
        if match is None:
            return None
        part = match.groupdict()
        try:
            year = int(part["Y"]) if "Y" in part else _century(int(part["y"]))
            if "j" in part:
                day = date(year, 1, 1) + timedelta(int(part["j"]) - 1)
                return day if day.year == year else None
            month = int(part["m"]) if "m" in part else months()[part["b"].rstrip(".").casefold()]
            return date(year, month, int(part["d"]))
        except (ValueError, KeyError, OverflowError):
            return None

    def written(self, day: date, *, padded: bool = True) -> str:
        """A day in this format, at noon; unpadded: without leading zeros where they may be left out."""
        width = 2 if padded else 1
        values = {
            "d": f"{day.day:0{width}}",
            "m": f"{day.month:0{width}}",
            "b": f"{day:%b}",
            "j": f"{day:%j}",
            "Y": f"{day.year:04}",
            "y": f"{day.year % 100:02}",
            "H": "12",
            "I": "12",
            "M": "00",
            "S": "00",
            "f": "000",
            "p": "PM",
        }
        return "".join(values[value] if kind == "directive" else value for kind, value in self.tokens)


@cache
def months() -> dict[str, int]:
    """Names of months in the languages read, without a full stop and in small letters, and their numbers."""
    found = {}
    for language in _LANGUAGES:
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                names = Locale(language).months[context][width]
                found.update({name.rstrip(".").casefold(): number for number, name in names.items()})
    return found


@cache
def date_format(text: str) -> DateFormat:
    """Compile one format. Raises ValueError with the reason."""
    tokens = tuple(_tokens(text))
    names = [value for kind, value in tokens if kind == "directive"]
    if len(set(names)) < len(names):
        raise ValueError("a directive stands twice")
    if sorted(set(names) & set("dmyYjb")) not in [sorted(one) for one in _DAYS]:
        raise ValueError("a day needs %d, %m (or %b) and %Y (or %y), or %j and a year, each once")
    if ("I" in names) != ("p" in names):
        raise ValueError("%I and %p go together")
    return DateFormat(text, tokens, re.compile("".join(_patterns(tokens))))


def date_parser(formats: Sequence[str]) -> Callable[[str], date]:
    """Day out of a text in one of the formats. Raises ValueError with the reason."""
    compiled = [date_format(one) for one in formats]

    def parse(text: str) -> date:
        for shape in compiled:
            day = shape.day(text)
            if day is not None:
                return day
        raise ValueError(f"not a date written {' or '.join(formats)}")

    return parse


def contradiction(formats: Sequence[str]) -> Contradiction | None:
    """The first two formats under which one text is two days, found by trying; None when there are none.

    Raises ValueError for a format that is none.
    """
    pairs = permutations([date_format(one) for one in dict.fromkeys(formats)], 2)
    return next((found for pair in pairs if (found := _contradiction(*pair))), None)


@cache
def _contradiction(first: DateFormat, second: DateFormat) -> Contradiction | None:
    if first.marks is not None and second.marks is not None and first.marks != second.marks:
        return None
    for text in _texts(first):
        day, other = first.day(text), second.day(text)
        if day is not None and other is not None and day != other:
            return Contradiction(first.text, second.text, text, day, other)
    return None


def _texts(shape: DateFormat) -> Iterator[str]:
    for parts in product(_YEARS, _MONTHS, _MONTH_DAYS):
        text = shape.written(date(*parts))
        yield text
        bare = shape.written(date(*parts), padded=False)
        if bare != text:
            yield bare


def _century(year: int) -> int:
    """Two digits of a year as POSIX reads them: 69 to 99 are of the last century."""
    return year + (1900 if year >= 69 else 2000)


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    position = 0
    while position < len(text):
        if text[position] != "%":
            yield "literal", text[position]
            position += 1
            continue
        name = text[position + 1 : position + 2]
        if name == "%":
            yield "literal", "%"
        elif name in _DIRECTIVES:
            yield "directive", "b" if name == "B" else name
        else:
            known = ", ".join(f"%{one}" for one in _DIRECTIVES)
            raise ValueError(f"'%{name}' is no directive; known: {known}")
        position += 2


def _patterns(tokens: tuple[tuple[str, str], ...]) -> Iterator[str]:
    digits = [value in _DIGITS if kind == "directive" else value.isdigit() for kind, value in tokens]
    for index, (kind, value) in enumerate(tokens):
        if kind == "literal":
            yield r"\s+" if value.isspace() else re.escape(value)
            continue
        alone = not any(digits[max(index - 1, 0) : index]) and not any(digits[index + 1 : index + 2])
        yield f"(?P<{value}>{_NARROW[value] if alone and value in _NARROW else _DIRECTIVES[value]})"
