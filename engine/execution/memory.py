"""An outbox in memory with the same rules as the one in PostgreSQL, for simulations that run thousands of histories.

Units of work behave as PostgreSQL's transactions do here: what is written is seen by others when the unit ends, a row
that another unit has written is passed over by claims and taking back, and writing it fails at once, as with a lock
timeout. One thread only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from engine.execution.action import ClaimedAction, Reaped, target_of
from engine.execution.states import HELD_BY_WORKER, LEASE, SUSPECT, after_death, lease_end, rest_until


class RowLocked(Exception):
    """Another unit of work has written this row and not ended yet."""


@dataclass(frozen=True, slots=True)
class Row:
    """An action. `state` and the rest as in the table `action`."""

    action: ClaimedAction
    state: str = "ready"
    lane: int = 1
    not_before: datetime | None = None
    lease_until: datetime | None = None
    message_hash: str | None = None
    outcome: str | None = None
    done_on: date | None = None
    offered: bool = False


@dataclass(frozen=True, slots=True)
class TargetRest:
    """Failures of a target in a row, and until when it rests for them."""

    failures: int = 0
    until: datetime | None = None
    reason: str = ""


@dataclass(slots=True, eq=False)
class MemoryUnit:
    """A unit of work, equal to itself alone: what it has written and others do not see yet; `ending` is called when it
    is kept."""

    rows: dict[int, Row] = field(default_factory=dict)
    rests: dict[str, TargetRest] = field(default_factory=dict)
    ending: list[Callable[[], None]] = field(default_factory=list)


class MemoryOutbox:
    """The port engine.execution.ports.Outbox in memory. `clock` plays the database's."""

    def __init__(self, clock: Callable[[], datetime], rows: Iterable[Row] = ()) -> None:
        self._clock = clock
        self.rows: dict[int, Row] = {row.action.id: row for row in rows}
        self.rests: dict[str, TargetRest] = {}
        self._open: list[MemoryUnit] = []

    @contextmanager
    def unit(self) -> Iterator[MemoryUnit]:
        """Begin a unit of work; kept when the block ends, undone when it raises."""
        unit = MemoryUnit()
        self._open.append(unit)
        try:
            yield unit
            self.rows.update(unit.rows)
            self.rests.update(unit.rests)
            for ending in unit.ending:
                ending()
        finally:
            self._open.remove(unit)

    def add(self, row: Row) -> None:
        """Put an action in, as a run does."""
        self.rows[row.action.id] = row

    def now(self, unit: MemoryUnit) -> datetime:  # noqa: ARG002  the port's signature
        """The present by the clock of the store."""
        return self._clock()

    def reap(self, unit: MemoryUnit, now: datetime) -> list[Reaped]:
        """Take back what dead workers held, as engine.execution.states.after_death says."""
        reaped = []
        for row in self._seen(unit):
            if row.state in HELD_BY_WORKER and _ended(row, now):
                after = after_death(row.state, row.action.channel, row.action.attempts, row.action.deaths)
                reaped.append(Reaped(row.action, after.state, after.outcome))
                action = replace(row.action, attempts=after.attempts, deaths=after.deaths, owner="")
                self._write(
                    unit, replace(row, action=action, state=after.state, outcome=after.outcome, lease_until=None)
                )
        return reaped

    def claim(
        self, unit: MemoryUnit, owner: str, now: datetime, day: date, *, limit: int = 20, source: str = ""
    ) -> list[ClaimedAction]:
        """Take up to `limit` due actions, reinstatements first; one that workers died of goes alone."""
        due = sorted(
            (row for row in self._seen(unit) if self._due(unit, row, now, day, source)),
            key=lambda row: (row.lane, row.action.id),
        )
        alone = bool(due) and due[0].action.deaths >= SUSPECT
        chosen = due[:1] if alone else [row for row in due if row.action.deaths < SUSPECT][:limit]
        claimed = []
        for row in chosen:
            action = replace(row.action, owner=owner, epoch=row.action.epoch + 1)
            self._write(unit, replace(row, action=action, state="claimed", lease_until=now + LEASE))
            claimed.append(action)
        return claimed

    def move(
        self,
        unit: MemoryUnit,
        action: ClaimedAction,
        state: str,
        now: datetime,
        *,
        outcome: str | None = None,
        done_on: date | None = None,
        message_hash: str | None = None,
        not_before: datetime | None = None,
        failed_attempt: bool = False,
    ) -> bool:
        """Move a claimed action to a state. False when a newer claim exists, or to go on with it when its lease has
        ended: nothing was written."""
        row = self._mine(unit, action)
        if row is None or (state in HELD_BY_WORKER and _ended(row, now)):
            return False
        kept = replace(row.action, attempts=row.action.attempts + int(failed_attempt))
        changed = replace(
            row,
            action=kept,
            state=state,
            outcome=outcome or row.outcome,
            done_on=done_on or row.done_on,
            message_hash=message_hash or row.message_hash,
            not_before=not_before or row.not_before,
            lease_until=lease_end(state, now),
            offered=row.offered or state == "sending",
        )
        self._write(unit, changed)
        return True

    def renew(self, unit: MemoryUnit, actions: Sequence[ClaimedAction], now: datetime) -> None:
        """Let claims last longer, those that are still this worker's."""
        for action in actions:
            row = self._mine(unit, action)
            if row is not None and row.state == "claimed" and not _ended(row, now):
                self._write(unit, replace(row, lease_until=now + LEASE))

    def narrow(self, unit: MemoryUnit, action: ClaimedAction, items: Sequence[str]) -> None:
        """Let an action be about these of its items alone."""
        row = self._current(unit, action.id)
        kept = replace(row.action, params={**row.action.params, "items": list(items)})
        self._write(unit, replace(row, action=kept))

    def target_failed(self, unit: MemoryUnit, target: str, now: datetime, reason: str) -> datetime | None:
        """Count a failure of a target; until when it rests, None when others may still be tried."""
        failures = self._rest(unit, target).failures + 1
        until = rest_until(failures, now)
        unit.rests[target] = TargetRest(failures, until, reason)
        return until

    def target_worked(self, unit: MemoryUnit, target: str) -> None:
        """Forget the failures of a target."""
        if self._rest(unit, target).failures:
            unit.rests[target] = TargetRest()

    def _due(self, unit: MemoryUnit, row: Row, now: datetime, day: date, source: str) -> bool:
        rests = self._rest(unit, target_of(row.action.channel, row.action.source)).until
        return (
            row.state == "ready"
            and row.action.as_of <= day
            and (row.not_before is None or row.not_before <= now)
            and source in {"", row.action.source}
            and (rests is None or rests <= now)
        )

    def _rest(self, unit: MemoryUnit, target: str) -> TargetRest:
        return unit.rests.get(target) or self.rests.get(target, TargetRest())

    def _seen(self, unit: MemoryUnit) -> list[Row]:
        """Rows as the unit sees them, without those that another unit has written."""
        others = {id_ for other in self._open if other is not unit for id_ in other.rows}
        return [unit.rows.get(id_, row) for id_, row in self.rows.items() if id_ not in others]

    def _mine(self, unit: MemoryUnit, action: ClaimedAction) -> Row | None:
        row = self._current(unit, action.id)
        mine = (row.action.owner, row.action.epoch) == (action.owner, action.epoch)
        return row if mine and row.state in HELD_BY_WORKER else None

    def _current(self, unit: MemoryUnit, id_: int) -> Row:
        if any(id_ in other.rows for other in self._open if other is not unit):
            raise RowLocked(id_)
        return unit.rows.get(id_, self.rows[id_])

    def _write(self, unit: MemoryUnit, row: Row) -> None:
        unit.rows[row.action.id] = row


def _ended(row: Row, now: datetime) -> bool:
    """Whether the lease of a claim has ended."""
    return row.lease_until is not None and row.lease_until < now
