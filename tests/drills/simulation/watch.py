"""What is checked while a history goes on: every write to a row, every effect, every approval, against the books."""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from statistics import median
from typing import NamedTuple

from engine.execution.memory import Row
from engine.execution.memory_log import MemoryLog
from tests.drills.simulation.books import Account
from tests.drills.simulation.model import FRESH, SLACK, Letter, local, settled, why_not_remind, why_not_suspend
from tests.drills.simulation.sinks import Arrival

#: Which states a worker may write over which; taking back what a dead worker held is among them.
EDGES: Mapping[str, frozenset[str]] = {
    "ready": frozenset({"claimed"}),
    "claimed": frozenset({"claimed", "sending", "ready", "cancelled", "held", "failed"}),
    "sending": frozenset({"done", "failed", "unknown", "ready", "held", "claimed"}),
}
#: Longest time between the last look at the facts and the effect.
IN_FLIGHT = timedelta(minutes=2, seconds=5)
#: Failures after which a target is left alone, and for how long at least.
TOLERATED, REST = 5, timedelta(seconds=55)
MOST_FAILURES = 8


class Violation(NamedTuple):
    """An invariant that was broken, and how."""

    invariant: str
    what: str


class Going(NamedTuple):
    """An action that is being sent: when its row said so, and why it should not be."""

    at: datetime
    objection: str | None


class Streak(NamedTuple):
    """Failures of a target in a row, the last one, and how many interferences there had been at the first and last."""

    count: int
    last: datetime
    since: int
    interferences: int


