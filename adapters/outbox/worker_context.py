"""What executors work with: facts, rules, wording, mail and webhooks of this installation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo

from sqlalchemy import Connection, Engine

from adapters.companies.company import Company
from adapters.database.archive.store import Archive
from adapters.outbox.ports import CaseFacts, MailDelivery, RuleSentence, RulesetVersions
from engine.decisions.evaluator_cache import EvaluatorCache
from engine.errors import MonitumError, NotFound


@dataclass(frozen=True, slots=True)
class WorkerContext:
    """The equipment of a worker. `mail_domain` ends message ids; `owner` names this worker in its claims.

    `skew`: how far `clock` may be from the database's before nothing is carried out; None for a clock that is set.
    `unreadable`: sources whose company.yaml cannot be read, with what is wrong; their actions wait.
    """

    engine: Engine
    archive: Archive
    facts: CaseFacts[Connection]
    ruleset: RulesetVersions
    evaluators: EvaluatorCache
    companies: Mapping[str, Company]
    smtp: MailDelivery
    mail_domain: str
    owner: str
    clock: Callable[[], datetime]
    working_day: Callable[[date, str], bool]
    zone: tzinfo
    sentence: RuleSentence
    skew: timedelta | None = None
    unreadable: Mapping[str, MonitumError] = field(default_factory=dict)

    def company(self, source: str) -> Company:
        """The company of a source. Raises NotFound when it is not set up here."""
        if source not in self.companies:
            raise NotFound("company of source", source)
        return self.companies[source]
