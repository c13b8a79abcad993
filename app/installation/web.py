"""What the API of an installation works with."""

from __future__ import annotations

from functools import cached_property

from sqlalchemy.exc import SQLAlchemyError

from adapters.database.access.api_keys import ApiKeys
from adapters.database.access.idempotency import Idempotency
from adapters.database.connection import schema_version
from adapters.outbox.metrics import families
from api.ports import Services
from app.installation.archive import Records
from app.installation.books import Books
from app.installation.clock import Clock
from app.installation.database import Database
from app.installation.documents import Issuance
from app.installation.rules import Rules
from app.installation.worker import Worker
from engine.errors import MonitumError


class Web:
    """The services of the API, its keys, and whether it can serve."""

    def __init__(
        self, database: Database, records: Records, books: Books, rules: Rules, issuance: Issuance, worker: Worker,
        clock: Clock,
    ) -> None:  # fmt: skip
        self._database = database
        self._records = records
        self._books = books
        self._rules = rules
        self._issuance = issuance
        self._worker = worker
        self._clock = clock

    @cached_property
    def api_keys(self) -> ApiKeys:
        """Keys of the API."""
        return ApiKeys(self._database.engine, self._records.archive.append)

    @cached_property
    def services(self) -> Services:
        """What the API works with."""
        return Services(
            facts=self._books.facts, library=self._rules.library, keys=self.api_keys, directory=self._books.directory,
            idempotency=Idempotency(self._database.engine), register=self._issuance.register,
            documents=self._issuance.documents, issuing=self._issuance.issuing, audit=self._records.audit,
            clock=self._clock, working_day=self._books.working_day, readiness=self.readiness,
            figures=lambda: families(self._worker.standing()),
        )  # fmt: skip

    def readiness(self) -> dict[str, bool]:
        """Whether each part that serving needs works."""
        try:
            current, newest = schema_version(self._database.engine)
            rules = bool(self._rules.library.effective(self._clock.today()))
        except (MonitumError, SQLAlchemyError):
            return {"database": False, "schema": False, "rulesets": False}
        return {"database": True, "schema": current == newest, "rulesets": rules}
