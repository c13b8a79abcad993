"""Currencies as they stand beside an amount: a sign, an abbreviation or a code."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from babel.numbers import list_currencies

#: Sign or abbreviation in small letters -> the currencies it may mean.
_SIGNS: Final = {
    "zł": "PLN",
    "zl": "PLN",
    "€": "EUR",
    "£": "GBP",
    "kč": "CZK",
    "ft": "HUF",
    "₴": "UAH",
    "грн": "UAH",
    "us$": "USD",
    "c$": "CAD",
    "a$": "AUD",
    "lei": "RON MDL",
    "лв": "BGN",
    "₺": "TRY",
    "fr": "CHF",
    "kn": "HRK",
    "$": "USD CAD AUD NZD HKD SGD MXN",
    "kr": "SEK NOK DKK ISK",
    "¥": "JPY CNY",
    "₽": "RUB",
    "₹": "INR",
}
_SIGN: Final = r"(?:[A-Za-z]{1,2}\$|[^\W\d_]{1,3}|[$€£¥₴₺₽₹])\.?"
_BEFORE: Final = re.compile(rf"({_SIGN})(.*)", re.DOTALL)
_BEHIND: Final = re.compile(rf"(.*?)({_SIGN})", re.DOTALL)


def currencies_of(text: str) -> frozenset[str]:
    """ISO 4217 codes that the sign before or behind a number may mean; empty when there is none."""
    return _meant(parted(text)[0])


def parted(text: str) -> tuple[str, str]:
    """What stands before or behind a number as its currency, and the rest; '' and the text when nothing does."""
    before, behind = _BEFORE.fullmatch(text), _BEHIND.fullmatch(text)
    if before is not None and _meant(before.group(1)):
        return before.group(1), before.group(2)
    if behind is not None and _meant(behind.group(2)):
        return behind.group(2), behind.group(1)
    return "", text


@cache
def _meant(sign: str) -> frozenset[str]:
    bare = sign.rstrip(".").casefold()
    if bare.upper() in list_currencies():
        return frozenset({bare.upper()})
    return frozenset(_SIGNS.get(bare, "").split())
