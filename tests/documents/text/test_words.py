from __future__ import annotations

import pytest

from documents.text.words import in_words
from engine.errors import InvalidInput
from engine.money import Money


@pytest.mark.parametrize(
    ("currency", "minor", "language", "words"),
    [
        ("PLN", 123456, "pl", "tysiąc dwieście trzydzieści cztery PLN 56/100"),
        ("PLN", 0, "pl", "zero PLN 00/100"),
        ("PLN", 1230005, "pl", "dwanaście tysięcy trzysta PLN 05/100"),
        ("PLN", 200_000_000_00, "pl", "dwieście milionów PLN 00/100"),
        ("EUR", -4550, "en", "minus forty-five EUR 50/100"),
        ("EUR", 123456, "de", "eintausendzweihundertvierunddreißig EUR 56/100"),
        ("EUR", 100, "de", "ein EUR 00/100"),
        ("EUR", -10101, "de", "minus einhundertein EUR 01/100"),
        ("PLN", 120_000_000, "de", "eine Million zweihunderttausend PLN 00/100"),
        ("JPY", 21, "de", "einundzwanzig JPY"),
        ("JPY", 21, "en", "twenty-one JPY"),
        ("KWD", 1005, "en", "one KWD 005/1000"),
    ],
)
def test_amounts_in_words(currency: str, minor: int, language: str, words: str) -> None:
    assert in_words(Money(currency, minor), language) == words


def test_another_language_is_refused() -> None:
    with pytest.raises(InvalidInput):
        in_words(Money("PLN", 1), "fr")
