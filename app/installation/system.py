"""The composition root: which part gets which. Everything here is lazy, so that a command starts only what it needs."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property, partial
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from adapters.companies.company import Company, load_company
from adapters.database.access.api_keys import ApiKeys
from adapters.database.access.idempotency import Idempotency
from adapters.database.access.roles import admit, login_url, role_grants
from adapters.database.archive.audit import Audit
from adapters.database.archive.store import Archive, ArchiveKeys
from adapters.database.connection import connect, migrate, schema_version
from adapters.database.documents.customer_record import sources_of
from adapters.database.documents.issued import IssuedDocuments
from adapters.database.documents.issuing import Issuing
from adapters.database.documents.register import DocumentRegister
from adapters.database.embedded import embedded_url
from adapters.database.erasure.erasures import Erasures
from adapters.database.erasure.legal_hold import LegalHolds
from adapters.database.erasure.restored import require_unforgotten
from adapters.database.erasure.retention import Retention
from adapters.database.facts.directory import CustomerDirectory
from adapters.database.facts.fact_store import PostgresFacts
from adapters.database.rulesets.store import RulesetStore
from adapters.delivery.smtp import SmtpDelivery, SmtpSettings
from adapters.finance.csv_folder.source import CsvFolder
from adapters.finance.rates.csv_rates import CsvRates
from adapters.finance.rates.nbp import NbpRates
from adapters.finance.working_days import WorkingDays
from adapters.ksef.client import OnlineKsef
from adapters.ksef.signing_in import credential_of, seller_nip
from adapters.ksef.submissions import Submissions
from adapters.outbox.metrics import families
from adapters.outbox.reconciliation import Reconciliation
from adapters.outbox.status import OutboxStatus, outbox_status
from adapters.outbox.worker_context import WorkerContext
from adapters.runs.children import Children, Equipment
from adapters.runs.redecision import Redecider
from api.ports import Services
from app.installation.settings import Settings
from archive.erasure.shred_journal import ShredJournal
from engine.decisions.evaluator_cache import EvaluatorCache
from engine.errors import InvalidInput, MonitumError, NotFound
from engine.execution.ports import Moment
from engine.facts.legal import Terms
from engine.ports import RateTable
from engine.ruleset.model import Ruleset
from rules.parameters.loading import known_law, law
from rules.sentences.rule import rule_sentence
from rules.versions.library import Library

#: Days and hours are those of the market that Monitum serves first.
ZONE = ZoneInfo("Europe/Warsaw")
#: How far this machine's clock may be from the database's before nothing is carried out.
_SKEW = timedelta(minutes=5)


class SchemaOutdated(MonitumError):
    """The database is older than the program. Run: monitum release (with MONITUM_ADMIN_DATABASE_URL set)"""

    code = "schema_outdated"


class DatabaseUnreachable(MonitumError):
    """The database does not answer."""

    code = "database_unreachable"


def now() -> datetime:
    """The present; the only place outside tests that asks for it."""
    return datetime.now(UTC)  # noqa: TID251  the clock port itself


def _reached(url: str, setting: str) -> Engine:
    engine = connect(url)
    try:
        engine.connect().close()
    except OperationalError as error:
        reason = str(error.orig).partition("\n")[0]
        raise DatabaseUnreachable(f"The database does not answer. Check {setting}. {reason}") from error
    return engine


def _require_ready(engine: Engine) -> Engine:
    role_grants(engine).require_application()
    current, newest = schema_version(engine)
    if current != newest:
        raise SchemaOutdated
    return engine


class _Clock:
    """The clock port over a function."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.now = now


