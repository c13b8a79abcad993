"""Amounts as people write them: one reading or none, never another number."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Final

#: Every blank that separates digits somewhere: ordinary, no-break, narrow no-break, thin, figure, ideographic.
BLANKS: Final = " \u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
_APOSTROPHES: Final = "'\u2019"
_PLAIN: Final = re.compile(r"[+-]?[0-9]{1,28}(?:\.[0-9]{1,12})?", re.ASCII)
_SIGNS: Final = r"+\-\u2010\u2011\u2012\u2013\u2212\ufe63\uff0b\uff0d"
#: What else a cell may be that is no number, and what to do about it. The first that fits is told.
_WHY: Final = (
    (re.compile(rf"[{_SIGNS}(]\s*[{_SIGNS}].*|.*[{_SIGNS}]\s*[{_SIGNS}]|[{_SIGNS}].*[{_SIGNS})]"), "two signs"),
    (re.compile(r"[0-9.,+-]+[eE][+-]?[0-9]+"), "exponent notation; the export must write all digits"),
    (re.compile(r"[0-9].*-"), "the minus stands behind; clean: [trailing_minus] reads it"),
    (re.compile(r"\(.*\)"), "brackets; where they mean minus, clean: [brackets_minus] reads it"),
    (
        re.compile(r"[\u2010-\u2013\u2212\ufe63\uff0d].*"),
        "the minus is another character; clean: [unicode_minus] reads it",
    ),
    (
        re.compile(r"[^0-9]*[0-9][^A-Za-z]*(?:[A-Z]{3}|\D?[^\W\d]{1,3}\.?|[$€£¥])|(?:[A-Z]{3}|[$€£¥]|zł).*[0-9].*"),
        "a currency stands with it; clean: [currency_sign] reads it",
    ),
)


def amount_parser(mark: str, thousands: str) -> Callable[[str], Decimal]:
    """Decimal out of a file's way of writing amounts; the text is stripped and not empty.

    `mark` is the decimal mark, `thousands` what stands between groups of digits: '', '.', ',', "'" (also as a
    typographic apostrophe) or ' ' (any blank, the same in one number). Groups have exactly three digits, the first one
    to three, and none of it stands behind the decimal mark. Raises ValueError with the reason.
    """
    shape = _shape(mark, thousands)
    plain = _PLAIN.fullmatch
    separators = {" ": BLANKS, "'": _APOSTROPHES}.get(thousands, re.escape(thousands))
    drop = re.compile(rf"[{separators}]") if thousands else None

    def parse(text: str) -> Decimal:
        if mark == "." and plain(text):
            return Decimal(text)
        if not shape.fullmatch(text):
            raise ValueError(_reason(text, mark, thousands))
        sign, digits = (text[0], text[1:].lstrip()) if text[0] in "+-" else ("", text)
        if drop is not None:
            digits = drop.sub("", digits)
        return Decimal(sign + digits.replace(mark, "."))

    return parse


def _shape(mark: str, thousands: str) -> re.Pattern[str]:
    point = re.escape(mark)
    whole = "[0-9]{1,28}"
    if thousands:
        between = {" ": f"[{BLANKS}]", "'": f"[{_APOSTROPHES}]"}.get(thousands, re.escape(thousands))
        whole = rf"(?:[1-9][0-9]{{0,2}}(?P<between>{between})[0-9]{{3}}(?:(?P=between)[0-9]{{3}}){{0,8}}|{whole})"
    return re.compile(rf"(?:[+-][{BLANKS}]?)?{whole}(?:{point}[0-9]{{1,12}})?")


def _reason(text: str, mark: str, thousands: str) -> str:
    between = f", thousands '{thousands}'" if thousands else ""
    start = f"not a number (decimal mark '{mark}'{between})"
    if len(text) > 60:
        return start
    if any(char.isdigit() and not char.isascii() for char in text):
        return f"{start}: digits other than 0-9"
    for pattern, why in _WHY:
        if pattern.fullmatch(text):
            return f"{start}: {why}"
    if re.fullmatch(rf"[+-]?[0-9.,{BLANKS}{_APOSTROPHES}]*[0-9][0-9.,{BLANKS}{_APOSTROPHES}]*", text):
        if thousands:
            return f"{start}: thousands stand before groups of exactly three digits, the decimal mark behind them"
        return f"{start}: if it has thousands, the mapping must say what separates them"
    return start
