"""One world: books, an installation, the outside, and the product's effects between them. Time is a number."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from random import Random
from typing import TYPE_CHECKING

from adapters.companies.company import Company
from adapters.crm.events import event_id, service_event
from adapters.delivery.message import message_id
from adapters.outbox.executors.recheck import look_again
from adapters.outbox.freshness import off_until
from engine.actions import KINDS
from engine.actions.kind import ServiceState
from engine.decisions.evaluator_cache import EvaluatorCache
from engine.execution.action import ClaimedAction
from engine.execution.memory import MemoryOutbox, MemoryUnit, Row
from engine.execution.ports import Moment
from engine.execution.preparation import Dropped, Later, Preparation, Ready
from engine.ruleset.model import Ruleset
from tests.drills.simulation.books import Books
from tests.drills.simulation.installation import (
    COMPANY,
    SOURCE,
    Installation,
    Mirror,
    evaluators,
    ruleset,
    working_day_of,
)
from tests.drills.simulation.model import ZONE, local
from tests.drills.simulation.sinks import Arrival, Crm, MailServer
from tests.drills.simulation.watch import Watch

if TYPE_CHECKING:
    from tests.drills.simulation.worker import Worker


class DatabaseGone(Exception):
    """The connection to the database broke."""


@dataclass(slots=True)
class World:
    """`present`: the worker whose code runs; `locks`: units of work that keep syncs out."""

    rng: Random
    now: datetime
    books: Books = field(default_factory=Books)
    mail: MailServer = field(default_factory=MailServer)
    crm: Crm = field(default_factory=Crm)
    watch: Watch = field(default_factory=Watch)
    trace: list[str] = field(default_factory=list)
    locks: dict[int, MemoryUnit] = field(default_factory=dict)
    present: Worker | None = None
    #: Customers whose actions kill whoever prepares them.
    deadly: set[str] = field(default_factory=set)
    #: Whether the payment file comes empty.
    emptied: bool = False
    kept: Installation = field(init=False)
    started: datetime = field(init=False)
    #: What look_again wants of adapters.outbox.worker_context.WorkerContext.
    zone = ZONE

    def __post_init__(self) -> None:
        self.started = self.now
        self.kept = Installation(MemoryOutbox(lambda: self.now))
        self.watch.may_run = self._may_run
        self.mail.tried = lambda message, trouble, down: self._tried("mail", message, trouble, down=down)
        self.crm.tried = lambda message, trouble, down: self._tried(f"webhook:{SOURCE}", message, trouble, down=down)

    def _may_run(self, customer: str) -> bool:
        """Whether the CRM serves a customer, or a suspension of his was sent whose end nobody has written down."""
        return self.crm.states.get(customer, "active") == "active" or any(
            row.offered and row.state != "done" and (row.action.kind, row.action.customer) == ("suspend", customer)
            for row in self.kept.outbox.rows.values()
        )

    def _tried(self, target: str, message: Arrival, trouble: str, *, down: bool) -> None:
        self.watch.tried(target, message, trouble, down=down, now=self.now)
        self.say(f"{target} {trouble or 'takes'} {message.key}")

    def say(self, text: str) -> None:
        """Put a line into the trace."""
        self.trace.append(f"{int((self.now - self.started).total_seconds()):>8} {text}")

    def today(self) -> date:
        """The true business day."""
        return local(self.now).date()

    @contextmanager
    def unit(self, worker: Worker) -> Iterator[MemoryUnit]:
        """A unit of work of a worker, watched; database trouble of the worker strikes at its end."""
        worker.meet("begin")
        outbox = self.kept.outbox
        unit: MemoryUnit | None = None
        try:
            with outbox.unit() as unit:
                yield unit
                worker.meet("commit")
                old = {id_: outbox.rows[id_] for id_ in unit.rows}
            self._look(worker, old, unit)
        finally:
            if unit is not None:
                self.locks.pop(id(unit), None)
        worker.meet("answer")

    def _look(self, worker: Worker, old: dict[int, Row], unit: MemoryUnit) -> None:
        self.watch.committed(worker.owner, worker.clock(), self.now, old, unit.rows)
        for id_, row in unit.rows.items():
            if row.state == "claimed" and old[id_].state == "ready":
                self.watch.claimed(row.action.target, row.action.key, self.now)
                fresh = row.lease_until is not None and row.lease_until > self.now  # not of a round begun long ago
                if row.action.kind != "reinstate" and fresh and self.watch.true_clocks:
                    self.watch.overtaken(self.kept.outbox.rows.values(), row.action.key, self.today(), self.now)
            self.say(f"{worker.owner} {old[id_].state} -> {row.state} {row.action.key}")

    # engine.execution.ports.Effects

    def freeze(self, unit: MemoryUnit, _source: str) -> datetime | None:
        """Keep syncs waiting until the unit ends."""
        self.locks[id(unit)] = unit
        return self.kept.mirror.changed_at

    def prepare(self, unit: MemoryUnit, action: ClaimedAction, moment: Moment) -> Preparation:
        """The effect as it would happen now: the product's gate and second look, and a message that says it all."""
        if self.present is not None and action.customer in self.deadly:
            self.present.die()
        waits = off_until(
            action.kind, self.kept.mirror.synced_at, None, COMPANY.terms.freshness, moment.now, working_day_of
        )
        if waits:
            return waits
        service = None
        if desired := KINDS[action.kind].desired:
            service = self.kept.services.wanted(action.customer, action.decision_key, desired)
            if service is None:
                return Dropped("superseded by a newer decision")
        found = look_again((unit, moment.now), self, action, moment)
        doubt = action.channel == "webhook" and self.kept.services.in_doubt(action.customer, action.decision_key)
        if isinstance(found, Later) or (isinstance(found, Dropped) and not doubt):
            return found
        if action.channel == "webhook" and service and desired:
            return self._webhook(action, moment, desired, service.version)
        items = found[2] if action.kind == "remind" and isinstance(found, tuple) else ()
        return self._mail(action, moment, items)

    def _webhook(self, action: ClaimedAction, moment: Moment, desired: ServiceState, version: int) -> Ready:
        content = service_event(
            desired,
            source=SOURCE,
            customer=action.customer,
            services=["dostęp"],
            version=version,
            rules=action.params["rules"],
            as_of=moment.day,
            decided_at=moment.now,
        )

        def perform(before: Callable[[], None]) -> None:
            before()
            message = Arrival(event_id(action.key), action.key, self.now, content)
            self._leaves(action, message)
            self.crm.post(message)

        return Ready(content, "application/json", perform, "accepted")

    def _mail(self, action: ClaimedAction, moment: Moment, items: tuple[str, ...]) -> Ready:
        said = {"key": action.key, "kind": action.kind, "stage": action.stage, "items": items, "at": str(moment.now)}
        content = json.dumps(said, sort_keys=True).encode()
        recipient = action.customer if action.kind == "remind" else "opiekun"

        def perform(before: Callable[[], None]) -> None:
            def leave() -> None:
                before()
                self._leaves(action, Arrival(message_id(action.key, "example.com"), action.key, self.now, content))

            message = Arrival(message_id(action.key, "example.com"), action.key, self.now, content)
            had = len(self.mail.arrived)
            try:
                self.mail.deliver(leave, recipient, message)
            finally:
                for one in self.mail.arrived[had:]:
                    self.watch.took(one)

        return Ready(content, "message/rfc822", perform, "mailed", items)

    def _leaves(self, action: ClaimedAction, message: Arrival) -> None:
        worker = self.present
        if worker is not None:
            row = self.kept.outbox.rows[action.id]
            self.watch.arrived(worker.owner, message, self.now, row, self.kept.log)

    def withdrawn(self, unit: MemoryUnit, action: ClaimedAction, _day: date) -> bool:
        """As adapters.outbox.effects."""
        desired = KINDS[action.kind].desired
        if desired is None:
            return True
        services, key = self.kept.services, action.decision_key
        rows = [unit.rows.get(id_, row) for id_, row in self.kept.outbox.rows.items() if row.action.decision_key == key]
        unit.ending.append(lambda: services.withdraw(action.customer, key, desired, rows))
        return action.channel != "webhook" or services.undone(action.customer, key, desired, rows)

    def confirmed(self, unit: MemoryUnit, action: ClaimedAction) -> None:
        """The CRM took it."""
        if action.channel == "webhook":
            services = self.kept.services
            unit.ending.append(lambda: services.confirm(action.customer, action.decision_key))

    # what adapters.outbox.executors.recheck wants of a worker context

    @property
    def facts(self) -> Installation:
        """The fact store."""
        return self.kept

    @property
    def evaluators(self) -> EvaluatorCache:
        """The compiled rulesets."""
        return evaluators()

    def ruleset(self, _ruleset: str, _version: str) -> Ruleset:
        """The version that decided."""
        return ruleset()

    def company(self, _source: str) -> Company:
        """The company."""
        return COMPANY

    def working_day(self, day: date, country: str) -> bool:
        """The calendar."""
        return working_day_of(day, country)

    # the books are read

    def sync(self) -> bool:
        """A complete sync of the books as their files show them; False while a unit of work keeps it out."""
        if self.locks:
            return False
        shown = self.books.without_payments() if self.emptied else self.books.picture()
        old = self.kept.mirror
        changed = self.now if shown != old.accounts else old.changed_at
        self.kept.mirror = Mirror(shown, self.now, changed)
        self.watch.visible, self.watch.synced_at = shown, self.now
        self.say("sync" + (" of an empty payment file" if self.emptied else ""))
        return True
