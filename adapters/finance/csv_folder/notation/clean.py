"""Cleaning of a column: what people's systems do to ids, amounts and days, undone by a closed list of words.

A cleaning belongs to the column of a file, so that keys, templates and conditions of every table see the same text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from adapters.finance.csv_folder.notation.currencies import currencies_of, parted

#: Every cleaning, in the order in which they work whatever the order they are written in.
CLEANINGS: Final = (
    *("empty_is", "blanks", "upper", "tax_id", "whole_number", "no_leading_zeros", "day", "unicode_minus"),
    *("brackets_minus", "trailing_minus", "currency_sign", "cents"),
)
_OF_AMOUNTS: Final = frozenset({"unicode_minus", "brackets_minus", "trailing_minus", "currency_sign"})
_MINUS: Final = "\u2010\u2011\u2012\u2013\u2212\ufe63\uff0d"
_WHOLE: Final = re.compile(r"([+-]?[0-9]+)[.,]0+")
_BROKEN: Final = re.compile(r"[+-]?[0-9]*[.,]?[0-9]+(?:[eE][+-]?[0-9]+)?")
_ZEROS: Final = re.compile(r"0+(?=[^\W_])")
_INVISIBLE: Final = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_MOMENT: Final = re.compile(
    r"(?P<day>.*?[0-9])(?:T|\s+)(?P<time>[0-9]{1,2}(?::?[0-9]{2}){1,2}(?:[.,][0-9]{1,12})?(?:\s*[AaPp]\.?[Mm]\.?)?)"
    r"\s*(?P<offset>Z|UTC|GMT|[+-][0-9]{2}:?[0-9]{2})?"
)


@dataclass(frozen=True, slots=True)
class Cleaning:
    """One cleaning of a column. `words`: those that empty_is takes for nothing; `zone`: the time zone of day."""

    name: str
    words: tuple[str, ...] = ()
    zone: str | None = None


def cleaner(cleanings: Sequence[Cleaning], mark: str) -> Callable[[str], str]:
    """The text that a column's cleanings make of a stripped, not empty text; `mark` is the decimal mark.

    Raises ValueError with the reason for a text that cannot be mended without guessing.
    """
    wanted = {one.name: one for one in cleanings}
    steps = [_step(wanted[name], frozenset(wanted), mark) for name in CLEANINGS if name in wanted]
    if "empty_is" in wanted:
        steps.append(steps[0])

    def clean(text: str) -> str:
        for step in steps:
            text = step(text)
            if not text:
                return ""
        return text

    return clean


def _step(one: Cleaning, wanted: frozenset[str], mark: str) -> Callable[[str], str]:
    if one.name == "empty_is":
        return _emptied(one.words)
    if one.name == "day":
        return _day(one.zone)
    if one.name == "cents":
        return lambda text: _cents(text, mark)
    return _signed(wanted) if one.name in _OF_AMOUNTS else _SIMPLE[one.name]


def _emptied(words: Sequence[str]) -> Callable[[str], str]:
    nothing = {word.strip().casefold() for word in words}
    return lambda text: "" if text.casefold() in nothing else text


def _blanks(text: str) -> str:
    return " ".join(_INVISIBLE.sub("", text).split())


def _tax_id(text: str) -> str:
    bare = re.sub(r"^(?:NIP|VAT(?:-?ID)?|UST-?ID(?:NR)?\.?)\s*:?", "", text.upper())
    bare = re.sub(r"[\s/\u2010-\u2013\u2212-]", "", _INVISIBLE.sub("", bare))
    return bare.removeprefix("PL") if re.fullmatch(r"PL[0-9]{10}", bare) else bare


def _whole_number(text: str) -> str:
    found = _WHOLE.fullmatch(text)
    if found:
        return found.group(1)
    if not re.fullmatch(r"[+-]?[0-9]+", text) and _BROKEN.fullmatch(text):
        raise ValueError("not a whole number: digits are lost, or it is no id")
    return text


def _no_leading_zeros(text: str) -> str:
    return _ZEROS.sub("", text, count=1) if text.startswith("0") else text


def _day(zone: str | None) -> Callable[[str], str]:
    there = None if zone is None else ZoneInfo(zone)

    def day(text: str) -> str:
        found = _MOMENT.fullmatch(text)
        if found is None or not found["offset"]:
            return text if found is None else found["day"]
        if there is None:
            raise ValueError("a moment with an offset: which day it is, the time zone says; day: Europe/Warsaw")
        offset = re.sub("Z|UTC|GMT", "+00:00", found["offset"])
        time = re.sub(r"[.,][0-9]+", "", found["time"])
        try:
            moment = datetime.fromisoformat(f"{found['day']}T{time}{offset}")
        except ValueError:
            raise ValueError("a moment with an offset that is not written as 2026-05-01T22:00:00+02:00") from None
        return moment.astimezone(there).date().isoformat()

    return day


def _signed(wanted: frozenset[str]) -> Callable[[str], str]:
    """One minus in front and no currency, wherever the text has them."""
    minus = "-" + (_MINUS if "unicode_minus" in wanted else "")

    def bare(text: str) -> str:
        signs, below, seen = 0, False, False
        while text:
            text = text.strip()
            if "brackets_minus" in wanted and text.startswith("(") and text.endswith(")"):
                text, signs, below = text[1:-1], signs + 1, True
            elif text and text[0] in f"+{minus}":
                text, signs, below = text[1:], signs + 1, text[0] != "+"
            elif text and "trailing_minus" in wanted and text[-1] in f"+{minus}":
                text, signs, below = text[:-1], signs + 1, text[-1] != "+"
            elif "currency_sign" in wanted and not seen and currencies_of(text):
                text, seen = parted(text)[1], True
            else:
                break
        if signs > 1 or not text:
            raise ValueError("two signs" if text else "no number beside its sign")
        return f"-{text}" if below else text

    return bare


def _cents(text: str, mark: str) -> str:
    found = re.fullmatch(r"([+-]?)([0-9]+)", text)
    if found is None:
        raise ValueError("not a whole number of cents")
    digits = found.group(2).rjust(3, "0")
    return f"{found.group(1)}{digits[:-2]}{mark}{digits[-2:]}"


_SIMPLE: Final[dict[str, Callable[[str], str]]] = {
    "blanks": _blanks,
    "upper": str.upper,
    "tax_id": _tax_id,
    "whole_number": _whole_number,
    "no_leading_zeros": _no_leading_zeros,
}
