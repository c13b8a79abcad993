"""Doubts about the books: why nothing adverse is done to a customer until somebody mends the source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

#: Kind of the reason -> what to do about it.
ADVICE: Final[Mapping[str, Mapping[str, str]]] = {
    "row_refused": {
        "pl": "Popraw wiersz w systemie źródłowym albo mapowanie i zsynchronizuj ponownie.",
        "en": "Mend the row in the source, or the mapping, and sync again.",
    },
    "clock_ahead": {
        "pl": "Ustaw zegary tej maszyny i tej, która zapisuje eksport, i zsynchronizuj ponownie.",
        "en": "Set the clocks of this machine and of the one that writes the export, and sync again.",
    },
    "over_settled": {
        "pl": "Sprawdź rozliczenia w systemie źródłowym: razem nie mogą przekraczać kwoty pozycji ani wpłaty.",
        "en": "Check the settlements in the source: together they cannot exceed the item, nor the money they take.",
    },
    "currency_differs": {
        "pl": "Kwota rozliczenia liczy się w walucie pozycji: podaj ją przeliczoną, z wpłatą w tej walucie.",
        "en": "A settlement counts in the currency of its item: give it converted, with the money in that currency.",
    },
    "money_in_doubt": {
        "pl": "Popraw odrzucony wiersz rozliczenia; do tego czasu pieniądze nie pokrywają niczego innego.",
        "en": "Mend the refused row of the settlement; until then the money covers nothing else.",
    },
}


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why a customer's books are in doubt. `customer` None: those of all customers of the source, since nobody can say
    whose the row is. `code`: the kind of reason (ADVICE). `table`, `key`: the fact it is about; `file`, `line`,
    `column`, `value`: where to look; '' and None where that is not known. `since`: the sync that found it first."""

    source: str
    customer: str | None
    code: str
    table: str
    key: str | None
    file: str
    line: int | None
    column: str
    value: str
    reason: str
    since: datetime

    def as_json(self) -> dict[str, Any]:
        """Plain data; `do` says in Polish and English what mends it."""
        return {
            "customer": self.customer,
            "code": self.code,
            "table": self.table,
            "key": self.key,
            "file": self.file,
            "line": self.line,
            "column": self.column,
            "value": self.value,
            "reason": self.reason,
            "since": self.since.isoformat(),
            "do": dict(ADVICE[self.code]),
        }
