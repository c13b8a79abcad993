"""A second reading of the rules for the real receivables file: what a careful clerk would send, day by day.

Written from the text of ruleset.yaml of the file and of rules/eu/guards.yaml; nothing of Monitum is imported. Of the
guards only three can hold here: on_hold, day_off and contact_pause. The file knows no credits, so what is open is
never covered; its customers are businesses with an address and with invoices in dollars only, and a replayed day has
neither an age of data nor an hour.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Final, NamedTuple

from holidays import country_holidays

RECEIVABLES: Final = Path(__file__).parents[2] / "adapters/finance/csv_folder/samples/ibm/receivables.csv"

#: Day, customer, kind, stage, rules, items.
Line = tuple[str, str, str, str, str, str]


class Step(NamedTuple):
    """A rung of the ladder with the days past due that ask for it. wait: days since the last sending for the item."""

    stage: str
    first_day: int
    last_day: int | None
    wait: int

    def asked(self, days_past_due: int) -> bool:
        return self.first_day <= days_past_due and (self.last_day is None or days_past_due <= self.last_day)


#: From the lowest to the highest. The notice is the highest, so there is nothing that could pass it over.
LADDER: Final = (
    Step("due_soon", -3, 0, 0),
    Step("reminder", 3, None, 0),
    Step("demand", 14, None, 7),
    Step("final_demand", 30, None, 14),
)
LEAST: Final = Decimal(10)
#: Days after a message on which the customer gets no other one.
PAUSE: Final = (1, 2)


@dataclass(slots=True)
class Invoice:
    """A line of the file, and what was sent for it: the highest rung and the day of the last message."""

    number: str
    customer: str
    issued: date
    due: date
    settled: date
    amount: Decimal
    disputed: bool
    reached: int = -1
    last_sent: date | None = None

    def open_on(self, day: date) -> bool:
        return self.issued <= day < self.settled

    def on_hold_on(self, day: date) -> bool:
        return self.disputed and self.issued <= day

    def rung(self, day: date) -> int | None:
        """The rung to send: the highest that is asked for, above what was sent and after its wait."""
        if not self.open_on(day) or self.on_hold_on(day) or self.amount < LEAST:
            return None
        ready = [rung for rung, step in enumerate(LADDER) if rung > self.reached and self._ready(step, day)]
        return max(ready, default=None)

    def _ready(self, step: Step, day: date) -> bool:
        waited = self.last_sent is None or (day - self.last_sent).days >= step.wait
        return waited and step.asked((day - self.due).days)


@dataclass(slots=True)
class Customer:
    """A customer with his invoices and the day of the last message to him."""

    key: str
    invoices: list[Invoice] = field(default_factory=list)
    last_contact: date | None = None

    def messages(self, day: date) -> Iterator[Line]:
        """What is sent on a working day: one message for each rung, the lowest first."""
        if self.last_contact is not None and (day - self.last_contact).days in PAUSE:
            return
        groups: dict[int, list[Invoice]] = defaultdict(list)
        for invoice in sorted(self.invoices, key=lambda invoice: (invoice.due, invoice.number)):
            if (rung := invoice.rung(day)) is not None:
                groups[rung].append(invoice)
        for rung, group in sorted(groups.items()):
            for invoice in group:
                invoice.reached, invoice.last_sent = rung, day
            self.last_contact = day
            stage = LADDER[rung].stage
            numbers = ",".join(invoice.number for invoice in group)
            yield day.isoformat(), self.key, "remind", stage, f"ibm.{stage}", numbers


def invoices() -> list[Invoice]:
    """The lines of the file."""
    with RECEIVABLES.open(encoding="utf-8", newline="") as file:
        return [
            Invoice(
                number=row["invoiceNumber"],
                customer=row["customerID"],
                issued=_day(row["InvoiceDate"]),
                due=_day(row["DueDate"]),
                settled=_day(row["SettledDate"]),
                amount=Decimal(row["InvoiceAmount"]),
                disputed=row["Disputed"] == "Yes",
            )
            for row in csv.DictReader(file)
        ]


def _day(text: str) -> date:
    month, day, year = map(int, text.split("/"))
    return date(year, month, day)


def decisions(first: date, last: date) -> Sequence[Line]:
    """The messages from the first day to the last, as if none had been sent before; by day, then by customer."""
    customers: dict[str, Customer] = {}
    for invoice in invoices():
        customers.setdefault(invoice.customer, Customer(invoice.customer)).invoices.append(invoice)
    off = country_holidays("US")
    lines: list[Line] = []
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        if day.weekday() < 5 and day not in off:
            for key in sorted(customers):
                lines.extend(customers[key].messages(day))
    return lines
