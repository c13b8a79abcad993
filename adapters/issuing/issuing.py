"""Issuing a document to a customer: filled, numbered, rendered, archived."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from adapters.companies.company import Company
from adapters.database.documents.buyers import buyer_of
from adapters.database.documents.issued import IssuedDocuments
from adapters.database.transaction import transaction
from adapters.issuing.desk import Desk, Request
from adapters.issuing.filling import FILLINGS
from documents.catalogue import language_for
from documents.register.issued import IssuedDocument
from documents.register.numbering import MAIN_SERIES
from engine.errors import InvalidInput


class Issuing:
    """The one way documents are issued by people and by the API."""

    def __init__(self, desk: Desk, documents: IssuedDocuments, company: Callable[[str], Company]) -> None:
        self._desk = desk
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
    ) -> IssuedDocument:
        """Issue a kind to a customer; joins the caller's transaction if there is one.

        `given`: what is not in the record; what it says stays. `language`: the customer's if not given. Raises
        NotFound, InvalidInput naming the field, IssueRefused naming the rule, RateMissing; nothing is numbered then.
        """
        if kind not in FILLINGS:
            raise InvalidInput(f"'{kind}' is none of: {', '.join(sorted(FILLINGS))}.", field="kind")
        company, buyer = self._company(source), buyer_of(self._desk.engine, source, customer)
        request = Request(
            kind=kind, source=source, customer=customer, company=company, buyer=buyer, given=given, as_of=today, at=at
        )
        written = language or language_for(buyer.language)
        # one transaction, so that what the filling read (earlier notes) still holds when the document is kept
        with transaction(self._desk.engine):
            return self._documents.issue(
                kind, source, customer, FILLINGS[kind](self._desk, request),
                language=written, own=company.wording(kind, written), at=at, today=today, actor=actor, series=series,
                numbering=company.number_format(kind, series),
            )  # fmt: skip
