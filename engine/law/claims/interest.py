"""Interest by segments: principal x rate x days / year, exact until the policy rounds.

Kodeks cywilny art. 481; act of 8 March 2013 on excessive delays in commercial transactions, art. 4, 7 and 8. No statute
fixes the divisor; 365 is practice (policy P5).
"""

from __future__ import annotations

from calendar import isleap
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Final

from engine.errors import ChoiceNeeded, InvalidInput
from engine.law.claims.rates import Rates, percent
from engine.law.dated import DAY, Confidence, Texts, Valid
from engine.law.days_off import DaysOff
from engine.law.due_date import effective_due
from engine.law.policy import DEFAULTS, Policy
from engine.law.rounding import rounded
from engine.money import Money, money_json

_POLICIES: Final = ("rounding", "equal_rates", "last_day", "day_off", "year", "before_transition", "unverified")


@dataclass(frozen=True, slots=True)
class Segment:
    """Days with one rate, first and last included. `raw`: exact minor units; `amount`: the same, rounded. `confidence`:
    of the rate; the lowest of merged rows."""

    first: date
    last: date
    rate: int
    raw: Fraction
    source: str
    confidence: Confidence

    @property
    def days(self) -> int:
        """Days counted."""
        return (self.last - self.first).days + 1

    @property
    def amount(self) -> int:
        """Minor units of the row as printed."""
        return rounded(self.raw)


@dataclass(frozen=True, slots=True)
class Interest:
    """Interest on a principal, with its working. `due`: the effective due date, where it was counted from one."""

    principal: Money
    rates: str
    basis: Texts
    segments: tuple[Segment, ...]
    policy: Policy
    due: date | None = None

    @property
    def days(self) -> int:
        """Days of delay."""
        return sum(segment.days for segment in self.segments)

    @property
    def raw(self) -> Fraction:
        """Exact minor units."""
        return sum((segment.raw for segment in self.segments), Fraction())

    @property
    def amount(self) -> Money:
        """The interest: rows rounded and summed, or summed and rounded (policy P1)."""
        if self.policy.rounding == "once":
            return Money(self.principal.currency, rounded(self.raw))
        return Money(self.principal.currency, sum(segment.amount for segment in self.segments))

    def as_json(self) -> dict[str, object]:
        """The result, its working and the policies it was made with, as plain data."""
        currency = self.principal.currency
        return {
            "principal": money_json(self.principal.minor, currency),
            "effective_due": self.due.isoformat() if self.due else None,
            "rates": self.rates,
            "basis": dict(self.basis),
            "days": self.days,
            "segments": [_segment_json(segment, currency) for segment in self.segments],
            "interest": money_json(self.amount.minor, currency),
            "policy": self.policy.used(*_POLICIES),
        }


def _segment_json(segment: Segment, currency: str) -> Mapping[str, object]:
    return {
        "first": segment.first.isoformat(),
        "last": segment.last.isoformat(),
        "days": segment.days,
        "rate_pct": percent(segment.rate),
        "amount": money_json(segment.amount, currency),
        "source": segment.source,
        "confidence": segment.confidence,
    }


def interest(
    principal: Money, first: date, last: date, rates: Rates, policy: Policy = DEFAULTS, *, begun: date | None = None
) -> Interest:
    """Interest of a period, both days included; none when `last` is before `first`.

    `begun`: first day of the delay, or the day the transaction was concluded, when that is before `first`: it decides a
    fixed rate and which regime applies (policy P11). Raises InvalidInput for a negative principal, ChoiceNeeded,
    ParameterMissing, ParameterNotVerified.
    """
    if principal.minor < 0:
        raise InvalidInput(f"Interest accrues on what is owed; {principal} is negative.", field="principal")
    rates = _regime(rates, first, last, begun, policy)
    rows = list(_rows(principal, first, last, rates, begun, policy))
    if policy.equal_rates == "merged":
        rows = list(_merged(rows))
    return Interest(principal, rates.name, rates.basis, tuple(rows), policy)


def delay_interest(
    principal: Money, due: date, until: date, rates: Rates, days_off: DaysOff | None, policy: Policy = DEFAULTS
) -> Interest:
    """Interest of a delay: from the day after the effective due date to `until`, which is counted or not (P3)."""
    effective = effective_due(due, days_off, policy)
    found = interest(principal, effective + DAY, last_day(until, policy), rates, policy)
    return replace(found, due=effective)


def last_day(until: date, policy: Policy) -> date:
    """The last day that bears interest when the payment, or the calculation, is of a day (policy P3)."""
    return until if policy.last_day == "counted" else until - DAY


def _regime(rates: Rates, first: date, last: date, begun: date | None, policy: Policy) -> Rates:
    """The rates by policy P11, for a delay on both sides of a change of regime."""
    change = rates.transition
    if change is None or not (begun or first) < change.day <= last:
        return rates
    if policy.before_transition == "refuse":
        raise ChoiceNeeded(
            "before_transition",
            f"The law does not say whether a transaction from before {change.day} changes to '{rates.name}' then.",
        )
    return rates if policy.before_transition == "split" else change.old


def _rows(
    principal: Money, first: date, last: date, rates: Rates, begun: date | None, policy: Policy
) -> Iterator[Segment]:
    if rates.fixed and first <= last:
        stretches: Iterable[tuple[date, date, Valid[int]]] = [(first, last, rates.on(begun or first))]
    else:
        stretches = rates.over(first, last)
    for start, end, rate in stretches:
        raw = principal.minor * Fraction(rate.value, 10_000) * _years(start, end, policy)
        yield Segment(start, end, rate.value, raw, rate.source, rate.confidence)


def _years(first: date, last: date, policy: Policy) -> Fraction:
    """The period in years (policy P5)."""
    if policy.year == "365":
        return Fraction((last - first).days + 1, 365)
    share = Fraction()
    for year in range(first.year, last.year + 1):
        start, end = max(first, date(year, 1, 1)), min(last, date(year, 12, 31))
        share += Fraction((end - start).days + 1, 366 if isleap(year) else 365)
    return share


def _merged(rows: list[Segment]) -> Iterator[Segment]:
    """Neighbours with one rate as one row (policy P2)."""
    while rows:
        same = [rows.pop(0)]
        while rows and rows[0].rate == same[0].rate:
            same.append(rows.pop(0))
        sources = "; ".join(dict.fromkeys(row.source for row in same if row.source))
        raw = sum((row.raw for row in same), Fraction())
        confidence = max(row.confidence for row in same)
        yield Segment(same[0].first, same[-1].last, same[0].rate, raw, sources, confidence)
