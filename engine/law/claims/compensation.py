"""Lump sums for the costs of recovery.

Act of 8 March 2013 on excessive delays in commercial transactions, art. 10; Directive 2011/7/EU art. 6. Poland converts
euro at the NBP table A mid rate of the last working day of the month before the month of maturity.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import islice
from typing import Final, TypeVar

from engine.errors import InvalidInput
from engine.law.claims.interest import Interest, interest, last_day
from engine.law.claims.rates import Rates
from engine.law.dated import DAY, Parameter, Texts
from engine.law.policy import DEFAULTS, Policy
from engine.law.rounding import rounded
from engine.money import Money, money_json

T = TypeVar("T")

_POLICIES: Final = ("maturity", "day_off", "compensation_per")


@dataclass(frozen=True, slots=True)
class Tier:
    """A lump sum for claims from a bound on; `included`: the bound itself belongs to it. `bound` None: any claim."""

    amount: Money
    bound: Money | None = None
    included: bool = True

    def takes(self, claim: Money) -> bool:
        """Whether a claim is large enough. Raises InvalidInput for a claim in another currency than the bound."""
        if self.bound is None:
            return True
        if claim.currency != self.bound.currency:
            raise InvalidInput(
                f"The bounds are in {self.bound.currency}; convert the claim of {claim} first.", field="amount"
            )
        return claim.minor >= self.bound.minor if self.included else claim.minor > self.bound.minor


@dataclass(frozen=True, slots=True)
class Mid:
    """A mid rate: PLN for one unit in ten-thousandths, and the day of its table."""

    ten_thousandths: int
    published: date

    def __str__(self) -> str:
        return f"{self.ten_thousandths // 10_000}.{self.ten_thousandths % 10_000:04d}"

    def convert(self, money: Money, currency: str) -> Money:
        """An amount at this rate, rounded to the minor unit; both currencies have two decimals."""
        return Money(currency, rounded(money.minor * Fraction(self.ten_thousandths, 10_000)))


@dataclass(frozen=True, slots=True)
class Compensation:
    """A lump sum with its working; `mid` None: nothing was converted."""

    claim: Money
    maturity: date
    lump: Money
    mid: Mid | None
    amount: Money
    basis: Texts
    source: str
    policy: Policy

    def as_json(self) -> dict[str, object]:
        """The result, its working and the policies it was made with, as plain data."""
        return {
            "claim": money_json(self.claim.minor, self.claim.currency),
            "maturity": self.maturity.isoformat(),
            "lump_sum": money_json(self.lump.minor, self.lump.currency),
            "rate": str(self.mid) if self.mid else None,
            "rate_date": self.mid.published.isoformat() if self.mid else None,
            "compensation": money_json(self.amount.minor, self.amount.currency),
            "basis": dict(self.basis),
            "source": self.source,
            "policy": self.policy.used(*_POLICIES),
        }


def compensation(
    claim: Money,
    maturity: date,
    tiers: Parameter[tuple[Tier, ...]],
    mids: Parameter[Mid] | None,
    policy: Policy = DEFAULTS,
) -> Compensation:
    """The lump sum for a claim (gross) that matured on a day; `mids`: PLN per euro by month of maturity, where the law
    converts. Raises InvalidInput for a claim of nothing, ParameterMissing, ParameterNotVerified."""
    if claim.minor <= 0:
        raise InvalidInput(f"Compensation is due for a claim, and {claim} is none.", field="amount")
    valid = tiers.on(maturity)
    lump = [tier for tier in valid.value if tier.takes(claim)][-1].amount
    if mids is None:
        return Compensation(claim, maturity, lump, None, lump, tiers.basis, valid.source, policy)
    mid = mids.on(maturity)
    amount = mid.value.convert(lump, "PLN")
    return Compensation(claim, maturity, lump, mid.value, amount, tiers.basis, mid.source, policy)


def in_one_letter(found: Iterable[T], policy: Policy, amount: Callable[[T], Decimal]) -> list[T]:
    """What one letter claims of the compensations of its invoices, which come by due date (policy P7).

    One for each late payment (CJEU C-370/21, C-585/20), the oldest first, but not without end: courts cut stacks of
    them for small invoices; later ones are not looked at. Or one for the letter, the largest.
    """
    if policy.compensation_per == "invoice":
        return list(islice(found, policy.compensations_most))
    rows = list(found)
    return [max(rows, key=amount)] if rows else []


def compensation_interest(
    found: Compensation, effective_due: date, until: date, rates: Rates, policy: Policy = DEFAULTS
) -> Interest:
    """Interest on a compensation, at the statutory rate and never the commercial one, from the second day after the
    effective due date (k.c. art. 481); none unless the policy P9 says so."""
    # the compensation is due on the first day of interest; its own delay begins on the next
    first = effective_due + DAY + DAY
    principal = found.amount if policy.compensation_interest == "statutory" else Money(found.amount.currency, 0)
    if not principal.minor:
        return Interest(principal, rates.name, rates.basis, (), policy)
    return interest(principal, first, last_day(until, policy), rates, policy)
