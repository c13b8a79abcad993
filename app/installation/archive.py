"""The archive of an installation: its keys, what is read of it, and what the law takes out of it again."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

from adapters.database.archive.anchors.anchors import Anchors
from adapters.database.archive.anchors.witnessed_log import DatabaseLog
from adapters.database.archive.audit import Audit
from adapters.database.archive.keys import KeyLife
from adapters.database.archive.store import Archive, open_keys
from adapters.database.connection import connect
from adapters.database.erasure.erasures import Erasures
from adapters.database.erasure.legal_hold import LegalHolds
from adapters.database.erasure.retention import Retention
from adapters.witness.http_log import HttpLog
from app.installation.clock import Clock
from app.installation.database import Database
from app.installation.settings import Settings
from archive.anchors.cosigner import Cosigner
from archive.erasure.shred_journal import ShredJournal
from archive.keys.archive_keys import ArchiveKeys
from archive.log.note import Verifier
from engine.errors import InvalidInput
from rules.parameters.loading import known_law

#: Variable with the key of scope 'auditor' for the log's API.
TOKEN = "MONITUM_WITNESS_TOKEN"  # noqa: S105  the name of a variable


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
    def anchors(self) -> Anchors:
        """What anchors the log outside: authorities and witnesses."""
        return Anchors(self._database.engine, self.keys)

    def key_life(self, actor: str) -> KeyLife:
        """Changes of the archive's keys, by an actor, now."""
        return KeyLife(self._database.engine, self.archive, self.keys, actor=actor, at=self._clock())

    @cached_property
    def erasures(self) -> Erasures:
        """Erasing of people, also from a database that was set back."""
        engine = self._database.restored_engine
        return Erasures(engine, Archive(engine, self.keys), Retention(known_law), self.journal)

    @cached_property
    def legal_holds(self) -> LegalHolds:
        """Legal holds."""
        return LegalHolds(self._database.engine, self.archive)


def cosigner(folder: Path | None, name: str, logs: Sequence[str]) -> Cosigner:
    """The key and memory of the witness in a folder, of the installation's home if none is named.

    `logs`: public keys of logs to be trusted from now on. Raises KeyUnusable, NoteRejected.
    """
    place = folder or Settings.from_environment().home / "witness"
    return Cosigner(place, name=name, logs=[Verifier.parse(vkey) for vkey in logs])


def observed_log(
    url: str | None, database: str | None, token: str | None, known: Sequence[Verifier]
) -> HttpLog | DatabaseLog:
    """The log behind an API or in a database; `known`: the keys that sign it. Raises InvalidInput."""
    if (url is None) == (database is None):
        raise InvalidInput("Say where the log is: either --url or --database.", field="url")
    if database is not None:
        return DatabaseLog(connect(database), known)
    if not token:
        raise InvalidInput(f"Put a key of scope 'auditor' into {TOKEN}; monitum keys create makes one.", field=TOKEN)
    return HttpLog(str(url), token)
