"""Which mode an invoice was issued in, and until when it must be in KSeF (VAT act art. 106nda, 106ne, 106nf, 106nh).

Online: on its day of issue; later, KSeF takes it as offline24. Offline24 and an announced unavailability: the next
working day after the issue or after the end. An announced failure: seven working days after its end, counted anew from
the end of another failure that begins within them. A total failure: never sent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

from engine.law.dated import Parameter
from engine.law.days_off import DaysOff
from engine.law.tax.ksef_deadlines import send_by

OutageKind = Literal["unavailability", "failure", "total_failure"]
Mode = Literal["online", "offline24", "unavailability", "failure", "total_failure"]
OUTAGES: tuple[OutageKind, ...] = get_args(OutageKind)


@dataclass(frozen=True, slots=True)
class Outage:
    """Days on which KSeF was announced not to work, both included; `last` None while it lasts."""

    kind: OutageKind
    first: date
    last: date | None

    def covers(self, day: date) -> bool:
        """Whether it was announced for a day."""
        return self.first <= day and (self.last is None or day <= self.last)


@dataclass(frozen=True, slots=True)
class SendingTerms:
    """Working days to send after an issue or an unavailability (`next_day`) and after a failure (`after_failure`)."""

    next_day: Parameter[int]
    after_failure: Parameter[int]
    days_off: DaysOff


@dataclass(frozen=True, slots=True)
class Deadline:
    """`mode`: how the invoice counts as issued. `last`: the last day to send; None in a total failure, and while an
    outage lasts."""

    mode: Mode
    last: date | None

    def passed(self, day: date) -> bool:
        """Whether a day is too late."""
        return self.last is not None and day > self.last


def deadline(issued: date, outages: Sequence[Outage], terms: SendingTerms) -> Deadline:
    """Until when an invoice issued on a day must be sent. Of several outages of the day the gravest counts.

    Raises ParameterMissing and ParameterNotVerified for days whose law is not known.
    """
    of_day = [outage for outage in outages if outage.covers(issued)]
    if not of_day:
        return _without_outage(issued, outages, terms)
    outage = max(of_day, key=lambda one: OUTAGES.index(one.kind))
    if outage.kind == "total_failure" or outage.last is None:
        return Deadline(outage.kind, None)
    if outage.kind == "unavailability":
        return Deadline("unavailability", send_by(outage.last, terms.next_day, terms.days_off))
    return _after_failure(outage.last, outages, terms)


def _without_outage(issued: date, outages: Sequence[Outage], terms: SendingTerms) -> Deadline:
    """Offline24; a failure that begins before its end gives the time of a failure."""
    last = send_by(issued, terms.next_day, terms.days_off)
    later = [one for one in outages if one.kind == "failure" and issued < one.first <= last]
    if not later:
        return Deadline("offline24", last)
    if any(one.last is None for one in later):
        return Deadline("failure", None)
    return _after_failure(max(one.last for one in later if one.last), outages, terms)


def _after_failure(end: date, outages: Sequence[Outage], terms: SendingTerms) -> Deadline:
    while True:
        last = send_by(end, terms.after_failure, terms.days_off)
        again = [
            one for one in outages if one.kind == "failure" and one.first <= last and (not one.last or one.last > end)
        ]
        if not again:
            return Deadline("failure", last)
        if any(one.last is None for one in again):
            return Deadline("failure", None)
        end = max(one.last for one in again if one.last)
