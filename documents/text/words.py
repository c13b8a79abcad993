"""Amounts in words, as invoices and notes state them."""

from __future__ import annotations

from documents.text.languages import LANGUAGES
from engine.errors import InvalidInput
from engine.money import Money, exponent


def in_words(money: Money, language: str) -> str:
    """'tysiąc dwieście trzydzieści cztery PLN 56/100', in 'pl', 'en' or 'de'; the currency stays a code, so that every
    currency can be said. Raises InvalidInput for another language."""
    if language not in LANGUAGES:
        raise InvalidInput(f"There are no words for amounts in '{language}'.", field="language")
    from num2words import num2words  # knows sixty languages and reads them all

    digits = exponent(money.currency)
    whole, rest = divmod(abs(money.minor), 10**digits)
    said = str(num2words(whole, lang=language))
    # Before a noun German says 'ein', not 'eins'.
    said = said.removesuffix("s") if language == "de" and said.endswith("eins") else said
    parts = ["minus", said, money.currency] if money.minor < 0 else [said, money.currency]
    if digits:
        parts.append(f"{rest:0{digits}d}/{10**digits}")
    return " ".join(parts)
