"""Findings about the books: what somebody should mend, though nothing has to wait for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

#: Kind of a finding -> what to do about it.
ADVICE: Final[Mapping[str, Mapping[str, str]]] = {
    "no_address": {
        "pl": "Wpisz w systemie źródłowym adres e-mail albo zostaw pole puste; wiadomości idą na inne adresy klienta.",
        "en": "Write an e-mail address in the source, or leave the field empty; the customer's others are used.",
    }
}


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong of a customer. `code`: the kind (ADVICE). `file`, `line`, `column`, `value`: where to look.
    `since`: the sync that found it first."""

    source: str
    customer: str
    code: str
    file: str
    line: int
    column: str
    value: str
    reason: str
    since: datetime

    def as_json(self) -> dict[str, Any]:
        """Plain data; `do` says in Polish and English what mends it."""
        return {**asdict(self), "since": self.since.isoformat(), "do": dict(ADVICE[self.code])}
