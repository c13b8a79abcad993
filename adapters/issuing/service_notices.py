"""Notices to a customer that his services stop, or run again: which services, and what remains to be paid."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import text

from adapters.database.facts.rows import ItemRow
from adapters.database.facts.snapshot_rows import read_rows
from adapters.database.transaction import transaction
from adapters.issuing.desk import Desk, Request, letter
from engine.errors import IssueRefused
from engine.money import Money

#: Kind of notice -> the state the services must be in.
_STATE: Final = {"suspension_notice": "suspended", "resumption_notice": "active"}
#: Services in a state that was decided, and the day of the newest such decision.
_SERVICES: Final = text("""
select s.name, t.decided_on from service s
join service_state t on t.source = s.source and t.customer_key = s.customer_key and t.service_key = s.key
where s.source = :source and s.customer_key = :customer and s.recorded_to is null and t.desired = :state
order by s.name
""")


def service_notice(desk: Desk, request: Request) -> dict[str, Any]:
    """The model of a notice. Raises IssueRefused when no service was suspended, or resumed, by a decision."""
    state = _STATE[request.kind]
    with transaction(desk.engine) as connection:
        values = {"source": request.source, "customer": request.customer, "state": state}
        services = connection.execute(_SERVICES, values).all()
        rows = read_rows(connection, request.source, request.customer, request.customer, request.as_of, request.at)
    if not services and "services" not in request.given:
        raise IssueRefused(f"{request.kind}.services", f"No service of '{request.customer}' is {state} by a decision.")
    credits_ = {credit.currency: str(Money(credit.currency, credit.minor).amount) for credit in rows.credits}
    return {
        "services": [name for name, _ in services],
        "effective": max((day for _, day in services), default=request.as_of),
        "rows": [_row(row) for row in rows.items],
        "credits": credits_,
        **letter(request),
    }


def _row(row: ItemRow) -> dict[str, Any]:
    """An open item, as the document prints it."""
    return {
        "document": row.document,
        "issue_date": row.issue_date,
        "due_date": row.due_date,
        "currency": row.currency,
        "original": str(Money(row.currency, row.original_minor).amount),
        "open": str(Money(row.currency, row.open_minor).amount),
    }
