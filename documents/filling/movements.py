"""What moved a customer's balance: documents, money, and what was settled or closed without either.

Every item and payment is worth what the finances say it is on every day, so movements add up to their balance. A
settlement that takes as much from a claim as from a payment on the same day moves nothing and is not shown.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from engine.facts.catalogue import DOCUMENT_KINDS

#: What moves a balance: documents of every kind of the books, money, and what the books settled or closed otherwise.
MOVEMENT_KINDS: Final = (*DOCUMENT_KINDS, "payment", "settlement", "closing")


@dataclass(frozen=True, slots=True)
class Holding:
    """An item or a payment: minor units of `currency`, negative where it is the customer's. `due`: of a claim;
    `closed_on`: since when the books have it no more."""

    key: str
    kind: str
    document: str
    currency: str
    minor: int
    day: date
    due: date | None
    closed_on: date | None


@dataclass(frozen=True, slots=True)
class Use:
    """A settlement as one of the two that it joins sees it; minor units of that one's currency, not negative."""

    holding: str
    allocation: str
    day: date
    minor: int


@dataclass(frozen=True, slots=True)
class Movement:
    """A change of the balance in minor units, positive when the customer owes more."""

    day: date
    kind: str
    document: str
    currency: str
    minor: int


def movements(
    holdings: Sequence[Holding], uses: Mapping[str, Sequence[Use]], last: date
) -> tuple[list[Movement], Mapping[str, int]]:
    """Every movement to the end of a day, by day; and what is overdue then, by currency.

    `uses`: what was settled of each holding, by its key.
    """
    holdings = [one for one in holdings if one.day <= last]
    found = [Movement(one.day, one.kind, one.document, one.currency, one.minor) for one in holdings]
    overdue: dict[str, int] = defaultdict(int)
    settled: dict[tuple[str, date, str], list[tuple[int, str]]] = defaultdict(list)
    for one in holdings:
        left = one.minor
        for day, allocation, change in _taken(one, uses.get(one.key, ()), last):
            left += change
            if allocation is None:
                found.append(Movement(day, "closing", one.document, one.currency, change))
            else:
                settled[allocation, day, one.currency].append((change, one.document))
        if one.due is not None and one.due < last and left > 0:
            overdue[one.currency] += left
    for (_, day, currency), halves in settled.items():
        change, document = sum(change for change, _ in halves), min(halves)[1]
        found.append(Movement(day, "settlement", document, currency, change))
    shown = sorted((one for one in found if one.minor), key=_order)
    return shown, dict(overdue)


def _taken(one: Holding, uses: Sequence[Use], last: date) -> Iterator[tuple[date, str | None, int]]:
    """Day, allocation and change of everything that brings an item or a payment closer to nothing; without allocation
    the books closed it. What is settled beyond the amount counts for nothing, as in the finances."""
    sign = 1 if one.minor > 0 else -1
    closed = max(one.closed_on, one.day) if one.closed_on else None
    settled, left = 0, abs(one.minor)
    for use in uses:
        day = max(use.day, one.day)
        if day > last or (closed and day >= closed):
            continue
        settled += use.minor
        now = max(0, abs(one.minor) - settled)
        yield day, use.allocation, sign * (now - left)
        left = now
    if closed and closed <= last:
        yield closed, None, -sign * left


def _order(movement: Movement) -> tuple[date, int, str, int]:
    return movement.day, MOVEMENT_KINDS.index(movement.kind), movement.document, movement.minor
