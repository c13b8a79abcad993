"""What we sent and issued to a customer before, and how the archive proves it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection, text

from adapters.database.documents.ledger_match import BOOKED_AS, listed, owed, unbooked
from adapters.database.facts.snapshot_rows import believed
from adapters.database.locks import notes_of
from documents.filling.evidence import DEMAND_KINDS, NOTE_KINDS, Demand, IssuedClaim, IssuedNote, UnbookedNote
from documents.filling.request import Request
from engine.actions import LADDERED
from engine.money import Money

_SENT: Final = text(f"""
select a.done_on as day, a.params ->> 'wording' as wording,
       coalesce(a.params -> 'announce' ? 'amicable_attempt', false) as amicable,
       array(select item_key from action_item i where i.action_id = a.id order by 1) as items,
       a.message_hash as message, a.outcome,
       (select max(e.id) from archive_entry e where e.subject_ref = k.subject_ref and e.case_ref = 'action:' || a.id
        and e.kind = 'action:intended') as intent,
       (select max(e.id) from archive_entry e where e.subject_ref = k.subject_ref and e.case_ref = 'action:' || a.id
        and e.kind = 'action:done') as proof
from action a
left join subject_key k on k.owner = a.source || ':' || a.customer_key
where a.source = :source and a.customer_key = :customer and a.kind in ({listed(LADDERED)}) and a.state = 'done'
  and a.done_on <= :as_of and a.params ->> 'wording' in ({listed(DEMAND_KINDS)})
order by a.done_on, a.id
""")
_ISSUED: Final = text(f"""
select i.number, i.kind, i.pdf_sha256, i.entry_id as entry from issued_document i
where i.source = :source and i.customer_key = :customer and i.issued_at <= :known_at
  and i.kind in ({listed(tuple(BOOKED_AS))}) order by i.id
""")
_UNBOOKED_NOTES: Final = text(f"""
select i.number, i.kind, i.issue_date, i.currency, {owed("i")} as minor from issued_document i
where i.source = :source and i.customer_key = :customer and {unbooked("i", believed("d"))}
  and i.kind in ({listed(NOTE_KINDS)}) and i.due_date < :as_of and {owed("i")} > 0 order by i.id
""")
_NOTES: Final = text("""
select number, kind, currency, inputs -> 'rows' as rows from issued_document
where source = :source and customer_key = :customer and kind = any(:kinds) order by id
""")


def demands_sent(connection: Connection, request: Request) -> Sequence[Demand]:
    """Demands that were sent to the day of the request, oldest first."""
    rows = connection.execute(_SENT, _values(request)).mappings()
    return [Demand(**{**row, "items": tuple(row["items"])}) for row in rows]


def issued_claims(connection: Connection, request: Request) -> Sequence[IssuedClaim]:
    """Invoices, corrections and notes issued to the customer, oldest first."""
    return [IssuedClaim(*row) for row in connection.execute(_ISSUED, _values(request))]


def notes_in_turn(connection: Connection, request: Request) -> Sequence[IssuedNote]:
    """Every note issued to the customer, oldest first. Waits for whoever issues one to the customer, and makes others
    wait until the transaction ends."""
    notes_of(request.source, request.customer).take(connection)
    values = {"source": request.source, "customer": request.customer, "kinds": list(NOTE_KINDS)}
    return [IssuedNote(*row) for row in connection.execute(_NOTES, values)]


def unbooked_notes(connection: Connection, request: Request) -> Sequence[UnbookedNote]:
    """Notes past their due date that the books do not know yet, oldest first."""
    rows = connection.execute(_UNBOOKED_NOTES, _values(request))
    return [UnbookedNote(row.number, row.kind, row.issue_date, Money(row.currency, row.minor)) for row in rows]


def _values(request: Request) -> dict[str, object]:
    return {"source": request.source, "customer": request.customer, "as_of": request.as_of, "known_at": request.at}
