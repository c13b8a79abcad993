"""What the law says of a case that is put in figures: which parameters count, and what follows from them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from engine.errors import InvalidInput
from engine.law.claims.rates import Rates, agreed, capped
from engine.law.claims.suit import SuedInterest, sued_interest
from engine.law.conduct.debtor_register import (
    Preconditions,
    earliest_entry,
    earliest_entry_by_title,
    entry,
    latest_update,
)
from engine.law.due_date import effective_due
from engine.law.law import Law
from engine.law.policy import Policy
from engine.law.tax.bad_debt import BadDebt, bad_debt, relief_last_day
from engine.money import Money

#: The rate of interest on interest from a suit on (k.c. art. 482 in connection with art. 481).
_SINCE_SUIT = "statutory_delay"


def rates_of(law: Law, name: str | None, contract: int | None, debtor: str) -> Rates:
    """The rate to count with: a contract's (hundredths of a percent), cut to the maximum where the law has one; a named
    one; the debtor's own. Raises InvalidInput."""
    if contract is not None:
        cap = law.all_rates().get("max_delay")
        return capped(contract, cap, "contract") if cap else agreed(contract, "contract")
    rates = law.rates(name) if name else law.delay_rates(debtor)
    rates.require_debtor(debtor)
    return rates


def interest_since_suit(
    law: Law, principal: Money, due: date, until: date, rates: Rates, policy: Policy, *, filed: date
) -> SuedInterest:
    """Interest of a delay with interest on interest from a suit on. Raises InvalidInput where the law does not have it
    (field `filed`), and for what does not fit together."""
    since = law.all_rates().get(_SINCE_SUIT)
    if since is None:
        raise InvalidInput(f"Interest on interest from a suit on is not known in '{law.jurisdiction}'.", field="filed")
    return sued_interest(principal, due, until, rates, law.calendar, policy, filed=filed, rates_since_suit=since)


@dataclass(frozen=True, slots=True)
class BadDebtRelief:
    """What may be corrected of an unpaid invoice, and the last days of doing so in VAT and in income tax."""

    found: BadDebt
    vat_last_day: date
    income_last_day: date

    def as_json(self) -> dict[str, object]:
        """As plain data."""
        last_days = {"vat_last_day": self.vat_last_day, "income_last_day": self.income_last_day}
        return {**self.found.as_json(), **{name: day.isoformat() for name, day in last_days.items()}}


def bad_debt_relief(law: Law, net: Money, vat: Money, paid: Money, due: date, issued: date) -> BadDebtRelief:
    """The relief for an invoice of which so much was paid. Raises InvalidInput when more than all was paid; NotFound
    where the law has no relief."""
    return BadDebtRelief(
        bad_debt(net, vat, paid, due, law.parameter("bad_debt_day", int)),
        relief_last_day(issued, law.parameter("bad_debt_window_vat", int)),
        relief_last_day(issued, law.parameter("bad_debt_window_income", int)),
    )


def register_preconditions(
    law: Law,
    debtor: str,
    overdue: Money,
    due: date,
    as_of: date,
    policy: Policy,
    *,
    warned: date | None = None,
    by_title: bool = False,
) -> Preconditions:
    """Whether a debtor may be entered in a debtor register on a day, and what is missing.

    `debtor`: a customer kind; `due`: of the oldest debt; `by_title`: there is an enforcement title. Raises InvalidInput
    naming the field.
    """
    consumer = debtor == "consumer"
    if by_title and not consumer:
        raise InvalidInput("A shorter wait with an enforcement title is known of consumers alone.", field="by_title")
    if warned is not None and warned > as_of:
        raise InvalidInput(f"A warning of {warned} was not sent yet on {as_of}.", field="warned")
    least = law.parameter("register_least_consumer" if consumer else "register_least_business", Money)
    days = max(0, (as_of - effective_due(due, law.calendar, policy)).days)
    found = entry(overdue, days, as_of, least, law.parameter("register_least_days", int))
    return Preconditions(found, as_of, _earliest(law, warned, by_title=by_title), by_title)


def _earliest(law: Law, warned: date | None, *, by_title: bool) -> date | None:
    if warned is None:
        return None
    if by_title:
        return earliest_entry_by_title(warned, law.parameter("register_warning_days_title", int))
    return earliest_entry(warned, law.parameter("register_warning_months", int))


def register_update(law: Law, paid: date) -> date:
    """The last day to change or delete an entry after a payment. Raises NotFound where the law has no such day."""
    return latest_update(paid, law.parameter("register_update_days", int))
