"""Until when an invoice issued outside KSeF must be sent to it (VAT act art. 106nda, 106nf, 106nh)."""

from __future__ import annotations

from datetime import date

from engine.law.dated import Parameter
from engine.law.days_off import DaysOff


def send_by(event: date, working_days: Parameter[int], days_off: DaysOff) -> date:
    """The last day to send: so many working days after the event.

    The event is the day of issue (offline24), or the day on which an unavailability or an announced failure ended; a
    new failure within the time starts it again.
    """
    return days_off.working_days_after(event, working_days.on(event).value)
