"""Issuing a document to a customer: filled, numbered, rendered, archived."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Connection, Engine

from adapters.companies.company import Company
from adapters.database.documents.buyers import buyer_of
from adapters.database.documents.issued import IssuedDocuments
from adapters.database.facts.doubts import current_doubts
from adapters.database.transaction import within
from documents.catalogue import kinds
from documents.filling.request import Request
from documents.filling.sources import DocumentSources
from documents.register.issued import IssuedDocument
from documents.register.numbering import MAIN_SERIES
from documents.text.languages import language_for
from engine.errors import InvalidInput, IssueRefused

#: What tells the customer, or a court, how its account stands: nothing of that is made from books in doubt.
_OF_THE_ACCOUNT: Final = frozenset(
    {"account_statement", "balance_confirmation", "claim_package", "compensation_note", "interest_note"}
)


class Issuing:
    """The one way documents are issued by people and by the API."""

    def __init__(
        self,
        engine: Engine,
        sources: Callable[[Connection], DocumentSources],
        documents: IssuedDocuments,
        company: Callable[[str], Company],
    ) -> None:
        self._engine = engine
        self._sources = sources
        self._documents = documents
        self._company = company

    def issue(
        self,
        kind: str,
        source: str,
        customer: str,
        given: Mapping[str, Any],
        *,
        actor: str,
        at: datetime,
        today: date,
        language: str | None = None,
        series: str = MAIN_SERIES,
        connection: Connection | None = None,
    ) -> IssuedDocument:
        """Issue a kind to a customer, in the caller's transaction if there is one.

        `given`: what is not in the record; what it says stays. `language`: the customer's if not given. Raises
        NotFound, InvalidInput naming the field, IssueRefused naming the rule, RateMissing; nothing is numbered then.
        """
        fillings = {name: found.fill for name, found in kinds().items() if found.fill}
        if kind not in fillings:
            raise InvalidInput(f"'{kind}' is none of: {', '.join(sorted(fillings))}.", field="kind")
        company = self._company(source)
        # one transaction, so that what the filling read (earlier notes) still holds when the document is kept
        with within(self._engine, connection) as unit:
            if kind in _OF_THE_ACCOUNT:
                _refuse_in_doubt(unit, kind, source, customer)
            buyer = buyer_of(unit, source, customer)
            request = Request(
                kind=kind,
                source=source,
                customer=customer,
                sender=company.sender,
                policy=company.policy,
                deadline_days=company.deadline(None, notice=False),
                buyer=buyer,
                given=given,
                as_of=today,
                at=at,
            )
            written = language or language_for(buyer.language)
            return self._documents.issue(
                kind,
                source,
                customer,
                fillings[kind](self._sources(unit), request),
                language=written,
                own=company.wording(kind, written),
                at=at,
                today=today,
                actor=actor,
                series=series,
                numbering=company.number_format(kind, series),
                connection=unit,
            )


def _refuse_in_doubt(connection: Connection, kind: str, source: str, customer: str) -> None:
    """Raises IssueRefused with the first reason for which the customer's books are in doubt."""
    doubts = current_doubts(connection, [source], customer)
    if doubts:
        first = doubts[0]
        where = f"{first.file} line {first.line}, " if first.line is not None else ""
        raise IssueRefused(
            f"{kind}.books_doubtful",
            f"The books of '{customer}' are in doubt, and this would say what they do not know: {where}{first.reason} "
            f"({len(doubts)} in all). Mend it in the source and sync again: monitum doubts --customer {customer}",
        )
