"""Which of several debts a payment pays (k.c. art. 451 par. 1 and 3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from engine.errors import InvalidInput, NotFound


@dataclass(frozen=True, slots=True)
class Debt:
    """One debt: what is open of it, in minor units of the payment's currency."""

    id: str
    due: date
    open: int


@dataclass(frozen=True, slots=True)
class Credited:
    """What a payment was credited to, in that order; `by_debt` has every debt; `left`: more than was due."""

    order: tuple[str, ...]
    by_debt: Mapping[str, int]
    left: int

    def as_json(self) -> dict[str, object]:
        """As plain data, minor units."""
        return {"order": list(self.order), "by_debt": dict(self.by_debt), "left": self.left}


def allocate(amount: int, day: date, debts: Sequence[Debt], designated: str | None = None) -> Credited:
    """Credit a payment of a day: the debt that the debtor designated first, then due debts, the oldest first.

    Debts that are not due on the day are left alone, unless designated. Raises InvalidInput for a negative amount and
    NotFound when the designated debt is none of these.
    """
    if amount < 0:
        raise InvalidInput("A payment cannot be negative.", field="payment")
    chosen = [debt for debt in debts if debt.id == designated]
    if designated is not None and not chosen:
        raise NotFound("debt", designated)
    due = sorted((debt for debt in debts if debt.due <= day and debt.id != designated), key=lambda debt: debt.due)
    by_debt = {debt.id: 0 for debt in debts}
    left = amount
    for debt in (*chosen, *due):
        by_debt[debt.id] = min(left, max(debt.open, 0))
        left -= by_debt[debt.id]
    order = tuple(debt.id for debt in (*chosen, *due) if by_debt[debt.id])
    return Credited(order, by_debt, left)
