"""The outbox of an installation: carrying out, settling what is in doubt, and what waits for a person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any, Final

from prometheus_client.metrics_core import Metric

from adapters.delivery.smtp import SmtpDelivery, SmtpSettings
from adapters.outbox import attention, proposals
from adapters.outbox.dispatch import drain
from adapters.outbox.metrics import families
from adapters.outbox.preview import preview
from adapters.outbox.reconciliation import Reconciliation
from adapters.outbox.status import OutboxStatus, outbox_status
from adapters.outbox.worker_context import WorkerContext
from app.installation.archive import Records
from app.installation.books import Books
from app.installation.clock import ZONE, Clock
from app.installation.database import Database
from app.installation.process import process_name
from app.installation.rules import Rules
from app.installation.settings import Settings
from app.usecases.attention import AttentionVerdict
from app.usecases.progress import Progress
from engine.decisions.evaluator_cache import EvaluatorCache
from engine.execution.ports import Moment
from engine.execution.preparation import Preview
from rules.sentences.rule import rule_sentence

#: How far this machine's clock may be from the database's before nothing is carried out.
_SKEW: Final = timedelta(minutes=5)


class Outbox:
    """Actions: their worker, and the ports by which people see and settle them."""

    def __init__(
        self, settings: Settings, database: Database, records: Records, books: Books, rules: Rules, clock: Clock
    ) -> None:
        self._settings = settings
        self._database = database
        self._records = records
        self._books = books
        self._rules = rules
        self._clock = clock

    @cached_property
    def worker_context(self) -> WorkerContext:
        """What a worker works with."""
        return WorkerContext(
            engine=self._database.engine,
            archive=self._records.archive,
            facts=self._books.facts,
            ruleset=self._rules.version,
            evaluators=EvaluatorCache((), confirm=False),
            companies=self._books.companies,
            smtp=SmtpDelivery(SmtpSettings.of_url(self._settings.smtp_url)),
            mail_domain=self._settings.mail_domain,
            owner=process_name(),
            clock=self._clock,
            working_day=self._books.working_day,
            zone=ZONE,
            sentence=rule_sentence,
            skew=_SKEW if self._clock.real else None,
            unreadable=self._books.unreadable,
        )

    @cached_property
    def reconciliation(self) -> Reconciliation:
        """Finds out what became of messages in doubt."""
        return Reconciliation(
            self._database.engine,
            self._records.archive,
            self._books.companies,
            mail_domain=self._settings.mail_domain,
            zone=ZONE,
        )

    def drain(self, moment: Callable[[], Moment], *, source: str, progress: Progress) -> Counter[str]:
        """Rounds until nothing is due, each at its own moment; how many actions reached which state."""
        return drain(self.worker_context, moment, source=source, progress=progress)

    def preview(self, action_id: int, as_of: date | None = None) -> Preview:
        """What an action would be if it were carried out now, or at noon of a day; nothing is written. Raises NotFound
        and what its making raises."""
        return preview(self.worker_context, action_id, self._clock.moment(as_of))

    def status(self) -> OutboxStatus:
        """How execution stands now."""
        with self._database.engine.connect() as connection:
            return outbox_status(connection, self._clock(), self._clock.today())

    def figures(self) -> Iterable[Metric]:
        """The same as figures that Prometheus reads."""
        return families(self.status())

    def waiting(self, source: str) -> Sequence[Mapping[str, Any]]:
        """Proposals, oldest first; of one source or of all ('')."""
        with self._database.engine.connect() as connection:
            return proposals.waiting(connection, source)

    def approve(self, ids: Sequence[int], *, by: str, now: datetime) -> int:
        """Make proposals ready; how many decisions are now. Raises Conflict, FourEyes."""
        return proposals.approve(self._database.engine, self._records.archive, ids, by=by, now=now)

    def drop(self, ids: Sequence[int], *, by: str, reason: str, now: datetime) -> int:
        """Cancel proposals; how many decisions. Raises Conflict."""
        return proposals.drop(self._database.engine, self._records.archive, ids, by=by, reason=reason, now=now)

    def settle(
        self, ids: Sequence[int], verdict: AttentionVerdict, *, by: str, reason: str, now: datetime, today: date
    ) -> int:
        """Try stuck actions again, count them as done from today, or give them up; how many. Raises Conflict."""
        return attention.settle(
            self._database.engine, self._records.archive, ids, verdict, by=by, reason=reason, now=now, today=today
        )
