"""What a document is filled from: the customer's record, exchange rates and the law."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple, Protocol, TypeAlias

from documents.filling.account import Account
from documents.filling.evidence import Demand, IssuedAdvance, IssuedClaim, IssuedNote, UnbookedNote
from documents.filling.movements import Holding, Use
from documents.filling.request import Request
from engine.facts.case import ItemLine
from engine.law.law import Law
from engine.ports import RateTable


class DecidedService(NamedTuple):
    """A service whose state was decided, and the day of the decision."""

    name: str
    day: date


class ElectronicInvoice(NamedTuple):
    """An invoice with an electronic form that we issued; no number while KSeF has given none."""

    ksef_number: str | None


class OpenItems(NamedTuple):
    """What is open, and credits in minor units by currency."""

    lines: Sequence[ItemLine]
    credits_minor: Mapping[str, int]


class CustomerRecord(Protocol):
    """What the database knows of the customer of a request, at the moment of the request."""

    def account(self, request: Request, day: date) -> Account:
        """The account as of the end of a day. Raises NotFound."""

    def holdings(self, request: Request) -> tuple[Sequence[Holding], Mapping[str, Sequence[Use]]]:
        """Every item and payment of whatever day, and what was settled of each, by its key."""

    def open_items(self, request: Request) -> OpenItems:
        """What is open on the day of the request."""

    def notes(self, request: Request) -> Sequence[IssuedNote]:
        """Every note issued to the customer, oldest first; none is issued by another transaction until this one ends,
        so that two never claim the same."""

    def unbooked_notes(self, request: Request) -> Sequence[UnbookedNote]:
        """Notes that the books do not know yet, oldest first."""

    def issued_claims(self, request: Request) -> Sequence[IssuedClaim]:
        """Invoices, corrections and notes issued to the customer, oldest first."""

    def demands(self, request: Request) -> Sequence[Demand]:
        """Demands that were sent to the day of the request, oldest first."""

    def services(self, request: Request, state: str) -> Sequence[DecidedService]:
        """Services that a decision put into a state ('suspended', 'active'), by name."""

    def advance(self, request: Request, number: str) -> IssuedAdvance | None:
        """What we issued to whomever under a number, None where there is nothing; no advance of the customer is settled
        by another transaction until this one ends."""

    def open_advances(self, request: Request, order: str) -> Sequence[str]:
        """Numbers of the advance invoices issued to the customer for an order that nothing settles, oldest first."""

    def electronic_invoice(self, request: Request, number: str) -> ElectronicInvoice | None:
        """The electronic invoice that we issued under a number; None where there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentSources:
    """The sources of a filling. `law`: the law of a jurisdiction ('pl'), raises NotFound."""

    record: CustomerRecord
    rates: RateTable
    law: Callable[[str], Law]


#: The model of a kind, without its number. Raises InvalidInput naming the field, IssueRefused naming the rule.
Filling: TypeAlias = Callable[[DocumentSources, Request], dict[str, Any]]
