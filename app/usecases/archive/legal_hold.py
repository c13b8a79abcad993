"""Setting legal holds: what may not be erased until two people lift it."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from app.usecases.customers import Directory, owner_of
from archive.erasure.legal_hold import HoldScope, LegalHold
from engine.errors import InvalidInput


class LegalHolds(Protocol):
    """The holds of the archive; each change is an entry in it."""

    def set(self, scope: HoldScope, reference: str, *, by: str, reason: str, at: datetime) -> LegalHold:
        """Forbid erasure. Raises NotFound, InvalidInput."""
        ...


def set_hold(
    holds: LegalHolds,
    directory: Directory,
    *,
    by: str,
    reason: str,
    at: datetime,
    customer: str | None = None,
    source: str | None = None,
    document: int | None = None,
    case: str | None = None,
) -> LegalHold:
    """Forbid the erasure of a customer, of a document and its customer, or of every customer in a case of entries.

    Raises InvalidInput unless one of them is named, NotFound, AmbiguousCustomer.
    """
    named: dict[HoldScope, str | None] = {
        "customer": owner_of(directory, customer, source),
        "document": None if document is None else str(document),
        "case": case,
    }
    chosen = [(scope, reference) for scope, reference in named.items() if reference is not None]
    if len(chosen) != 1:
        raise InvalidInput("Name a customer, a document or a case, one of them.", field="customer")
    scope, reference = chosen[0]
    return holds.set(scope, reference, by=by, reason=reason, at=at)
