"""Plays a scenario on the real parts: CSV connector, PostgreSQL, both evaluators, outbox, SMTP, archive."""

from __future__ import annotations

import mailbox
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import text

from adapters.companies.company import load_company
from adapters.database.mirror.sync import sync
from adapters.finance.csv_folder.source import CsvFolder
from adapters.finance.rates.csv_rates import CsvRates
from adapters.outbox.dispatch import drain
from adapters.runs.batch import BatchOrder, run_batch
from adapters.runs.run import execute
from app.installation.settings import Settings
from app.installation.system import System
from engine.decisions.evaluator_cache import EvaluatorCache
from engine.errors import NotFound
from engine.law.policy import DEFAULTS
from engine.ruleset.model import Ruleset
from tests.scenarios.books import Books

HERE = Path(__file__).parent

_DECISIONS = text("""
select d.key, d.customer_key, d.kind, d.stage,
       array_remove(array_agg(distinct i.item_key order by i.item_key), null) as items
from decision d
left join action a on a.decision_key = d.key
left join action_item i on i.action_id = a.id
group by d.id
order by d.customer_key, d.kind, d.stage
""")


class Player:
    """One installation with one source, whose days are played one after the other."""

    def __init__(self, folder: Path, database_url: str, smtp_port: int, rulesets: Sequence[Ruleset]) -> None:
        self.books = Books(lambda: self.now)
        self.source = folder / "books"
        self.source.mkdir()
        for name in ("mapping.yaml", "company.yaml"):
            shutil.copy(HERE / name, self.source)
        self.now = datetime(2020, 1, 1, 9, tzinfo=UTC)
        settings = Settings.from_environment(
            {
                "MONITUM_HOME": str(folder / "home"),
                "DATABASE_URL": database_url,
                "MONITUM_PROCESSES": "2",
                "SMTP_URL": f"smtp://127.0.0.1:{smtp_port}",
                "MONITUM_SOURCES": str(self.source),
            }
        )
        self.system = System(settings, clock=lambda: self.now)
        self.rulesets = rulesets
        self._evaluators = EvaluatorCache(rulesets)
        self.rates = CsvRates(HERE / "rates.csv")
        self.system.books.rates = self.rates
        self._by_version = {ruleset.version: ruleset for ruleset in rulesets}
        self._seen: set[str] = set()
        self.policy = DEFAULTS

    def sync(self, day: date) -> None:
        """Write the books and mirror them on a day."""
        self.now = max(self.now, datetime(day.year, day.month, day.day, 9, tzinfo=UTC))
        self.books.write(self.source)
        report = sync(self.system.database.engine, CsvFolder(self.source), now=self.now)
        assert not report.quarantined, "the scenario's books have a bad row"

    def run(self, day: date) -> list[str]:
        """Decide a day; the new decisions, one line each: 'customer: kind stage items'."""
        execute(
            self.system.database.engine,
            self.system.records.archive,
            self,
            "books",
            day,
            self.rulesets,
            clock=lambda: self.now,
        )
        with self.system.database.engine.connect() as connection:
            rows = connection.execute(_DECISIONS).all()
        fresh = [row for row in rows if row.key not in self._seen]
        self._seen.update(row.key for row in fresh)
        return [
            f"{row.customer_key}: " + " ".join([row.kind, *([row.stage] if row.stage else []), *row.items])
            for row in fresh
        ]

    def batches(self, orders: Sequence[BatchOrder]) -> Iterator[Mapping[str, int]]:
        """Batches in this process; the child processes have tests of their own."""
        for order in orders:
            yield self.batch(order, self._evaluators)

    def batch(self, order: BatchOrder, evaluators: EvaluatorCache) -> Mapping[str, int]:
        """What a child process does with an order."""
        with self.system.database.engine.connect() as connection:
            context = self.system.books.facts.context(connection, order.source, order.as_of, order.known_at)
        company = load_company(self.source / "company.yaml")
        engine, archive = self.system.database.engine, self.system.records.archive
        return run_batch(engine, archive, order, context, evaluators, company, clock=lambda: self.now)

    def deliver(self, day: date) -> Mapping[str, int]:
        """Carry out what is due; counts of the states reached."""
        context = replace(self.system.outbox.worker_context, ruleset=self._ruleset)
        return drain(context, lambda: self.system.moment(day))

    def _ruleset(self, ruleset: str, version: str) -> Ruleset:
        if version not in self._by_version:
            raise NotFound("ruleset version", f"{ruleset} {version}")
        return self._by_version[version]

    def services(self) -> dict[str, str]:
        """Desired state of every service that a decision touched."""
        with self.system.database.engine.connect() as connection:
            rows = connection.execute(text("select service_key, desired from service_state order by service_key"))
            return {row.service_key: row.desired for row in rows}


def mails(folder: Path) -> list[Any]:
    """The messages a local mailbox got."""
    return list(mailbox.Maildir(folder, create=False)) if folder.exists() else []


def said(mail: Any) -> str:
    """The text of a message as people read it."""
    part = next(part for part in mail.walk() if part.get_content_type() == "text/plain")
    text = part.get_payload(decode=True).decode().replace("\N{NO-BREAK SPACE}", " ")
    return str(text)
