"""The documents of an installation: issuing them, finding them, and sending invoices to KSeF."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cached_property, partial
from typing import TYPE_CHECKING

from adapters.database.access.idempotency import Idempotency
from adapters.database.documents.customer_record import sources_of
from adapters.database.documents.issued import IssuedDocuments
from adapters.database.documents.issuing import Issuing
from adapters.database.documents.register import DocumentRegister
from adapters.ksef.outages import read_outages
from adapters.ksef.submissions import Submissions
from app.installation.archive import Records
from app.installation.books import Books
from app.installation.database import Database
from app.installation.settings import Settings
from app.usecases.documents.issue import IssuePorts
from engine.errors import InvalidInput
from engine.law.tax.offline24 import Outage
from rules.parameters.loading import law

if TYPE_CHECKING:
    from adapters.ksef.client import OnlineKsef


class Issuance:
    """Issued documents, their register, their issuing and their way to KSeF."""

    def __init__(self, settings: Settings, database: Database, records: Records, books: Books) -> None:
        self._settings = settings
        self._database = database
        self._records = records
        self._books = books

    @cached_property
    def documents(self) -> IssuedDocuments:
        """Documents issued, and their issuing."""
        return IssuedDocuments(self._database.engine, self._records.archive)

    @cached_property
    def register(self) -> DocumentRegister:
        """Issued documents as a list."""
        return DocumentRegister(self._database.engine)

    @cached_property
    def issuing(self) -> Issuing:
        """Documents from the customer's record."""
        sources = partial(sources_of, rates=self._books.rates, law=law)
        return Issuing(self._database.engine, sources, self.documents, self._books.company)

    @cached_property
    def ports(self) -> IssuePorts:
        """What issuing a document needs, at the command line and over the API."""
        return IssuePorts(self._books.directory, self.issuing, self.register, Idempotency(self._database.engine))

    @cached_property
    def submissions(self) -> Submissions:
        """Invoices on their way to KSeF."""
        return Submissions(self._database.engine, self._records.archive, self._ksef)

    def outages(self) -> Sequence[Outage]:
        """Announced outages of KSeF. Raises InvalidInput naming file and field."""
        return read_outages(self._settings.ksef_outages)

    def _ksef(self, source: str, at: datetime) -> OnlineKsef:
        # The library for it takes longer to import than all the rest.
        from adapters.ksef.client import OnlineKsef
        from adapters.ksef.signing_in import credential_of, seller_nip

        if self._settings.ksef_url is None:
            raise InvalidInput("Set KSEF_URL, such as https://api-test.ksef.mf.gov.pl.", field="KSEF_URL")
        seller = seller_nip(self._books.company(source).sender["tax_id"])
        return OnlineKsef(self._settings.ksef_url, seller, credential_of(self._settings.keys / "ksef", source), at=at)
