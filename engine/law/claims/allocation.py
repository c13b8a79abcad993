"""Which of several debts a payment pays (k.c. art. 451 par. 1 and 3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from engine.errors import InvalidInput
from engine.money import Money, money_json


@dataclass(frozen=True, slots=True)
class DueDebt:
    """One debt: when it is due, and what is open of it."""

    id: str
    due: date
    open: Money


@dataclass(frozen=True, slots=True)
class Credited:
    """What a payment was credited to, in that order; `by_debt` has every debt; `left`: more than was due."""

    order: tuple[str, ...]
    by_debt: Mapping[str, Money]
    left: Money

    def as_json(self) -> dict[str, object]:
        """As plain data."""
        by_debt = {debt: money_json(part.minor, part.currency) for debt, part in self.by_debt.items()}
        return {"order": list(self.order), "by_debt": by_debt, "left": money_json(self.left.minor, self.left.currency)}


def allocate(payment: Money, day: date, debts: Sequence[DueDebt], designated: str | None = None) -> Credited:
    """Credit a payment of a day: the debt that the debtor designated first, then due debts, the oldest first.

    Debts that are not due on the day are left alone, unless designated. Raises InvalidInput for a negative payment, for
    debts in another currency or of the same name, and when the designated debt is none of these.
    """
    if payment.minor < 0:
        raise InvalidInput("A payment cannot be negative.", field="payment")
    _require_debts(debts, payment.currency)
    chosen = [debt for debt in debts if debt.id == designated]
    if designated is not None and not chosen:
        raise InvalidInput(f"There is no debt '{designated}'.", field="designated")
    due = sorted((debt for debt in debts if debt.due <= day and debt.id != designated), key=lambda debt: debt.due)
    parts = {debt.id: 0 for debt in debts}
    left = payment.minor
    for debt in (*chosen, *due):
        parts[debt.id] = min(left, max(debt.open.minor, 0))
        left -= parts[debt.id]
    order = tuple(debt.id for debt in (*chosen, *due) if parts[debt.id])
    by_debt = {debt: Money(payment.currency, part) for debt, part in parts.items()}
    return Credited(order, by_debt, Money(payment.currency, left))


def _require_debts(debts: Sequence[DueDebt], currency: str) -> None:
    if len({debt.id for debt in debts}) < len(debts):
        raise InvalidInput("Two debts have the same name.", field="debts")
    for debt in debts:
        if debt.open.currency != currency:
            raise InvalidInput(f"A payment in {currency} does not pay the debt of {debt.open}.", field="debts")
