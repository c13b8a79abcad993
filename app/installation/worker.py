"""The work of an installation: deciding in child processes, carrying out, and finding out what became of it."""

from __future__ import annotations

import os
import socket
from collections.abc import Sequence
from datetime import timedelta
from functools import cached_property
from typing import Final

from adapters.delivery.smtp import SmtpDelivery, SmtpSettings
from adapters.outbox.reconciliation import Reconciliation
from adapters.outbox.status import Standing, standing
from adapters.outbox.worker_context import Office
from adapters.runs.batch import Evaluators
from adapters.runs.children import Children, Equipment
from adapters.runs.redecision import Redecider
from app.installation.archive import Records
from app.installation.books import Books
from app.installation.clock import ZONE, Clock
from app.installation.database import Database
from app.installation.rules import Rules
from app.installation.settings import Settings
from engine.ruleset.model import Ruleset
from rules.parameters.loading import known_law
from rules.sentences.rule import rule_sentence

#: How far this machine's clock may be from the database's before nothing is carried out.
_SKEW: Final = timedelta(minutes=5)


class Worker:
    """What decides, delivers and reconciles."""

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
    def office(self) -> Office:
        """What a worker works with."""
        return Office(
            engine=self._database.engine, archive=self._records.archive, facts=self._books.facts,
            ruleset=self._rules.version, evaluators=Evaluators((), confirm=False), companies=self._books.companies,
            smtp=SmtpDelivery(SmtpSettings.of_url(self._settings.smtp_url)), mail_domain=self._settings.mail_domain,
            owner=f"{socket.gethostname()}:{os.getpid()}", clock=self._clock,
            working_day=self._books.working_day, zone=ZONE,
            sentence=rule_sentence, skew=_SKEW if self._clock.real else None,
        )  # fmt: skip

    @cached_property
    def reconciliation(self) -> Reconciliation:
        """Finds out what became of messages in doubt."""
        return Reconciliation(
            self._database.engine, self._records.archive, self._books.companies,
            mail_domain=self._settings.mail_domain, zone=ZONE,
        )  # fmt: skip

    @cached_property
    def redecider(self) -> Redecider:
        """Decides again what is archived."""
        return Redecider(self._database.engine, self._books.facts, self._rules.version)

    def children(self, source: str, rulesets: Sequence[Ruleset]) -> Children:
        """The pool that evaluates batches of a source."""
        equipment = Equipment(
            self._database.url, self._settings.keys, tuple(rulesets), self._books.company(source), self._books.rates,
            self._books.working_day, self._clock, self._settings.home / "evidence", known_law,
        )  # fmt: skip
        return Children(equipment, self._settings.processes)

    def standing(self) -> Standing:
        """How execution stands now."""
        with self._database.engine.connect() as connection:
            return standing(connection, self._clock(), self._clock.today())