class System:
    """One installation: settings, database, archive, companies, rulesets."""

    def __init__(self, settings: Settings, *, clock: Callable[[], datetime] = now) -> None:
        self.settings = settings
        self.clock = clock

    @classmethod
    def from_environment(cls) -> System:
        """The installation the environment describes."""
        return cls(Settings.from_environment())

    def today(self) -> date:
        """The business day."""
        return self.clock().astimezone(ZONE).date()

    def moment(self, as_of: date | None = None) -> Moment:
        """The moment of an effect: the present, or noon of a given day."""
        now = self.clock()
        local = datetime.combine(as_of, time(12), ZONE) if as_of else now.astimezone(ZONE)
        return Moment(now, local.date(), local.hour)

    @cached_property
    def database_url(self) -> str:
        """URL of the database as the application: DATABASE_URL, or the embedded server's with a role of its own."""
        return self.settings.database_url or login_url(embedded_url(self.settings.home / "postgres"))

    @cached_property
    def admin_url(self) -> str | None:
        """URL of the same database as its administrator: MONITUM_ADMIN_DATABASE_URL, or the embedded superuser."""
        if self.settings.admin_database_url or self.settings.database_url:
            return self.settings.admin_database_url
        return embedded_url(self.settings.home / "postgres")

    def prepare(self) -> None:
        """Bring the schema up to date and give the application its role, as administrator; without one, only check.

        Raises SchemaOutdated, DatabaseUnreachable, RunsAsOwner, NotAdmitted.
        """
        if self.admin_url is not None:
            admin = _reached(self.admin_url, "MONITUM_ADMIN_DATABASE_URL")
            migrate(admin)
            admit(admin, self.database_url)
            admin.dispose()
        _require_ready(_reached(self.database_url, "DATABASE_URL")).dispose()

    def reach(self) -> Engine:
        """An engine on the database, whatever its schema; the embedded one is migrated. Raises DatabaseUnreachable."""
        return _reached(self.database_url, "DATABASE_URL") if self.settings.database_url else self.engine

    @cached_property
    def engine(self) -> Engine:
        """An engine on a migrated database, as the application; the embedded one is migrated when it is not.

        Raises SchemaOutdated, DatabaseUnreachable, RunsAsOwner, NotAdmitted, ErasuresForgotten.
        """
        require_unforgotten(self.restored_engine, self.journal)
        return self.restored_engine

    @cached_property
    def restored_engine(self) -> Engine:
        """The same, also when the database was set back to a state before an erasure."""
        if self.settings.database_url is None:
            administrator = _reached(str(self.admin_url), "MONITUM_HOME")
            current, newest = schema_version(administrator)
            administrator.dispose()
            if current != newest:
                self.prepare()
        return _require_ready(_reached(self.database_url, "DATABASE_URL"))

    @property
    def keys(self) -> Path:
        """Folder of the archive's keys."""
        return self.settings.home / "keys"

    @cached_property
    def archive_keys(self) -> ArchiveKeys:
        """The keys of the archive."""
        return ArchiveKeys(self.keys)

    @cached_property
    def archive(self) -> Archive:
        """The archive."""
        return Archive(self.engine, self.archive_keys)

    @cached_property
    def audit(self) -> Audit:
        """Reading of the archive by people: proofs, search, exports."""
        return Audit(self.engine, self.archive, self.archive_keys, self.clock)

    @cached_property
    def journal(self) -> ShredJournal:
        """Who was erased, as remembered beside the keys."""
        return ShredJournal(self.keys)

    @cached_property
    def erasures(self) -> Erasures:
        """Erasing of people, also from a database that was set back."""
        engine = self.restored_engine
        return Erasures(engine, Archive(engine, self.archive_keys), Retention(known_law), self.journal)

    @cached_property
    def legal_holds(self) -> LegalHolds:
        """Legal holds."""
        return LegalHolds(self.engine, self.archive)

    @cached_property
    def redecider(self) -> Redecider:
        """Decides again what is archived."""
        return Redecider(self.engine, self.facts, self._ruleset)

    @cached_property
    def companies(self) -> dict[str, Company]:
        """Companies by source key."""
        loaded = (
            load_company(folder / "company.yaml", webhook_secret=self.settings.webhook_secret)
            for folder in self.settings.sources
        )
        return {company.source: company for company in loaded}

    def company(self, source: str) -> Company:
        """The company of a source. Raises NotFound."""
        if source not in self.companies:
            raise NotFound("source", source)
        return self.companies[source]

    @cached_property
    def finance_sources(self) -> Sequence[CsvFolder]:
        """The connectors, one for each folder in the settings."""
        return [CsvFolder(folder) for folder in self.settings.sources]

    @cached_property
    def rates(self) -> RateTable:
        """Exchange rates: the CSV file of the settings, else the package."""
        return CsvRates(self.settings.rates_csv) if self.settings.rates_csv else NbpRates()

    @cached_property
    def facts(self) -> PostgresFacts:
        """The synchronized facts."""
        return PostgresFacts(
            self.engine, self.rates, self.working_day, self.clock, law=known_law,
            terms=lambda source: self.companies[source].terms if source in self.companies else Terms(),
        )  # fmt: skip

    @cached_property
    def rulesets(self) -> RulesetStore:
        """Stored ruleset versions."""
        return RulesetStore(self.engine, self.archive.append)

    @cached_property
    def library(self) -> Library:
        """Rulesets by day, and the life of their versions."""
        return Library(self.rulesets, _Clock(lambda: self.clock().astimezone(ZONE)))

    @cached_property
    def directory(self) -> CustomerDirectory:
        """Customers by key or name."""
        return CustomerDirectory(self.engine)

    @cached_property
    def documents(self) -> IssuedDocuments:
        """Documents issued, and their issuing."""
        return IssuedDocuments(self.engine, self.archive)

    @cached_property
    def register(self) -> DocumentRegister:
        """Issued documents as a list."""
        return DocumentRegister(self.engine)

    @cached_property
    def issuing(self) -> Issuing:
        """Documents from the customer's record."""
        sources = partial(sources_of, rates=self.rates, law=law)
        return Issuing(self.engine, sources, self.documents, self.company)

    @cached_property
    def submissions(self) -> Submissions:
        """Invoices on their way to KSeF."""
        return Submissions(self.engine, self.archive, self._ksef)

    def _ksef(self, source: str, at: datetime) -> OnlineKsef:
        if self.settings.ksef_url is None:
            raise InvalidInput("Set KSEF_URL, such as https://api-test.ksef.mf.gov.pl.", field="KSEF_URL")
        seller = seller_nip(self.company(source).sender["tax_id"])
        return OnlineKsef(self.settings.ksef_url, seller, credential_of(self.keys / "ksef", source), at=at)

    @cached_property
    def api_keys(self) -> ApiKeys:
        """Keys of the API."""
        return ApiKeys(self.engine, self.archive.append)

    @cached_property
    def working_day(self) -> WorkingDays:
        """Tells whether a day is a working day in a country."""
        return WorkingDays(known_law)

    @cached_property
    def office(self) -> WorkerContext:
        """What a worker works with."""
        return WorkerContext(
            engine=self.engine, archive=self.archive, facts=self.facts, ruleset=self._ruleset,
            evaluators=EvaluatorCache((), confirm=False), companies=self.companies,
            smtp=SmtpDelivery(SmtpSettings.of_url(self.settings.smtp_url)), mail_domain=self.settings.mail_domain,
            owner=f"{socket.gethostname()}:{os.getpid()}", clock=self.clock, working_day=self.working_day, zone=ZONE,
            sentence=rule_sentence, skew=_SKEW if self.clock is now else None,
        )  # fmt: skip

    @cached_property
    def reconciliation(self) -> Reconciliation:
        """Finds out what became of messages in doubt."""
        return Reconciliation(
            self.engine, self.archive, self.companies, mail_domain=self.settings.mail_domain, zone=ZONE
        )

    def _ruleset(self, ruleset: str, version: str) -> Ruleset:
        found = self.library.ruleset(self.rulesets.with_hash(version))
        if found.id != ruleset:
            raise NotFound("ruleset version", f"{ruleset} {version}")
        return found

    @cached_property
    def services(self) -> Services:
        """What the API works with."""
        return Services(
            facts=self.facts, library=self.library, keys=self.api_keys, directory=self.directory,
            idempotency=Idempotency(self.engine), register=self.register, documents=self.documents,
            issuing=self.issuing, audit=self.audit, clock=_Clock(lambda: self.clock().astimezone(ZONE)),
            working_day=self.working_day, readiness=self.readiness, figures=lambda: families(self.outbox_status()),
        )  # fmt: skip

    def outbox_status(self) -> OutboxStatus:
        """How execution stands now."""
        with self.engine.connect() as connection:
            return outbox_status(connection, self.clock(), self.today())

    def readiness(self) -> dict[str, bool]:
        """Whether each part that serving needs works."""
        try:
            current, newest = schema_version(self.engine)
            rules = bool(self.library.effective(self.today()))
        except (MonitumError, SQLAlchemyError):
            return {"database": False, "schema": False, "rulesets": False}
        return {"database": True, "schema": current == newest, "rulesets": rules}

    def children(self, source: str, rulesets: Sequence[Ruleset]) -> Children:
        """The pool that evaluates batches of a source."""
        equipment = Equipment(
            self.database_url, self.keys, tuple(rulesets), self.company(source), self.rates, self.working_day,
            self.clock, self.settings.home / "evidence", known_law,
        )  # fmt: skip
        return Children(equipment, self.settings.processes)
