"""What the law makes of a customer and its items, as facts: limitation, waits before suspension, pauses of contact.

Every number comes from the dated parameters of one jurisdiction (engine.law). Where a parameter is missing or past its
verified day the fact is absent, and a guard forbids what depends on it (policy P12): a run never stops for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final, TypeVar

from engine.errors import FactInvalid, InvalidInput, NotFound, ParameterMissing, ParameterNotVerified
from engine.facts.calendar import NO_BLACKOUT, Blackout
from engine.facts.freshness import USUAL, Freshness
from engine.law.claims.limitation import Period, limitation
from engine.law.conduct.contact import ContactRule
from engine.law.conduct.suspension import Wait, earliest_suspension
from engine.law.law import Law
from engine.law.policy import DEFAULTS, Policy
from engine.ruleset.condition import FactValue

T = TypeVar("T")

#: What kinds of claims there are, and the parameter that says how long each can be enforced (k.c. art. 118, 125, 554,
#: 646, 792). Interest is a periodic performance; the lump sum for recovery costs is a claim of a business.
LIMITATIONS: Final = {
    "sale": "limitation_sale",
    "specific_work": "limitation_specific_work",
    "trade": "limitation_business",
    "periodic": "limitation_periodic",
    "carriage": "limitation_carriage",
    "general": "limitation_general",
    "judgment": "limitation_judgment",
    "commercial_interest": "limitation_periodic",
    "compensation": "limitation_business",
}
#: What is claimed with a document, where the books do not say: the kind whose period is shortest.
_CLAIM_OF: Final = {"interest_note": "periodic"}
_LONG_AGO: Final = timedelta(days=365)
#: The channel that messages take.
MESSAGES: Final = "email"


@dataclass(frozen=True, slots=True)
class Contact:
    """A message that reached the customer: its day and its channel."""

    day: date
    channel: str = MESSAGES


@dataclass(frozen=True, slots=True)
class Terms:
    """What a company has chosen: policies (P1 to P12), the sector of services whose source names none, how old its
    books may be, and the days on which it does not dun."""

    policy: Policy = DEFAULTS
    sector: str = "default"
    freshness: Freshness = USUAL
    blackout: Blackout = NO_BLACKOUT


@dataclass(frozen=True, slots=True)
class Cutting:
    """What decides when services may be cut: the sectors they are of, billing periods unpaid, and the day."""

    sectors: tuple[str, ...]
    unpaid_periods: int
    as_of: date


@dataclass(slots=True)
class LegalFacts:
    """The law of one jurisdiction, as far as it is known, under one company's policies. Remembers what it worked out,
    so that a run asks the law once for each kind of claim and due date."""

    law: Law | None
    policy: Policy = DEFAULTS
    _items: dict[tuple[str, date, date], Mapping[str, FactValue]] = field(default_factory=dict)
    _cuts: dict[tuple[date, date, Cutting], date | None] = field(default_factory=dict)
    _rules: dict[date, ContactRule | None] = field(default_factory=dict)

    def of_item(self, claim: str, due: date, as_of: date) -> Mapping[str, FactValue]:
        """`claim_kind`, `limitation_date` and `days_past_limitation` of an item."""
        key = (claim, due, as_of)
        found = self._items.get(key)
        if found is None:
            last = self.limitation_date(claim, due)
            found = self._items[key] = {
                "claim_kind": claim,
                "limitation_date": None if last is None else last.toordinal(),
                "days_past_limitation": None if last is None else (as_of - last).days,
            }
        return found

    def limitation_date(self, claim: str, due: date) -> date | None:
        """The last day on which a claim is not time-barred; None when the law of its due date is not known."""
        return _known(lambda: self._limitation(claim, due))

    def _limitation(self, claim: str, due: date) -> date:
        law = self._law()
        return limitation(due, law.parameter(LIMITATIONS[claim], Period), law.days_off, self.policy).last_day

    def cut_from(self, due: date, notice: date, cutting: Cutting) -> date | None:
        """The first day on which every service may be cut, after the notice about an item due on a day was received.

        None: the notice came too early, too few billing periods are unpaid, or the law is not known.
        """
        key = (due, notice, cutting)
        if key not in self._cuts:
            self._cuts[key] = _known(lambda: self._cut(due, notice, cutting))
        return self._cuts[key]

    def _cut(self, due: date, notice: date, cutting: Cutting) -> date:
        law = self._law()
        days = []
        for sector in cutting.sectors:
            waits = law.parameter(f"suspension_{sector}", Wait)
            waits.on(cutting.as_of)  # what is done on the day needs a value that is verified for the day
            days.append(earliest_suspension(due, notice, waits, unpaid_periods=cutting.unpaid_periods).cut)
        return max(days)

    def contact_rule(self, day: date) -> ContactRule | None:
        """The hours and frequencies of a day (policy P10); None when they are not known."""
        if day not in self._rules:
            self._rules[day] = _known(lambda: self._law().contact_rule(self.policy).on(day).value)
        return self._rules[day]

    def of_contact(self, as_of: date, *, working: bool, hour: int | None) -> dict[str, FactValue]:
        """`contact_on_days_off` and, when the local hour is known, `contact_hour_allowed`."""
        rule = self.contact_rule(as_of)
        return {
            "contact_on_days_off": None if rule is None else rule.other_days is not None,
            "contact_hour_allowed": None if rule is None or hour is None else rule.allows(hour, working=working),
        }

    def contact_from(self, contacts: Iterable[Contact], as_of: date) -> date | None:
        """The first day on which the frequencies allow another message; None when they never forbade one."""
        rule = self.contact_rule(as_of)
        past = [(contact.day, contact.channel) for contact in contacts if contact.day <= as_of]
        return rule.again_from(MESSAGES, past) if rule else None

    def _law(self) -> Law:
        if self.law is None:
            raise NotFound("law", "")
        return self.law


@dataclass(frozen=True, slots=True)
class CaseLaw:
    """The law of one customer's case: what was sent to the customer is measured by it."""

    facts: LegalFacts
    cutting: Cutting

    def cut_from(self, due: date, notice: date) -> date | None:
        """See LegalFacts.cut_from."""
        return self.facts.cut_from(due, notice, self.cutting)

    def contact_from(self, contacts: Iterable[Contact]) -> date | None:
        """See LegalFacts.contact_from."""
        return self.facts.contact_from(contacts, self.cutting.as_of)


