"""What the texts of a column tell of how it is written: days, amounts, and what has to be cleaned."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

from adapters.finance.csv_folder.notation.amounts import BLANKS, amount_parser
from adapters.finance.csv_folder.notation.clean import Cleaning, cleaner
from adapters.finance.csv_folder.notation.dates import date_parser

_DATES: Final = (
    *("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%d.%m.%y"),
    *("%d/%m/%y", "%m/%d/%y", "%d %b %Y", "%d-%b-%Y", "%d-%b-%y", "%b %d, %Y", "%d%m%Y"),
)
_WAYS: Final = ((",", ""), (".", ""), (",", " "), (",", "."), (".", ","), (".", " "), (".", "'"), (",", "'"))
_SIGNS: Final = tuple(Cleaning(name) for name in ("unicode_minus", "brackets_minus", "trailing_minus", "currency_sign"))


def day_formats(texts: Sequence[str]) -> tuple[list[str], bool]:
    """Formats that read every text, and whether a time has to be cut off first."""
    for cleanings in ((), (Cleaning("day"),)):
        clean = cleaner(cleanings, ".")
        days = [clean(text) for text in texts]
        found = [shape for shape in _DATES if days and all(_reads(shape, day) for day in days)]
        if found:
            return found, bool(cleanings)
    return [], False


def amount_ways(texts: Sequence[str]) -> list[tuple[str, str]]:
    """(decimal mark, thousands) that read every text, the most telling first; signs and currencies do not count."""
    bare = [_bare(text) for text in texts]
    return [way for way in _WAYS if bare and all(_is_amount(text, way) for text in bare)]


def amount_cleanings(texts: Sequence[str]) -> list[str]:
    """Cleanings that amounts need."""
    found = []
    if any(re.match("[\u2010-\u2013\u2212]", text) for text in texts):
        found.append("unicode_minus")
    if any(text.startswith("(") for text in texts):
        found.append("brackets_minus")
    if any(re.search(r"[0-9]\s*-", text) for text in texts):
        found.append("trailing_minus")
    if any(re.search(r"[^\W\d_]|[$€£]", text) for text in texts):
        found.append("currency_sign")
    return found


def key_cleanings(texts: Sequence[str]) -> list[str]:
    """Cleanings that make one key of what is one: `.0` on all numbers, zeros on some of them."""
    numbers = [text for text in texts if re.fullmatch(r"[0-9]+(?:\.0+)?", text)]
    found = ["whole_number"] if any("." in text for text in numbers) else []
    padded = sum(text.startswith("0") for text in numbers)
    widths = Counter(len(text.partition(".")[0]) for text in numbers)
    return [*found, "no_leading_zeros"] if padded and (padded < len(numbers) and len(widths) > 1) else found


def _reads(shape: str, text: str) -> bool:
    try:
        date_parser([shape])(text)
    except ValueError:
        return False
    return True


def _bare(text: str) -> str:
    try:
        return cleaner(_SIGNS, ".")(text).strip(f" {BLANKS[1]}")
    except ValueError:
        return text


def _is_amount(text: str, way: tuple[str, str]) -> bool:
    try:
        value = amount_parser(*way)(text)
    except ValueError:
        return False
    # three digits behind a single mark are thousands sooner than decimals
    return way[1] != "" or value.as_tuple().exponent != -3
