"""What we sent and issued to a customer before, as claims refer to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from engine.money import Money

#: The kind of message that is the last before court.
FINAL_DEMAND: Final = "final_demand"
#: Kinds that ask for what is overdue; a notice before the due date asks for nothing yet.
DEMAND_KINDS: Final = ("reminder", "demand", FINAL_DEMAND)
#: Notes that claim what delay costs.
NOTE_KINDS: Final = ("interest_note", "compensation_note")


@dataclass(frozen=True, slots=True)
class Demand:
    """A message that reached the customer, about items by key. `message`: what left, by SHA-256; `outcome`: what became
    of it; `intent`, `proof`: archive entries."""

    day: date
    wording: str
    amicable: bool
    items: tuple[str, ...]
    message: str | None
    outcome: str | None
    intent: int | None
    proof: int | None

    @property
    def final(self) -> bool:
        """The last before court."""
        return self.wording == FINAL_DEMAND


@dataclass(frozen=True, slots=True)
class IssuedClaim:
    """An invoice, correction or note that we issued: its PDF by SHA-256 (hex), and its archive entry."""

    number: str
    kind: str
    pdf_sha256: str
    entry: int


@dataclass(frozen=True, slots=True)
class IssuedNote:
    """A note that we issued. `rows`: those of its model, as they are stored."""

    number: str
    kind: str
    currency: str
    rows: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class UnbookedNote:
    """A note past its due date that the books do not know yet."""

    number: str
    kind: str
    issue_date: date
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedAdvance:
    """What we issued under a number. `rates`: net and tax per rate, of an advance invoice; none for another kind.
    `electronic`: it goes to KSeF, which gave it `ksef_number` or `rejected` it. `settled_by`: number of the final
    invoice that takes it off."""

    kind: str
    customer: str
    currency: str | None
    issue_date: date
    rates: Sequence[Mapping[str, str]]
    electronic: bool
    ksef_number: str | None
    rejected: bool
    settled_by: str | None
