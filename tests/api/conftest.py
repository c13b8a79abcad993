"""A real application on a real database: mirrored customers, an effective ruleset, keys."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, Table

from adapters.companies.company import Company
from adapters.database import tables
from adapters.database.access.api_keys import ApiKeys
from adapters.database.access.idempotency import Idempotency
from adapters.database.archive.audit import Audit
from adapters.database.archive.store import Archive
from adapters.database.connection import connect
from adapters.database.documents.customer_record import sources_of
from adapters.database.documents.issued import IssuedDocuments
from adapters.database.documents.issuing import Issuing
from adapters.database.documents.register import DocumentRegister
from adapters.database.facts.directory import CustomerDirectory
from adapters.database.facts.fact_store import PostgresFacts
from adapters.database.rulesets.store import RulesetStore
from adapters.finance.working_days import WorkingDays
from api.access.authorization import SCOPES
from api.app import create_app
from api.ports import Access, Operation, Services
from app.installation.web import audit_of, documents_of, evaluation_of
from app.usecases.documents.issue import IssuePorts
from archive.keys.archive_keys import ArchiveKeys
from engine.errors import NotFound
from engine.facts.legal import Terms
from engine.ruleset.versions import RulesetVersion
from rules.language.loader import load_ruleset
from rules.language.packs import pack
from rules.parameters.loading import known_law, law
from rules.versions.library import Library
from rules.versions.lifecycle import submitted
from tests.databases import fresh_database

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TODAY = NOW.date()


@dataclass
class Clock:
    """A clock that stands where it is put."""

    moment: datetime = NOW

    def now(self) -> datetime:
        return self.moment


class Rates:
    """Rates of one day, for every day."""

    def rate(self, currency: str, day: date) -> Decimal | None:
        return {"PLN": Decimal(1), "EUR": Decimal("4.25")}.get(currency)


@dataclass
class Installation:
    """Everything a test needs to speak with the application as somebody."""

    app: Flask
    engine: Engine
    library: Library
    keys: ApiKeys
    clock: Clock
    archive_keys: ArchiveKeys

    def key(self, owner: str, *scopes: str) -> str:
        """A fresh key."""
        return self.keys.create(owner, scopes or tuple(SCOPES), actor="root", now=NOW)[0]

    def client(self, owner: str = "anna", *scopes: str) -> FlaskClient:
        """A client that sends a fresh key with these scopes (none named: all)."""
        client = self.app.test_client()
        client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {self.key(owner, *scopes)}"
        return client


@pytest.fixture
def installation(database: Engine, tmp_path: Path) -> Installation:
    """The application, with mirrored facts and the shipped Polish B2B ruleset effective since 2020."""
    return install(database, tmp_path)


@pytest.fixture(scope="module")
def shared(_template: tuple[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """The same for a whole file of tests that only ask; a database of one's own costs more than the question."""
    with fresh_database(_template) as url:
        engine = connect(url)
        yield install(engine, tmp_path_factory.mktemp("shared"))
        engine.dispose()


@pytest.fixture(scope="module")
def asking(shared: Installation) -> FlaskClient:
    """A client with every scope on the shared application."""
    return shared.client()


def install(database: Engine, folder: Path) -> Installation:
    """Wire the application on a migrated, empty database."""
    archive_keys = ArchiveKeys(folder / "keys")
    archive = Archive(database, archive_keys)
    append = archive.append
    clock = Clock()
    library = Library(RulesetStore(database, append), clock)
    keys = ApiKeys(database, append)
    documents = IssuedDocuments(database, archive)
    sources = partial(sources_of, rates=Rates(), law=law)
    working_day = WorkingDays(known_law)
    facts = PostgresFacts(database, Rates(), working_day, clock.now, law=known_law, terms=lambda _source: Terms())
    directory, issuing = CustomerDirectory(database), Issuing(database, sources, documents, company)
    register = DocumentRegister(database)
    ports = IssuePorts(directory, issuing, register, Idempotency(database))
    services = Services(
        evaluation=evaluation_of(facts, library, directory, working_day),
        rulesets=library,
        documents=documents_of(register, documents, ports),
        audit=audit_of(Audit(database, archive, archive_keys, clock.now), directory),
        access=Access(keys=keys, idempotency=ports.idempotency),
        operation=Operation(readiness=lambda: {"database": True}),
        clock=clock,
    )
    mirror(database)
    publish(library, "pl.b2b.standard", (pack("pl").guards.parent / "b2b.yaml").read_text(encoding="utf-8"))
    return Installation(create_app(services), database, library, keys, clock, archive_keys)


