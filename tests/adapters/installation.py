"""An installation with small books: real database, connector, evaluators, mail server, webhooks and archive."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import Row, text

from adapters.delivery.smtp import SmtpDelivery, SmtpSettings
from adapters.finance.rates.csv_rates import CsvRates
from adapters.outbox.dispatch import dispatch, drain
from adapters.outbox.ports import MailDelivery
from adapters.outbox.worker_context import WorkerContext
from adapters.runs.batch import BatchOrder, run_batch
from adapters.runs.run import execute
from app.installation.settings import Settings
from app.installation.system import System
from app.usecases.release import import_shipped
from app.usecases.sync import sync_source
from engine.decisions.evaluator_cache import EvaluatorCache
from engine.execution.ports import Moment
from engine.execution.reports import SyncReport
from engine.law.policy import Policy
from engine.ruleset.model import Ruleset
from tests.scenarios.books import Books
from tests.scenarios.player import HERE

SOURCE = "books"
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
#: A Thursday, ten days after the due date of ITEMS: the day of the reminder.
DAY = date(2026, 3, 12)
ITEMS = {
    "customers": [{"key": "A", "language": "pl"}],
    "items": [
        {"key": "I1", "issued": "2026-02-01", "due": "2026-03-02", "amount": "300.00"},
        {"key": "I2", "issued": "2026-02-01", "due": "2026-03-02", "amount": "200.00"},
    ],
}
#: Old enough for the notice on NOTICE, a Monday, and for the suspension on SUSPENSION, fifteen days later.
DEBT = {
    "customers": [{"key": "A", "language": "pl"}],
    "items": [{"key": "OLD", "issued": "2026-01-06", "due": "2026-01-20", "amount": "5000.00"}],
    "services": [{"key": "S1"}, {"key": "S2", "name": "Telephone"}],
}
NOTICE = date(2026, 3, 2)
SUSPENSION = date(2026, 3, 17)
#: The whole debt, paid.
PAID = {"payments": [{"key": "P1", "paid": SUSPENSION.isoformat(), "amount": "5000.00", "pays": {"OLD": "5000.00"}}]}


#: By versions, compiled once for all tests: durable sets are never freed.
_EVALUATORS: dict[tuple[str, ...], EvaluatorCache] = {}


def _evaluators(rulesets: Sequence[Ruleset]) -> EvaluatorCache:
    versions = tuple(ruleset.version for ruleset in rulesets)
    return _EVALUATORS.setdefault(versions, EvaluatorCache(rulesets))


class MeddledMail:
    """A mail server's client to which something happens just before it sends, once."""

    def __init__(self, real: MailDelivery, meddle: Callable[[], None]) -> None:
        self._real = real
        self._meddle: Callable[[], None] | None = meddle

    def send(
        self, message: bytes, sender: str, recipients: Sequence[str], before_data: Callable[[], None] | None = None
    ) -> None:
        """As SmtpDelivery.send."""
        meddle, self._meddle = self._meddle, None
        if meddle:
            meddle()
        self._real.send(message, sender, recipients, before_data=before_data)


