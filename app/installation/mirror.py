"""The configured sources of an installation, and the facts mirrored from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import psycopg
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from adapters.database.archive.store import Archive
from adapters.database.facts.doubts import current_doubts
from adapters.database.mirror.findings import current_findings
from adapters.database.mirror.quarantine import quarantined
from adapters.database.mirror.sync import sync
from adapters.finance.contract import FinanceSource
from adapters.outbox.corrections import release_corrected
from app.usecases.progress import Progress
from engine.errors import AdapterError, MonitumError
from engine.execution.reports import Quarantined, SyncReport
from engine.facts.doubts import Doubt
from engine.facts.findings import Finding


class Mirror:
    """Connectors by source key; a sync says in the archive how issued documents stand after it.

    A source that cannot be used is the error that says why: its sync raises that, and the others go on.
    """

    def __init__(
        self, engine: Engine, archive: Archive, finance_sources: Mapping[str, FinanceSource | MonitumError]
    ) -> None:
        self._engine = engine
        self._archive = archive
        self._by_key = finance_sources

    @property
    def sources(self) -> Sequence[str]:
        """Keys of the configured sources."""
        return list(self._by_key)

    def sync(self, source: str, *, now: datetime, accept_shrinkage: bool, progress: Progress) -> SyncReport:
        """Bring the facts of a source to what it holds now; what was stuck for its books goes on.

        Raises AdapterError, InvalidInput.
        """
        finance = self._by_key[source]
        if isinstance(finance, MonitumError):
            raise finance
        try:
            report = sync(
                self._engine,
                finance,
                now=now,
                accept_shrinkage=accept_shrinkage,
                append=self._archive.append,
                progress=lambda _table, done, total: progress(done, total),
            )
            with self._engine.begin() as connection:
                return replace(report, retried=release_corrected(connection, self._archive, source, now))
        except (SQLAlchemyError, psycopg.Error) as error:
            cause = str(getattr(error, "orig", error)).partition("\n")[0]
            raise AdapterError(f"{source}: the database refused it: {cause}. Nothing was imported.") from error

    def quarantined(self, sources: Sequence[str]) -> Sequence[Quarantined]:
        """The problems of these sources, by file and line."""
        return quarantined(self._engine, sources)

    def findings(self, sources: Sequence[str], customer: str | None = None) -> Sequence[Finding]:
        """What somebody should mend in these sources, by file and line; of one customer if named."""
        with self._engine.connect() as connection:
            return current_findings(connection, sources, customer)

    def doubts(self, sources: Sequence[str], customer: str | None = None) -> Sequence[Doubt]:
        """Why books of these sources are in doubt; with a customer, what holds it back."""
        with self._engine.connect() as connection:
            return current_doubts(connection, sources, customer)