@dataclass(slots=True)
class Watch:
    """`visible`: what the last complete sync showed; `letters`: what the mail server took, by item; `interferences`:
    deaths and database troubles, after which a worker may not have written down what it saw."""

    visible: Mapping[str, Account] = field(default_factory=dict)
    synced_at: datetime | None = None
    letters: dict[str, list[Letter]] = field(default_factory=lambda: defaultdict(list))
    going: dict[tuple[str, str], Going] = field(default_factory=dict)
    violations: list[Violation] = field(default_factory=list)
    figures: Counter[str] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)
    streaks: dict[str, Streak] = field(default_factory=dict)
    interferences: int = 0
    #: Whether a customer's service runs as the CRM has it, or the installation cannot know that it does not.
    may_run: Callable[[str], bool] = lambda _customer: True
    true_clocks: bool = True
    #: Suspensions decided by runs: (day, how many); decisions of runs that are unusual, and who approved them.
    suspended: list[tuple[date, int]] = field(default_factory=list)
    unusual: dict[str, set[str]] = field(default_factory=dict)

    def broken(self, invariant: str, what: str) -> None:
        """Remember a violation."""
        self.violations.append(Violation(invariant, what))

    def committed(
        self, owner: str, clock: datetime, now: datetime, old: Mapping[int, Row], new: Mapping[int, Row]
    ) -> None:
        """A worker's unit of work was kept. `clock`: the worker's; `now`: the true time."""
        for id_, row in new.items():
            before = old[id_]
            if row.state not in EDGES.get(before.state, frozenset()):
                self.broken("I8", f"{owner} made {before.state} {row.state}: {row.action.key}")
            mine = before.action.owner == owner and before.action.epoch == row.action.epoch
            expired = before.lease_until is not None and before.lease_until < clock
            if before.state in {"claimed", "sending"} and not mine and not expired:
                self.broken("I8", f"{owner} wrote over the claim of {before.action.owner}: {row.action.key}")
            if row.state == "claimed" and not mine and row.action.epoch != before.action.epoch + 1:
                self.broken("I8", f"{owner} claimed without a new epoch: {row.action.key}")
            self.figures[f"became {row.state}"] += (
                row.state in {"unknown", "held", "failed"} and row.state != before.state
            )
            if row.state == "sending" and before.state != "sending":
                self.going[row.action.key, owner] = Going(now, self._objection(row, now))

    def overtaken(self, rows: Iterable[Row], key: str, day: date, now: datetime) -> None:
        """Something else was claimed: no reinstatement that could have been may be left."""
        for row in rows:
            late = row.not_before is None or row.not_before <= now - REST
            healthy = row.action.deaths == row.action.attempts == 0 and row.action.target not in self.streaks
            if row.state == "ready" and row.action.kind == "reinstate" and late and healthy and row.action.as_of <= day:
                self.broken("I12", f"{row.action.key} waits behind {key}")

    def _objection(self, row: Row, now: datetime) -> str | None:
        """Why an effect that is about to happen should not; None when it may by any clock that is allowed."""
        reasons = [self._objection_at(row, at) for at in (now, now - SLACK, now + SLACK)]
        return None if None in reasons else reasons[0]

    def _objection_at(self, row: Row, at: datetime) -> str | None:
        action = row.action
        account = self.visible[action.customer]
        if action.kind == "reinstate":
            allowed = self.may_run(action.customer) or settled(account, local(at).date())
            return None if allowed else "it is not paid"
        if self.synced_at is None or at - self.synced_at > FRESH:
            return "the books are too old"
        if action.kind == "suspend":
            people = self.unusual.get(action.decision_key)
            if people is not None and len(people) < 2:
                return f"unusually many suspensions, approved by {sorted(people)} only"
            return why_not_suspend(account, local(at).date(), self.letters)
        asked = (why_not_remind(account, key, action.stage or "", at, self.letters) for key in action.params["items"])
        return next((why for why in asked if why), None)

    def arrived(self, owner: str, message: Arrival, now: datetime, row: Row, log: MemoryLog) -> None:
        """An effect is about to happen outside."""
        going = self.going.get((message.key, owner))
        self.figures[f"effects: {row.action.kind} by {row.action.channel}"] += 1
        if going is None:
            self.broken("I4", f"an effect nobody announced: {message.key}")
            return
        if going.objection:
            name = {"suspend": "I5", "remind": "I6"}.get(row.action.kind, "I9")
            self.broken(name, f"{going.objection}: {message.key}")
            self.figures["wrongful suspensions"] += row.action.kind == "suspend"
        if now - going.at > IN_FLIGHT:
            self.broken("I8", f"it happened {now - going.at} after its last look at the facts: {message.key}")
        elif not going.objection and self._objection(row, now):
            self.figures["facts that changed while it was under way"] += 1
        digest = hashlib.sha256(message.content).hexdigest()
        intended = any(
            number in log.signed and digest in entry.documents
            for number, entry in log.entries.items()
            if entry.kind == "action:intended" and entry.case == f"action:{row.action.id}"
        )
        if not intended:
            self.broken("I4", f"no signed intent of these bytes: {message.key}")

    def took(self, message: Arrival) -> None:
        """The mail server has a message: what it says was sent was sent."""
        said = json.loads(message.content)
        for item in said["items"] if said["kind"] == "remind" else ():
            self.letters[item].append(Letter(item, said["stage"], local(message.at).date()))

    def tried(self, target: str, message: Arrival, trouble: str, *, down: bool, now: datetime) -> None:
        """A sink saw an attempt."""
        if trouble:
            self.failures[message.key] += 1
            if self.failures[message.key] > MOST_FAILURES:
                self.broken("I12", f"tried more than {MOST_FAILURES} times: {message.key}")
        if down:
            begun = self.streaks.get(target)
            since = begun.since if begun else self.interferences
            self.streaks[target] = Streak(begun.count + 1 if begun else 1, now, since, self.interferences)
        elif not trouble:
            self.streaks.pop(target, None)

    def claimed(self, target: str, key: str, now: datetime) -> None:
        """A worker took an action that needs a target."""
        streak = self.streaks.get(target)
        if streak is None or not self.true_clocks or self.interferences != streak.interferences:
            return
        if streak.count >= TOLERATED + self.interferences - streak.since and now - streak.last < REST:
            self.broken("I12", f"{target} failed {streak.count} times and is asked again at once: {key}")

    def decided(self, day: date, own: int, waiting: Sequence[str]) -> None:
        """A run has ended with so many suspensions of its own; those that wait now are many or few."""
        before = [count for other, count in self.suspended if timedelta() < day - other <= timedelta(days=28)]
        if len(waiting) > max(5, 3 * median(before) if before else 5):
            self.unusual.update({key: self.unusual.get(key, set()) for key in waiting})
        self.suspended.append((day, own))
