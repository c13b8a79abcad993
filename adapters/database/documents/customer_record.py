"""What the database knows of a customer, as the fillings of documents ask for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import Connection, select, text

from adapters.database.documents.account_movements import holdings_of
from adapters.database.documents.advances import issued_advance, open_advances
from adapters.database.documents.claim_evidence import demands_sent, issued_claims, notes_in_turn, unbooked_notes
from adapters.database.documents.open_items import account_of
from adapters.database.facts.snapshot_rows import read_rows
from adapters.database.tables import issued_document, ksef_sending
from documents.filling.account import Account
from documents.filling.evidence import Demand, IssuedAdvance, IssuedClaim, IssuedNote, UnbookedNote
from documents.filling.movements import Holding, Use
from documents.filling.request import Request
from documents.filling.sources import DecidedService, DocumentSources, ElectronicInvoice, OpenItems
from engine.facts.case import ItemLine
from engine.law.law import Law
from engine.ports import RateTable

_DOCUMENT = issued_document.c
#: Services in a state that was decided, and the day of the newest such decision.
_SERVICES: Final = text("""
select s.name, t.decided_on from service s
join service_state t on t.source = s.source and t.customer_key = s.customer_key and t.service_key = s.key
where s.source = :source and s.customer_key = :customer and s.recorded_to is null and t.desired = :state
order by s.name
""")


def sources_of(connection: Connection, *, rates: RateTable, law: Callable[[str], Law]) -> DocumentSources:
    """The sources of a filling that is done in the connection's transaction."""
    return DocumentSources(record=PostgresCustomerRecord(connection), rates=rates, law=law)


@dataclass(frozen=True, slots=True)
class PostgresCustomerRecord:
    """documents.filling.sources.CustomerRecord, read in one transaction."""

    connection: Connection

    def account(self, request: Request, day: date) -> Account:
        """The account as of the end of a day. Raises NotFound."""
        return account_of(self.connection, request.source, request.customer, day, request.at)

    def holdings(self, request: Request) -> tuple[Sequence[Holding], Mapping[str, Sequence[Use]]]:
        """Every item and payment of whatever day, and what was settled of each, by its key."""
        return holdings_of(self.connection, request.source, request.customer, request.at)

    def open_items(self, request: Request) -> OpenItems:
        """What is open on the day of the request."""
        customer = request.customer
        rows = read_rows(self.connection, request.source, customer, customer, request.as_of, request.at)
        lines = [
            ItemLine(
                key=row.key,
                document=row.document,
                currency=row.currency,
                open_minor=row.open_minor,
                original_minor=row.original_minor,
                issue_date=row.issue_date,
                due_date=row.due_date,
            )
            for row in rows.items
        ]
        return OpenItems(lines, {row.currency: row.minor for row in rows.credits})

    def notes(self, request: Request) -> Sequence[IssuedNote]:
        """Every note issued to the customer; others who issue one wait until the transaction ends."""
        return notes_in_turn(self.connection, request)

    def unbooked_notes(self, request: Request) -> Sequence[UnbookedNote]:
        """Notes that the books do not know yet."""
        return unbooked_notes(self.connection, request)

    def issued_claims(self, request: Request) -> Sequence[IssuedClaim]:
        """Invoices, corrections and notes issued to the customer."""
        return issued_claims(self.connection, request)

    def demands(self, request: Request) -> Sequence[Demand]:
        """Demands that were sent to the day of the request."""
        return demands_sent(self.connection, request)

    def services(self, request: Request, state: str) -> Sequence[DecidedService]:
        """Services that a decision put into a state."""
        values = {"source": request.source, "customer": request.customer, "state": state}
        return [DecidedService(*row) for row in self.connection.execute(_SERVICES, values)]

    def advance(self, request: Request, number: str) -> IssuedAdvance | None:
        """What we issued to whomever under a number; others who settle advances of the customer wait."""
        return issued_advance(self.connection, request, number)

    def open_advances(self, request: Request, order: str) -> Sequence[str]:
        """Numbers of the advance invoices issued to the customer for an order that nothing settles."""
        return open_advances(self.connection, request, order)

    def electronic_invoice(self, request: Request, number: str) -> ElectronicInvoice | None:
        """The electronic invoice that we issued under a number, with its KSeF number."""
        query = (
            select(ksef_sending.c.ksef_number)
            .select_from(issued_document.outerjoin(ksef_sending, ksef_sending.c.document_id == _DOCUMENT.id))
            .where(_DOCUMENT.source == request.source, _DOCUMENT.number == number, _DOCUMENT.xml_sha256.is_not(None))
        )
        row = self.connection.execute(query).one_or_none()
        return ElectronicInvoice(row.ksef_number) if row else None
