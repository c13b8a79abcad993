"""The languages documents are written in."""

from __future__ import annotations

from typing import Final, Literal

Language = Literal["pl", "en", "de"]
LANGUAGES: Final[tuple[Language, ...]] = ("pl", "en", "de")


def language_for(code: str | None) -> Language:
    """The language a message is written in for a customer's language code ('de', 'de-AT'): English where there is no
    wording in the customer's own."""
    spoken = (code or "").lower().replace("_", "-").partition("-")[0]
    return next((language for language in LANGUAGES if language == spoken), "en")
