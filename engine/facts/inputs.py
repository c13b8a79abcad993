"""What a customer's case is built from, whoever knows it: the mirrored books, a caller of the API, or a rule's case.

Amounts are in minor units of the currency beside them. `told`: facts in engine form that are stated outright; each
stands in place of what would be computed, and what follows from it is computed from it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final, NamedTuple, Protocol, TypeAlias

from engine.facts.calendar import NO_BLACKOUT, Blackout
from engine.facts.case import Facts
from engine.facts.freshness import USUAL, Freshness
from engine.facts.history import NOTHING_DONE, History
from engine.facts.holds import Hold
from engine.money import Money

#: Minor units of a currency in minor units of the ledger currency; None where no rate is known.
Convert: TypeAlias = Callable[[int, str], int | None]
#: Of what is not told outright at all.
NOTHING_TOLD: Final[Facts] = {}


class CustomerInput(NamedTuple):
    """The customer's own facts. `has_email`: a message can be sent. `email_bounced`: an address of the books was
    refused for good. `credit_limit`: None is no limit."""

    key: str
    kind: str = "business"
    segment: str | None = None
    country: str | None = None
    dunning_allowed: bool = True
    has_email: bool = True
    email_bounced: bool = False
    credit_limit: Money | None = None


class OpenItem(Protocol):
    """An open debit item, as the builder reads it: rows of the books are built from as they are.

    `open_minor`, `original_minor`: None where the amount is not known. `claim`: what is claimed, where the books say
    it; else it follows from the document.
    """

    @property
    def key(self) -> str: ...
    @property
    def document(self) -> str: ...
    @property
    def currency(self) -> str: ...
    @property
    def open_minor(self) -> int | None: ...
    @property
    def original_minor(self) -> int | None: ...
    @property
    def issue_date(self) -> date: ...
    @property
    def due_date(self) -> date: ...
    @property
    def instalment(self) -> bool: ...
    @property
    def document_kind(self) -> str: ...
    @property
    def claim(self) -> str | None: ...
    @property
    def told(self) -> Facts: ...


class ItemInput(NamedTuple):
    """An open debit item (OpenItem) that no row of the books stands for."""

    key: str
    document: str
    currency: str
    open_minor: int | None
    original_minor: int | None
    issue_date: date
    due_date: date
    instalment: bool = False
    document_kind: str = "invoice"
    claim: str | None = None
    told: Facts = NOTHING_TOLD


class Service(NamedTuple):
    """A service of the customer that can be suspended; its sector where the source names it."""

    suspended: bool = False
    sector: str | None = None


@dataclass(frozen=True, slots=True)
class CaseInputs:
    """All that is known of one customer on a day.

    `credits`: open credits and unallocated payments by currency; None: not known. `turnover`: net sales of the last
    12 months by currency; None: not known. `unpaid_periods`: billing periods unpaid; None: counted by the items.
    `books_doubtful`: a row of the customer was refused, or sums of the books do not add up.
    """

    customer: CustomerInput
    items: Sequence[OpenItem] = ()
    holds: Sequence[Hold] = ()
    credits: Mapping[str, int] | None = field(default_factory=dict)
    turnover: Mapping[str, int] | None = None
    services: Sequence[Service] = ()
    history: History = NOTHING_DONE
    unpaid_periods: int | None = None
    books_doubtful: bool = False
    told: Facts = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Day:
    """What is the same for every customer of a source on a day.

    `source_age_hours`: of the books, as `freshness` counts them; `days_since_last_run`: of an earlier day; None: never,
    or not told. `working_day` (day, country): the calendar. `country`: its calendar counts where the customer has none.
    `contact_hour`: the hour (0-23) of the moment of sending, None before it. `sector`: of services that name none.
    `blackout`: the days on which the company does not dun.
    """

    source: str
    as_of: date
    source_age_hours: int | None
    days_since_last_run: int | None
    working_day: Callable[[date, str], bool]
    country: str = "PL"
    contact_hour: int | None = None
    sector: str = "default"
    freshness: Freshness = USUAL
    blackout: Blackout = NO_BLACKOUT
