"""The archive of an installation: its keys, what is read of it, and what the law takes out of it again."""

from __future__ import annotations

from functools import cached_property

from adapters.database.archive.audit import Audit
from adapters.database.archive.store import Archive, open_keys
from adapters.database.erasure.erasures import Erasures
from adapters.database.erasure.legal_hold import LegalHolds
from adapters.database.erasure.retention import Retention
from app.installation.clock import Clock
from app.installation.database import Database
from app.installation.settings import Settings
from archive.erasure.shred_journal import ShredJournal
from archive.keys.archive_keys import ArchiveKeys
from rules.parameters.loading import known_law


class Records:
    """The archive and all that keeps, reads, holds and erases its records."""

    def __init__(self, settings: Settings, database: Database, journal: ShredJournal, clock: Clock) -> None:
        self._settings = settings
        self._database = database
        self._clock = clock
        #: Who was erased, as remembered beside the keys.
        self.journal = journal

    @cached_property
    def keys(self) -> ArchiveKeys:
        """The keys of the archive."""
        return open_keys(self._settings.keys)

    @cached_property
    def archive(self) -> Archive:
        """The archive."""
        return Archive(self._database.engine, self.keys)

    @cached_property
    def audit(self) -> Audit:
        """Reading of the archive by people: proofs, search, exports."""
        return Audit(self._database.engine, self.archive, self.keys, self._clock)

    @cached_property
    def erasures(self) -> Erasures:
        """Erasing of people, also from a database that was set back."""
        engine = self._database.restored_engine
        return Erasures(engine, Archive(engine, self.keys), Retention(known_law), self.journal)

    @cached_property
    def legal_holds(self) -> LegalHolds:
        """Legal holds."""
        return LegalHolds(self._database.engine, self.archive)
