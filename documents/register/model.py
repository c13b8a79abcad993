"""What a list of issued documents is asked for."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final, Literal

#: How a claim stands in the books. 'unbilled': they do not know it (yet). Overdue is a matter of the day it is asked.
State = Literal["unbilled", "unpaid", "partly", "paid"]
STATES: Final[tuple[State, ...]] = ("unbilled", "unpaid", "partly", "paid")
Sort = Literal["issue_date", "due_date", "gross", "open"]
SORTS: Final[tuple[Sort, ...]] = ("issue_date", "due_date", "gross", "open")


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentSearch:
    """Which documents, in which order; None: whatever it is.

    `number`: part of the number, in any case. `overdue`: something is open and its due date has passed. Days of issue
    and due days are both included. Documents without the value that is sorted by come last; amounts are compared as
    they are written, whatever their currency.
    """

    kind: str | None = None
    source: str | None = None
    customer: str | None = None
    number: str | None = None
    currency: str | None = None
    state: State | None = None
    overdue: bool | None = None
    issued_from: dt.date | None = None
    issued_to: dt.date | None = None
    due_from: dt.date | None = None
    due_to: dt.date | None = None
    sort: Sort = "issue_date"
    descending: bool = True
