"""What the API of an installation works with."""

from __future__ import annotations

from functools import cached_property, partial

from sqlalchemy.exc import SQLAlchemyError

from adapters.database.access.api_keys import ApiKeys
from adapters.database.archive.audit import Audit as AuditTrail
from adapters.database.connection import schema_version
from adapters.database.documents.issued import IssuedDocuments
from adapters.database.documents.register import DocumentRegister
from adapters.database.facts.directory import CustomerDirectory
from api.ports import Access, Audit, Documents, Evaluation, Operation, Services
from app.installation.archive import Records
from app.installation.books import Books
from app.installation.clock import ZONE, Clock
from app.installation.database import Database
from app.installation.documents import Issuance
from app.installation.outbox import Outbox
from app.installation.rules import Rules
from app.usecases.archive.search import search_entries
from app.usecases.customers import source_of
from app.usecases.documents.issue import IssuePorts, issue_document
from app.usecases.evaluate import WorkingDay, evaluate_case, evaluate_customer, ruleset_for
from engine.errors import MonitumError
from engine.facts.store import FactStore
from rules.versions.library import Library


class Web:
    """The services of the API, its keys, and whether it can serve."""

    def __init__(
        self,
        database: Database,
        records: Records,
        books: Books,
        rules: Rules,
        issuance: Issuance,
        outbox: Outbox,
        clock: Clock,
    ) -> None:
        self._database = database
        self._records = records
        self._books = books
        self._rules = rules
        self._issuance = issuance
        self._outbox = outbox
        self._clock = clock

    @cached_property
    def api_keys(self) -> ApiKeys:
        """Keys of the API."""
        return ApiKeys(self._database.engine, self._records.archive.append)

    @cached_property
    def services(self) -> Services:
        """What the API works with."""
        return Services(
            evaluation=evaluation_of(
                self._books.facts, self._rules.library, self._books.directory, self._books.working_day
            ),
            rulesets=self._rules.library,
            documents=documents_of(self._issuance.register, self._issuance.documents, self._issuance.ports),
            audit=audit_of(self._records.audit, self._books.directory),
            access=Access(keys=self.api_keys, idempotency=self._issuance.ports.idempotency),
            operation=Operation(readiness=self.readiness, figures=self._outbox.figures),
            clock=self._clock,
        )

    def readiness(self) -> dict[str, bool]:
        """Whether each part that serving needs works."""
        try:
            current, newest = schema_version(self._database.engine)
            rules = bool(self._rules.library.effective(self._clock.today()))
        except (MonitumError, SQLAlchemyError):
            return {"database": False, "schema": False, "rulesets": False}
        return {"database": True, "schema": current == newest, "rulesets": rules}


def evaluation_of(
    facts: FactStore, library: Library, directory: CustomerDirectory, working_day: WorkingDay
) -> Evaluation:
    """The use cases of evaluation over these facts and rules."""
    return Evaluation(
        customers=directory,
        facts=facts,
        source_of=partial(source_of, directory),
        customer=partial(evaluate_customer, facts, library, working_day),
        ruleset_for=partial(ruleset_for, library),
        case=partial(evaluate_case, library, working_day),
        working_day=working_day,
    )


def documents_of(register: DocumentRegister, contents: IssuedDocuments, ports: IssuePorts) -> Documents:
    """The use cases of issued documents."""
    return Documents(register=register, contents=contents, issue=partial(issue_document, ports))


def audit_of(audit: AuditTrail, directory: CustomerDirectory) -> Audit:
    """The use cases of an auditor; days begin where the installation is."""
    return Audit(log=audit, search=partial(search_entries, audit, directory, zone=ZONE))