def facts_of_days(told: Mapping[str, FactValue], law: CaseLaw, due: date) -> dict[str, FactValue]:
    """The customer's facts of the law where notice and last contact are told as days since, and not as history.

    told: facts in engine form. due: the due date of what the notice was for; taken to be long ago when the notice
    came before it. Raises FactInvalid for days that lead out of the calendar.
    """
    as_of = law.cutting.as_of
    since_notice, since_contact, hour = told["days_since_notice"], told["days_since_contact"], told["contact_hour"]
    cut = again = None
    if told["notice_delivered"] and since_notice is not None:
        notice = _day_before(as_of, int(since_notice), "days_since_notice")
        cut = law.cut_from(due if due < notice else notice - _LONG_AGO, notice)
    if since_contact is not None:
        again = law.contact_from([Contact(_day_before(as_of, int(since_contact), "days_since_contact"))])
    contact = law.facts.of_contact(as_of, working=bool(told["working_day"]), hour=None if hour is None else int(hour))
    return contact | {
        "suspension_earliest": None if cut is None else cut.toordinal(),
        "days_since_suspension_allowed": None if cut is None else (as_of - cut).days,
        "days_since_contact_allowed": None if again is None else (as_of - again).days,
    }


def _day_before(as_of: date, days: int, fact: str) -> date:
    # a year is left on either side: what follows from the day is counted in months and waits
    day = as_of.toordinal() - days
    if not (date.min + _LONG_AGO * 2).toordinal() <= day <= (date.max - _LONG_AGO * 2).toordinal():
        raise FactInvalid(fact, days, "it leads to a day that the calendar does not have")
    return date.fromordinal(day)


def claim_of(claim: str | None, document_kind: str) -> str:
    """What is claimed, as the books say, or else by the document: interest with an interest note, a price otherwise."""
    return claim or _CLAIM_OF.get(document_kind, "sale")


def unpaid_periods(overdue: Sequence[date]) -> int:
    """Billing periods that are unpaid: the months in which what is overdue was issued."""
    return len({(day.year, day.month) for day in overdue})


def _known(work: Callable[[], T]) -> T | None:
    """The result, None where the law does not give one."""
    try:
        return work()
    except (InvalidInput, NotFound, ParameterMissing, ParameterNotVerified):
        return None
