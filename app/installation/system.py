"""The composition root: one installation, held together. Everything is lazy: a command starts only what it needs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from app.installation.archive import Records
from app.installation.books import Books
from app.installation.clock import Clock, now
from app.installation.database import Database
from app.installation.documents import Issuance
from app.installation.health import Health
from app.installation.outbox import Outbox
from app.installation.rules import Rules
from app.installation.runs import Runs
from app.installation.settings import Settings
from app.installation.web import Web
from archive.erasure.shred_journal import ShredJournal
from engine.execution.ports import Moment


class System:
    """One installation, by concern."""

    def __init__(self, settings: Settings, *, clock: Callable[[], datetime] = now) -> None:
        self.settings = settings
        self.clock = clock if isinstance(clock, Clock) else Clock(clock)
        journal = ShredJournal(settings.keys)
        self.database = Database(settings, journal)
        self.records = Records(settings, self.database, journal, self.clock)
        self.books = Books(settings, self.database, self.records, self.clock)
        self.rules = Rules(settings, self.database, self.records, self.clock)
        self.issuance = Issuance(settings, self.database, self.records, self.books)
        self.runs = Runs(settings, self.database, self.records, self.books, self.rules, self.clock)
        self.outbox = Outbox(settings, self.database, self.records, self.books, self.rules, self.clock)
        self.health = Health(settings, self.database, self.records, self.outbox)
        self.web = Web(self.database, self.records, self.books, self.rules, self.issuance, self.outbox, self.clock)

    @classmethod
    def from_environment(cls) -> System:
        """The installation the environment describes."""
        return cls(Settings.from_environment())

    def today(self) -> date:
        """The business day."""
        return self.clock.today()

    def moment(self, as_of: date | None = None) -> Moment:
        """The moment of an effect: the present, or noon of a given day."""
        return self.clock.moment(as_of)
