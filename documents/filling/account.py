"""A customer's account as documents need it: what was owed, what was paid when, what rests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Settled:
    """Part of an item that was settled, in minor units of the item's currency.

    `known`: the books say on which day; else they only say what remains, and `day` is that on which this was read.
    """

    day: date
    minor: int
    known: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """What is owed on one due date, amounts in minor units of `currency`.

    `document`: the number, `kind`: of the document; `claim`: what the books say is claimed (CLAIM_KINDS).
    `settled`: by day. `open_minor`: as booked on the day asked for. `closed_on`: since when the books have it no
    more, paid or not. `holds`: reasons for which it rests, its customer's among them.
    """

    key: str
    document: str
    kind: str
    claim: str | None
    issue_date: date
    due_date: date
    currency: str
    original_minor: int
    settled: tuple[Settled, ...]
    closed_on: date | None
    holds: frozenset[str]

    @property
    def open_minor(self) -> int:
        """What is not settled; nothing of an item that the books closed."""
        return 0 if self.closed_on else self.original_minor - sum(part.minor for part in self.settled)

    def owed(self, before: date) -> int:
        """Minor units not settled when a day begins."""
        return self.original_minor - sum(part.minor for part in self.settled if part.day < before)


@dataclass(frozen=True, slots=True)
class Credit:
    """Money of the customer that settles nothing yet: a credit note or a payment, minor units of `currency`.

    `document`: number of the credit note, key of the payment.
    """

    document: str
    issue_date: date
    currency: str
    open_minor: int


@dataclass(frozen=True, slots=True)
class Account:
    """A customer's account as of a day. `debtor`: the customer's kind (CUSTOMER_KINDS). `items`: every
    debit item, settled ones too, by due date."""

    debtor: str
    items: tuple[Item, ...]
    credits: tuple[Credit, ...]

    @property
    def open_items(self) -> tuple[Item, ...]:
        """The items of which something is open."""
        return tuple(item for item in self.items if item.open_minor > 0)