@dataclass
class Watch:
    """A clock that shows what it was set to, also in the child process it is taken to."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now


class Installation:
    """One installation with one source under the Polish rules; its clock is told the time by the tests."""

    def __init__(self, folder: Path, database_url: str, smtp_port: int, **company: Any) -> None:
        self.books = Books(lambda: self.clock.now)
        self.source = folder / SOURCE
        self.source.mkdir()
        mapping = (HERE / "mapping.yaml").read_text("utf-8").replace("jurisdiction: eu", "jurisdiction: pl")
        mapping = mapping.replace("gross: amount\n", "gross: amount\n      pdf: pdf\n")
        (self.source / "mapping.yaml").write_text(mapping, "utf-8")
        shutil.copy(HERE / "company.yaml", self.source)
        told = yaml.safe_load((self.source / "company.yaml").read_text("utf-8")) | {"pack": "pl"} | company
        (self.source / "company.yaml").write_text(yaml.safe_dump(told), "utf-8")
        self.clock = Watch(datetime(2026, 1, 7, 9, tzinfo=UTC))
        settings = Settings.from_environment(
            {
                "MONITUM_HOME": str(folder / "home"),
                "DATABASE_URL": database_url,
                "MONITUM_PROCESSES": "1",
                "SMTP_URL": f"smtp://127.0.0.1:{smtp_port}",
                "MONITUM_SOURCES": str(self.source),
                "MONITUM_WEBHOOK_SECRET": SECRET,
            }
        )
        self.system = System(settings, clock=self.clock)
        self.system.books.rates = CsvRates(HERE / "rates.csv")
        self.worker_context: WorkerContext = self.system.outbox.worker_context

    def stock(self) -> None:
        """Import the shipped rulesets, as a release does."""
        import_shipped(self.system.rules.library, self.system.rules.shipped)

    def sync(self, day: date, tables: Mapping[str, Any] | None = None) -> None:
        """Change the books and mirror them, a minute after whatever was last or on the morning of the day."""
        self.books.change(tables or {})
        self.clock.now = max(
            self.clock.now + timedelta(minutes=1), datetime(day.year, day.month, day.day, 8, tzinfo=UTC)
        )
        self.books.write(self.source)
        assert not self.mirror().quarantined

    def read_again(self, moment: datetime) -> None:
        """Mirror the same books, written and read at a moment."""
        self.clock.now = moment.astimezone(UTC)
        self.books.write(self.source)
        assert not self.mirror().quarantined

    def mirror(self) -> SyncReport:
        """Mirror the books as they are."""
        return sync_source(self.system.books.mirror, self.system.records.archive, SOURCE, now=self.system.clock())

    def run(self, day: date) -> Mapping[str, int]:
        """Decide a day in this process; the child processes have tests of their own."""
        self.rulesets = self.system.rules.library.effective(day)
        engine, archive = self.system.database.engine, self.system.records.archive
        report = execute(engine, archive, self, SOURCE, day, self.rulesets, clock=self.system.clock)
        return report.counts

    @property
    def policy(self) -> Policy:
        """What adapters.runs.children.Children says, here."""
        return self.system.books.company(SOURCE).terms.policy

    def batches(self, orders: Sequence[BatchOrder]) -> Iterator[Mapping[str, int]]:
        """What adapters.runs.children.Children does, here."""
        system, evaluators = self.system, _evaluators(self.rulesets)
        for order in orders:
            with system.database.engine.connect() as connection:
                context = system.books.facts.context(connection, order.source, order.as_of, order.known_at)
            company = system.books.company(SOURCE)
            yield run_batch(
                system.database.engine, system.records.archive, order, context, evaluators, company, clock=system.clock
            )

    def day(self, day: date, tables: Mapping[str, Any] | None = None) -> Mapping[str, int]:
        """Sync and decide a day."""
        self.sync(day, tables)
        return self.run(day)

    def deliver(self, day: date) -> Mapping[str, int]:
        """Carry out everything that is due, at noon."""
        return drain(self.worker_context, lambda: self.system.moment(day))

    def deliver_at(self, local: datetime, *, limit: int = 20) -> Mapping[str, int]:
        """One round at a moment of the company's zone."""
        self.clock.now = local.astimezone(UTC)
        return dispatch(self.worker_context, Moment(self.clock.now, local.date(), local.hour), limit=limit)

    def mail_to(self, port: int) -> None:
        """From now on another mail server."""
        self.worker_context = replace(
            self.worker_context, smtp=SmtpDelivery(SmtpSettings("127.0.0.1", port, timeout=2))
        )

    def meddle(self, happening: Callable[[], None]) -> None:
        """Let something happen between the preparation of the next mail and its sending."""
        meddled = MeddledMail(self.worker_context.smtp, happening)
        self.worker_context = replace(self.worker_context, smtp=meddled)

    def actions(self, where: str = "true") -> Sequence[Row[Any]]:
        """Rows of the outbox, oldest first, with the items of each."""
        with self.system.database.engine.connect() as connection:
            return connection.execute(
                text(
                    "select a.*, array(select item_key from action_item where action_id = a.id order by 1) as items "
                    f"from action a where {where} order by id"
                )
            ).all()

    def action(self, where: str = "true") -> Row[Any]:
        """The only one."""
        (row,) = self.actions(where)
        return row

    def states(self, where: str = "true") -> list[str]:
        """States of the outbox, oldest first."""
        return [row.state for row in self.actions(where)]

    def write(self, statement: str, **values: Any) -> None:
        """Change the database behind everybody's back."""
        with self.system.database.engine.begin() as connection:
            connection.execute(text(statement), values)

    def services(self) -> dict[str, tuple[str, int]]:
        """Desired state and version of every service that a decision touched."""
        with self.system.database.engine.connect() as connection:
            rows = connection.execute(text("select service_key, desired, version from service_state order by 1"))
            return {row.service_key: (row.desired, row.version) for row in rows}

    def recorded(self, action: Row[Any]) -> list[str]:
        """Kinds of the archive entries about an action, in their order, that of the signed log."""
        with self.system.database.engine.connect() as connection:
            return list(
                connection.execute(
                    text(
                        "select e.kind from archive_entry e join archive_leaf l on l.entry_id = e.id "
                        "where e.case_ref = :case order by l.seq"
                    ),
                    {"case": f"action:{action.id}"},
                ).scalars()
            )

    def close(self) -> None:
        """Let the database go."""
        self.system.database.engine.dispose()
