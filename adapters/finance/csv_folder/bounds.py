"""Where the table of a file begins and ends: titles above its header, totals and remarks below."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from typing import Final

from adapters.finance.csv_folder.notation.characters import trimmed
from adapters.finance.csv_folder.notation.currencies import currencies_of

#: Lines that are looked through for a header.
SEARCHED: Final = 200
_WORDS: Final = (
    *("total", "totals", "grand total", "subtotal", "sub total", "sum", "balance", "razem", "suma", "ogółem", "ogolem"),
    *("łącznie", "lacznie", "podsumowanie", "w sumie", "saldo", "gesamt", "gesamtsumme", "summe", "endsumme", "saldo"),
    *("zwischensumme", "insgesamt", "celkem", "součet", "итого", "всего", "разом", "total general", "totale", "totaal"),
)
_TOTALS: Final = re.compile(rf"[*=\s-]*(?:(?:{'|'.join(map(re.escape, _WORDS))})\b.*|\*+)", re.IGNORECASE | re.DOTALL)
_NUMBER: Final = re.compile(r"[(+\u2212-]?\s*[0-9][0-9.,'\s\u2019]*[)-]?%?")


class Edges:
    """The lines that the mapping says are not of the table: the one that ends it, and totals within it."""

    def __init__(self, until: Sequence[str], leave_out: Sequence[str]) -> None:
        self._until = _beginning(until)
        self._leave_out = _beginning(leave_out)
        #: Whether any line has to be asked.
        self.any = bool(until or leave_out)

    def ends(self, cells: Sequence[str]) -> bool:
        """Whether the table ends before this line."""
        return self._until is not None and self._until.match(label(cells)) is not None

    def leaves_out(self, cells: Sequence[str]) -> bool:
        """Whether the line is one of those left out."""
        return self._leave_out is not None and self._leave_out.match(label(cells)) is not None


def _beginning(words: Sequence[str]) -> re.Pattern[str] | None:
    if not words:
        return None
    either = "|".join(re.escape(trimmed(word)) for word in words)
    return re.compile(rf"[*=\s-]*(?:{either})(?![^\W_])", re.IGNORECASE)


def label(cells: Sequence[str]) -> str:
    """The first text of a line."""
    return next((text for cell in cells if (text := trimmed(cell))), "")


def looks_like_totals(cells: Sequence[str]) -> bool:
    """Whether a line has a word for totals and else nothing but numbers, currencies and empty cells."""
    texts = [text for cell in cells if (text := trimmed(cell))]
    if len(texts) == len(cells) or not texts or not _TOTALS.fullmatch(texts[0]):
        return False
    return all(_NUMBER.fullmatch(text) or currencies_of(text) for text in texts[1:])


def header_among(lines: Iterable[Sequence[str]], wanted: Collection[str]) -> int | None:
    """Which of the lines, from 0, has all the wanted names of columns; None when there is none."""
    for number, cells in enumerate(lines):
        names = {trimmed(cell) for cell in cells}
        if wanted and names.issuperset(wanted):
            return number
    return None
