"""A person's word on actions: on proposals before they happen, and on those that are stuck."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, Protocol

from app.usecases.entry_log import EntryLog

AttentionVerdict = Literal["retried", "done", "cancelled"]


class OutboxStatus(Protocol):
    """How execution stands. Rows by source, kind, channel and state; actions that need a person; targets that fail;
    ages in seconds, None: there is nothing of that sort."""

    @property
    def states(self) -> Sequence[Mapping[str, Any]]: ...
    @property
    def need_a_person(self) -> Sequence[Mapping[str, Any]]: ...
    @property
    def targets(self) -> Sequence[Mapping[str, Any]]: ...
    @property
    def oldest_due_seconds(self) -> int | None: ...
    @property
    def oldest_unknown_seconds(self) -> int | None: ...


class Proposals(Protocol):
    """Actions of kinds that a company decides by hand."""

    def waiting(self, source: str) -> Sequence[Mapping[str, Any]]:
        """Proposals, oldest first, with their `id`; of one source or of all ('')."""
        ...

    def approve(self, ids: Sequence[int], *, by: str, now: datetime) -> int:
        """Make proposals ready; how many decisions are now. Raises Conflict, FourEyes."""
        ...

    def drop(self, ids: Sequence[int], *, by: str, reason: str, now: datetime) -> int:
        """Cancel proposals; how many decisions. Raises Conflict."""
        ...


class StuckActions(Protocol):
    """Actions that failed, are held or have an unknown effect."""

    def settle(
        self, ids: Sequence[int], verdict: AttentionVerdict, *, by: str, reason: str, now: datetime, today: date
    ) -> int:
        """Try again, count as done from today, or give up; how many. Raises Conflict."""
        ...


@dataclass(frozen=True, slots=True)
class Approved:
    """`done`: decisions that may be carried out now; `left`: proposals that wait for a second person."""

    done: int
    left: int


def overdue(status: OutboxStatus, bound: int | None) -> str | None:
    """What has been due, or of unknown effect, for more than `bound` seconds, in a sentence; None: nothing."""
    ages = {"due": status.oldest_due_seconds, "of unknown effect": status.oldest_unknown_seconds}
    over = [f"{what} for {age} s" for what, age in ages.items() if bound is not None and (age or 0) > bound]
    return f"Alarm: an action has been {' and one '.join(over)}. Is a worker running?" if over else None


def approve_proposals(
    proposals: Proposals, log: EntryLog, ids: Sequence[int] | None, *, by: str, now: datetime
) -> Approved:
    """Approve proposals by number; None: every one. Raises Conflict, FourEyes; then nothing is changed."""
    named = _named(proposals, ids)
    done = proposals.approve(named, by=by, now=now)
    log.integrate()
    return Approved(done, sum(row["id"] in named for row in proposals.waiting("")))


def drop_proposals(
    proposals: Proposals, log: EntryLog, ids: Sequence[int] | None, *, by: str, reason: str, now: datetime
) -> int:
    """Give proposals up by number; None: every one. Returns how many decisions. Raises Conflict."""
    done = proposals.drop(_named(proposals, ids), by=by, reason=reason, now=now)
    log.integrate()
    return done


def settle_actions(
    actions: StuckActions,
    log: EntryLog,
    ids: Sequence[int],
    verdict: AttentionVerdict,
    *,
    by: str,
    reason: str,
    now: datetime,
    today: date,
) -> int:
    """Say what becomes of stuck actions; how many. Raises Conflict; then nothing is changed."""
    count = actions.settle(ids, verdict, by=by, reason=reason, now=now, today=today)
    log.integrate()
    return count


def _named(proposals: Proposals, ids: Sequence[int] | None) -> list[int]:
    return list(ids) if ids is not None else [row["id"] for row in proposals.waiting("")]
