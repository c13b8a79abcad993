"""The composition root: one installation, held together. Everything is lazy: a command starts only what it needs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import Engine

from adapters.companies.company import Company
from adapters.database.access.api_keys import ApiKeys
from adapters.database.archive.audit import Audit
from adapters.database.archive.store import Archive
from adapters.database.documents.issued import IssuedDocuments
from adapters.database.documents.issuing import Issuing
from adapters.database.documents.register import DocumentRegister
from adapters.database.erasure.erasures import Erasures
from adapters.database.erasure.legal_hold import LegalHolds
from adapters.database.facts.directory import CustomerDirectory
from adapters.database.facts.fact_store import PostgresFacts
from adapters.database.rulesets.store import RulesetStore
from adapters.ksef.submissions import Submissions
from adapters.runs.redecision import Redecider
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
from archive.keys.archive_keys import ArchiveKeys
from engine.execution.ports import Moment
from rules.versions.library import Library


class System:
    """One installation, by concern. The short names below are for commands and tests."""

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

    @property
    def engine(self) -> Engine:
        """An engine on the database."""
        return self.database.engine

    @property
    def database_url(self) -> str:
        """URL of the database as the application."""
        return self.database.url

    @property
    def admin_url(self) -> str | None:
        """URL of the database as its administrator."""
        return self.database.admin_url

    @property
    def keys(self) -> Path:
        """Folder of the archive's keys."""
        return self.settings.keys

    @property
    def archive_keys(self) -> ArchiveKeys:
        """The keys of the archive."""
        return self.records.keys

    @property
    def archive(self) -> Archive:
        """The archive."""
        return self.records.archive

    @property
    def audit(self) -> Audit:
        """Reading of the archive by people."""
        return self.records.audit

    @property
    def journal(self) -> ShredJournal:
        """Who was erased, as remembered beside the keys."""
        return self.records.journal

    @property
    def erasures(self) -> Erasures:
        """Erasing of people."""
        return self.records.erasures

    @property
    def legal_holds(self) -> LegalHolds:
        """Legal holds."""
        return self.records.legal_holds

    @property
    def facts(self) -> PostgresFacts:
        """The synchronized facts."""
        return self.books.facts

    @property
    def companies(self) -> dict[str, Company]:
        """Companies by source key."""
        return self.books.companies

    @property
    def directory(self) -> CustomerDirectory:
        """Customers by key or name."""
        return self.books.directory

    @property
    def rulesets(self) -> RulesetStore:
        """Stored ruleset versions."""
        return self.rules.rulesets

    @property
    def library(self) -> Library:
        """Rulesets by day."""
        return self.rules.library

    @property
    def documents(self) -> IssuedDocuments:
        """Documents issued."""
        return self.issuance.documents

    @property
    def register(self) -> DocumentRegister:
        """Issued documents as a list."""
        return self.issuance.register

    @property
    def issuing(self) -> Issuing:
        """Documents from the customer's record."""
        return self.issuance.issuing

    @property
    def submissions(self) -> Submissions:
        """Invoices on their way to KSeF."""
        return self.issuance.submissions

    @property
    def redecider(self) -> Redecider:
        """Decides again what is archived."""
        return self.runs.redecider

    @property
    def api_keys(self) -> ApiKeys:
        """Keys of the API."""
        return self.web.api_keys
