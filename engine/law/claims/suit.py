"""What changes when a suit is filed: interest on interest, and the fee of the electronic court."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from engine.errors import InvalidInput
from engine.law.claims.interest import Interest, delay_interest, interest, last_day
from engine.law.claims.rates import Rates
from engine.law.dated import DAY, Parameter, Texts
from engine.law.days_off import DaysOff
from engine.law.due_date import effective_due
from engine.law.periods import years_after
from engine.law.policy import DEFAULTS, Policy
from engine.money import Money, money_json


def interest_on_interest(accrued: Money, filed: date, until: date, rates: Rates, policy: Policy = DEFAULTS) -> Interest:
    """Interest on interest that had accrued when the suit was filed, from that day on (k.c. art. 482 par. 1)."""
    return interest(accrued, filed, last_day(until, policy), rates, policy)


@dataclass(frozen=True, slots=True)
class SuedInterest:
    """Interest of a delay that went to court: on the principal to the end, and on what had accrued before the suit."""

    interest: Interest
    filed: date
    on_interest: Interest

    @property
    def total(self) -> Money:
        """Both."""
        return self.interest.amount + self.on_interest.amount

    def as_json(self) -> dict[str, object]:
        """As plain data: that of the interest on the principal, and what the suit adds."""
        return {
            **self.interest.as_json(),
            "since_suit": self.filed.isoformat(),
            "interest_on_interest": self.on_interest.as_json(),
            "total": money_json(self.total.minor, self.total.currency),
        }


def sued_interest(
    principal: Money,
    due: date,
    until: date,
    rates: Rates,
    days_off: DaysOff | None,
    policy: Policy,
    *,
    filed: date,
    rates_since_suit: Rates,
) -> SuedInterest:
    """Interest of a delay to a day, and from the suit on interest on what had accrued by the day before it.

    Raises InvalidInput for a suit after the day, and what `interest` raises.
    """
    if filed > until:
        raise InvalidInput(f"The suit of {filed} is after {until}.", field="filed")
    found = delay_interest(principal, due, until, rates, days_off, policy)
    accrued = interest(principal, effective_due(due, days_off, policy) + DAY, filed - DAY, rates, policy).amount
    return SuedInterest(found, filed, interest_on_interest(accrued, filed, until, rates_since_suit, policy))


@dataclass(frozen=True, slots=True)
class FeeStep:
    """The full court fee of claims up to an amount in dispute, both in minor units of PLN."""

    up_to: int
    fee: int


@dataclass(frozen=True, slots=True)
class CourtFee:
    """Fees of a civil suit (act of 28 July 2005 on court costs, art. 13 and 19). `steps`: fixed fees by amount in
    dispute; above them `share` of the amount, known to an amount of `known_to`. `part`: what the electronic court takes
    of it, at least `least`, rounded up to a multiple of `unit`. Minor units of PLN."""

    steps: tuple[FeeStep, ...]
    share: Fraction
    known_to: int
    part: Fraction
    least: int
    unit: int

    def full(self, dispute: int) -> Fraction:
        """The whole fee. Raises InvalidInput outside the amounts for which it is known."""
        if not 0 < dispute <= self.known_to:
            raise InvalidInput(
                f"{Money('PLN', dispute)} is not an amount for which court fees are known, above 0 to "
                f"{Money('PLN', self.known_to)}.",
                field="amount",
            )
        return next((Fraction(step.fee) for step in self.steps if dispute <= step.up_to), dispute * self.share)

    def ordinary(self, dispute: int) -> int:
        """The fee of a suit in an ordinary court, rounded up (act on court costs, art. 21). Raises InvalidInput."""
        return -(-self.full(dispute) // self.unit) * self.unit

    def electronic(self, dispute: int) -> int:
        """The fee of a claim in electronic writ-of-payment proceedings (EPU)."""
        fee = max(self.full(dispute) * self.part, Fraction(self.least))
        return -(-fee // self.unit) * self.unit


@dataclass(frozen=True, slots=True)
class ElectronicClaim:
    """Whether a claim may go to the electronic court, and at what fee."""

    dispute: Money
    fee: Money
    oldest_due: date
    admissible: bool
    basis: Texts
    source: str

    def as_json(self) -> dict[str, object]:
        """As plain data."""
        return {
            "dispute": money_json(self.dispute.minor, self.dispute.currency),
            "fee": money_json(self.fee.minor, self.fee.currency),
            "oldest_due": self.oldest_due.isoformat(),
            "admissible": self.admissible,
            "basis": dict(self.basis),
            "source": self.source,
        }


def electronic_claim(
    dispute: Money, oldest_due: date, filing: date, fees: Parameter[CourtFee], years: Parameter[int]
) -> ElectronicClaim:
    """The claim on its filing day; it must have become due within so many years before (k.p.c. art. 505(29a)).

    Raises InvalidInput for a claim not in PLN.
    """
    if dispute.currency != "PLN":
        raise InvalidInput(f"The electronic court takes claims in PLN, and {dispute} is not.", field="amount")
    valid = fees.on(filing)
    admissible = years_after(oldest_due, years.on(filing).value) >= filing
    fee = Money("PLN", valid.value.electronic(dispute.minor))
    return ElectronicClaim(dispute, fee, oldest_due, admissible, fees.basis, valid.source)
