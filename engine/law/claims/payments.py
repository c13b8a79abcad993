"""A debt that is paid in parts (k.c. art. 451 par. 1; policy P8)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from engine.errors import InvalidInput
from engine.law.claims.interest import Interest, interest, last_day
from engine.law.claims.rates import Rates
from engine.law.dated import DAY
from engine.law.days_off import DaysOff
from engine.law.due_date import effective_due
from engine.law.policy import DEFAULTS, Policy
from engine.money import Money, money_json

_POLICIES: Final = ("payment_order", "rounding", "last_day", "day_off", "year")


@dataclass(frozen=True, slots=True)
class Payment:
    """Money received on a day, in the debt's currency; `amount` None: everything owed on that day."""

    day: date
    amount: Money | None


@dataclass(frozen=True, slots=True)
class Step:
    """What one payment did. Minor units; `interest`: accrued since the step before; `excess`: not owed."""

    day: date
    interest: Interest
    paid: int
    to_interest: int
    to_principal: int
    excess: int
    principal_left: int
    interest_left: int


@dataclass(frozen=True, slots=True)
class Settlement:
    """A debt with its payments, in order."""

    principal: Money
    due: date
    steps: tuple[Step, ...]
    policy: Policy

    @property
    def interest(self) -> Money:
        """Interest of all periods."""
        return Money(self.principal.currency, sum(step.interest.amount.minor for step in self.steps))

    @property
    def paid(self) -> Money:
        """Everything received."""
        return Money(self.principal.currency, sum(step.paid for step in self.steps))

    def as_json(self) -> dict[str, object]:
        """The result and its working as plain data."""
        currency = self.principal.currency
        return {
            "principal": money_json(self.principal.minor, currency),
            "effective_due": self.due.isoformat(),
            "steps": [_step_json(step, currency) for step in self.steps],
            "interest": money_json(self.interest.minor, currency),
            "paid": money_json(self.paid.minor, currency),
            "policy": self.policy.used(*_POLICIES),
        }


def _step_json(step: Step, currency: str) -> dict[str, object]:
    amounts = ("paid", "to_interest", "to_principal", "excess", "principal_left", "interest_left")
    return {
        "day": step.day.isoformat(),
        "interest": step.interest.as_json(),
        **{name: money_json(getattr(step, name), currency) for name in amounts},
    }


def settle(
    principal: Money,
    due: date,
    payments: Sequence[Payment],
    rates: Rates,
    days_off: DaysOff | None,
    policy: Policy = DEFAULTS,
) -> Settlement:
    """Interest between payments and what each payment covers, by days. Interest bears no interest (k.c. art. 482).

    A payment of zero asks what is owed on its day. Raises InvalidInput for a payment that is negative or in another
    currency, and what `interest` raises.
    """
    effective = effective_due(due, days_off, policy)
    begun = start = effective + DAY
    owed, accrued, steps = principal.minor, 0, []
    for payment in sorted(payments, key=lambda payment: payment.day):
        end = last_day(payment.day, policy)
        period = interest(Money(principal.currency, owed), start, end, rates, policy, begun=begun)
        accrued += period.amount.minor
        paid = owed + accrued if payment.amount is None else _amount(payment.amount, principal.currency)
        to_interest, to_principal = _covered(paid, accrued, owed, policy)
        owed, accrued = owed - to_principal, accrued - to_interest
        excess = paid - to_interest - to_principal
        steps.append(Step(payment.day, period, paid, to_interest, to_principal, excess, owed, accrued))
        start = max(start, end + DAY)
    return Settlement(principal, effective, tuple(steps), policy)


def _amount(amount: Money, currency: str) -> int:
    if amount.currency != currency or amount.minor < 0:
        raise InvalidInput(f"A payment of {amount} does not pay a debt in {currency}.", field="payment")
    return amount.minor


def _covered(paid: int, accrued: int, owed: int, policy: Policy) -> tuple[int, int]:
    """What goes to interest and to principal."""
    if policy.payment_order == "interest_first":
        to_interest = min(paid, accrued)
        return to_interest, min(paid - to_interest, owed)
    to_principal = min(paid, owed)
    return min(paid - to_principal, accrued), to_principal
