"""The composition root: one installation, held together. Everything is lazy: a command starts, and imports, only what
it needs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from app.installation.clock import Clock, now
from app.installation.settings import Settings
from archive.erasure.shred_journal import ShredJournal
from engine.execution.ports import Moment

if TYPE_CHECKING:
    from app.installation.archive import Records
    from app.installation.books import Books
    from app.installation.database import Database
    from app.installation.documents import Issuance
    from app.installation.health import Health
    from app.installation.outbox import Outbox
    from app.installation.rules import Rules
    from app.installation.runs import Runs
    from app.installation.web import Web


class System:
    """One installation, by concern."""

    def __init__(self, settings: Settings, *, clock: Callable[[], datetime] = now) -> None:
        self.settings = settings
        self.clock = clock if isinstance(clock, Clock) else Clock(clock)
        self._journal = ShredJournal(settings.keys)

    @classmethod
    def from_environment(cls) -> System:
        """The installation the environment describes."""
        return cls(Settings.from_environment())

    @classmethod
    def demonstration(cls) -> System:
        """The same over the sample companies, whose books are of now."""
        return cls(Settings.from_environment().with_samples())

    @cached_property
    def database(self) -> Database:
        """Its database."""
        from app.installation.database import Database

        return Database(self.settings, self._journal)

    @cached_property
    def records(self) -> Records:
        """Its archive."""
        from app.installation.archive import Records

        return Records(self.settings, self.database, self._journal, self.clock)

    @cached_property
    def books(self) -> Books:
        """The books of its companies."""
        from app.installation.books import Books

        return Books(self.settings, self.database, self.records, self.clock)

    @cached_property
    def rules(self) -> Rules:
        """Its rules."""
        from app.installation.rules import Rules

        return Rules(self.settings, self.database, self.records, self.clock)

    @cached_property
    def issuance(self) -> Issuance:
        """Its documents."""
        from app.installation.documents import Issuance

        return Issuance(self.settings, self.database, self.records, self.books)

    @cached_property
    def runs(self) -> Runs:
        """Its runs."""
        from app.installation.runs import Runs

        return Runs(self.settings, self.database, self.records, self.books, self.rules, self.clock)

    @cached_property
    def outbox(self) -> Outbox:
        """Its outbox."""
        from app.installation.outbox import Outbox

        return Outbox(self.settings, self.database, self.records, self.books, self.rules, self.clock)

    @cached_property
    def health(self) -> Health:
        """The health of its parts."""
        from app.installation.health import Health

        return Health(self.settings, self.database, self.records, self.outbox)

    @cached_property
    def web(self) -> Web:
        """What its API works with."""
        from app.installation.web import Web

        return Web(self.database, self.records, self.books, self.rules, self.issuance, self.outbox, self.clock)

    def today(self) -> date:
        """The business day."""
        return self.clock.today()

    def moment(self, as_of: date | None = None) -> Moment:
        """The moment of an effect: the present, or noon of a given day."""
        return self.clock.moment(as_of)
