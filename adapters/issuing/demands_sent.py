"""Which messages urged a customer to pay which documents, and how the archive proves it; what was issued to it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import Connection, text

from adapters.database.documents.ledger_match import BOOKED_AS, listed, owed, unbooked
from adapters.database.facts.snapshot_rows import believed
from adapters.issuing.desk import Request
from engine.actions import LADDERED
from engine.money import Money

#: The kind of message that is the last before court (documents/eu).
_FINAL: Final = "final_demand"
#: Kinds that ask for what is overdue; a notice before the due date asks for nothing yet.
_DEMANDS: Final = ("reminder", "demand", _FINAL)

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
where a.source = :source and a.customer_key = :customer and a.kind = any(:kinds) and a.state = 'done'
  and a.done_on <= :as_of and a.params ->> 'wording' in ({listed(_DEMANDS)})
order by a.done_on, a.id
""")
_ISSUED: Final = text("""
select i.number, i.kind, i.pdf_sha256, i.entry_id from issued_document i
where i.source = :source and i.customer_key = :customer and i.issued_at <= :known_at
  and i.kind in ('vat_invoice', 'correcting_invoice', 'interest_note', 'compensation_note') order by i.id
""")
_UNBOOKED_NOTES: Final = text(f"""
select i.number, i.kind, i.issue_date, i.currency, {owed("i")} as owed from issued_document i
where i.source = :source and i.customer_key = :customer and {unbooked("i", believed("d"))}
  and i.kind in ('interest_note', 'compensation_note') and i.due_date < :as_of and {owed("i")} > 0 order by i.id
""")


@dataclass(frozen=True, slots=True)
class Demand:
    """A message that reached the customer, about items by key. `message`: what left, by SHA-256; `intent`, `proof`:
    archive entries; `outcome`: what became of it."""

    day: date
    wording: str
    amicable: bool
    items: tuple[str, ...]
    message: str | None
    outcome: str | None
    intent: int | None
    proof: int | None

    @property
    def final(self) -> bool:
        """The last before court."""
        return self.wording == _FINAL


def demands_sent(connection: Connection, request: Request) -> list[Demand]:
    """Demands that were sent to the day of the request, oldest first."""
    rows = connection.execute(_SENT, _values(request) | {"kinds": list(LADDERED)}).mappings()
    return [Demand(**{**row, "items": tuple(row["items"])}) for row in rows]


def issued_of(connection: Connection, request: Request, numbers: Iterable[str]) -> list[dict[str, Any]]:
    """Documents of these numbers that we issued, as a package lists them."""
    wanted = set(numbers)
    rows = connection.execute(_ISSUED, _values(request)).all()
    return [{"document": row.number, "pdf": row.pdf_sha256, "entry": row.entry_id} for row in rows
            if row.number in wanted]  # fmt: skip


def note_kinds(connection: Connection, request: Request) -> dict[str, str]:
    """Number of every note that we issued to the customer, and its kind."""
    rows: Sequence[Any] = connection.execute(_ISSUED, _values(request)).all()
    return {row.number: row.kind for row in rows if row.kind in BOOKED_AS and row.kind.endswith("_note")}


def unbooked_notes(connection: Connection, request: Request) -> list[dict[str, Any]]:
    """Notes that the books do not know yet, as a package claims them."""
    rows = connection.execute(_UNBOOKED_NOTES, _values(request)).all()
    return [
        {"document": row.number, "kind": row.kind, "issue_date": row.issue_date, "currency": row.currency,
         "amount": str(Money(row.currency, row.owed).amount)}
        for row in rows
    ]  # fmt: skip


def _values(request: Request) -> dict[str, object]:
    return {"source": request.source, "customer": request.customer, "as_of": request.as_of, "known_at": request.at}