def company(source: str) -> Company:
    """The seller behind 'demo' and 'other'."""
    if source not in {"demo", "other"}:
        raise NotFound("source", source)
    sender = {
        "name": "Dostawca S.A.",
        "address": "ul. Prosta 1, 00-838 Warszawa",
        "tax_id": "1234563218",
        "accounts": [{"iban": "PL61109010140000071219812874"}],
    }
    return Company(source=source, sender=sender, mail_from="biuro@dostawca.example")


@pytest.fixture
def client(installation: Installation) -> FlaskClient:
    """A client with every scope, of anna."""
    return installation.client()


def publish(library: Library, ruleset: str, body: str, day: date = date(2020, 1, 1)) -> None:
    """Draft, submit and approve a text by two people; its cases are run by other tests."""
    draft = library.draft(ruleset, body, actor="zofia")
    content, guards = load_ruleset(body).version, pack("pl").guards_text()

    def submit(version: RulesetVersion, _: Sequence[RulesetVersion]) -> Sequence[RulesetVersion]:
        return (submitted(version, actor="zofia", edition=version.edition, guards=guards, content_hash=content),)

    library.store.change(ruleset, draft.number, submit, kind="ruleset:submitted", actor="zofia", reason=None, now=NOW)
    library.approve(ruleset, draft.number, actor="adam", content_hash=content, effective_from=day)


def mirror(engine: Engine) -> None:
    """Two sources: 'demo' with three customers, 'other' with one of the same key and a ruleset it does not have."""
    with engine.begin() as connection:
        for key in ("demo", "other"):
            connection.execute(
                tables.source.insert().values(
                    key=key, title=key, ledger_currency="PLN", jurisdiction="pl", synced_at=NOW, changed_at=NOW
                )
            )
        write: Callable[[Table, Mapping[str, Any]], Any] = lambda table, row: connection.execute(  # noqa: E731
            table.insert().values({"source": "demo", "digest": "x", "recorded_from": NOW, **row})
        )
        for source, key, name, kind in (
            ("demo", "K1", "Żółw sp. z o.o.", "business"),
            ("demo", "K/2", "Gęś S.A.", "business"),
            ("demo", "C1", "Jan Kowalski", "consumer"),
            ("other", "K1", "Inny Żółw", "business"),
        ):
            write(
                tables.customer,
                {
                    "source": source,
                    "key": key,
                    "name": name,
                    "kind": kind,
                    "tax_id": f"PL{key}",
                    "language": "pl",
                    "country": "PL",
                    "email": "ksiegowosc@example.com",
                    "dunning_allowed": True,
                    "credit_limit": Decimal(10000),
                    "credit_currency": "PLN",
                },
            )
        for key, customer, due, amount, currency in (
            ("F1", "K1", date(2026, 2, 10), "1500.00", "PLN"),
            ("F2", "K1", date(2026, 2, 20), "200.50", "EUR"),
            ("F3", "K/2", date(2026, 3, 20), "99.99", "PLN"),
            ("F4", "C1", date(2026, 2, 1), "300.00", "PLN"),
        ):
            write(
                tables.document,
                {
                    "key": key,
                    "customer_key": customer,
                    "kind": "invoice",
                    "number": f"{key}/2026",
                    "issue_date": date(2026, 1, 20),
                    "currency": currency,
                    "gross": Decimal(amount),
                    "net": Decimal(amount),
                    "cost": Decimal(10),
                },
            )
            write(
                tables.open_item,
                {
                    "key": key,
                    "customer_key": customer,
                    "document_key": key,
                    "issue_date": date(2026, 1, 20),
                    "due_date": due,
                    "currency": currency,
                    "amount": Decimal(amount),
                    "direction": "debit",
                    "instalment": False,
                },
            )
        write(
            tables.payment,
            {
                "key": "P1",
                "customer_key": "K1",
                "paid_on": date(2026, 2, 15),
                "currency": "PLN",
                "amount": Decimal("100.00"),
            },
        )
        write(
            tables.allocation,
            {
                "key": "A1",
                "item_key": "F1",
                "payment_key": "P1",
                "allocated_on": date(2026, 2, 15),
                "amount": Decimal("60.00"),
            },
        )
        write(
            tables.hold,
            {"key": "H1", "customer_key": "K1", "item_key": "F2", "reason": "dispute", "placed_on": date(2026, 2, 25)},
        )
        write(tables.service, {"key": "S1", "customer_key": "K1", "name": "Internet"})
