"""The dispatcher: claims due actions, prepares them, and lets their effects happen once their intent is on record.

Order of every effect: facts re-read and message rendered -> intent entry and exact bytes committed -> intent covered by
a signed checkpoint -> state 'sending' committed -> effect -> outcome entry and final state committed together. What it
works on are the ports of engine.execution.ports, so the same code runs on PostgreSQL and in memory.
"""

from __future__ import annotations

import logging
import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Generic, TypeVar

from engine.errors import AdapterError, EffectUnknown, MonitumError, TargetDown
from engine.execution.action import ClaimedAction
from engine.execution.entries import action_entry
from engine.execution.ports import ArchiveLog, Effects, Moment, Outbox, Point
from engine.execution.preparation import Dropped, Later, Ready
from engine.execution.states import LEASE, SENDING_LEASE, retry_at

U = TypeVar("U")
_LOG: Final = logging.getLogger(__name__)


class FactsChanged(MonitumError):
    """Facts changed between rendering and sending; the action is prepared anew."""

    code = "facts_changed"


class ClaimLost(MonitumError):
    """Another worker took the action over."""

    code = "claim_lost"


class ClockJumped(MonitumError):
    """The clock of this process and that of the database differ too much; nothing is carried out."""

    code = "clock_jumped"

    def __init__(self, difference: timedelta) -> None:
        super().__init__(
            f"The clock of this machine is {difference} away from the database's; nothing is carried out. "
            "Set the clocks right, then start the worker again."
        )
        #: This process minus the database.
        self.difference = difference


@dataclass(frozen=True, slots=True)
class _Prepared:
    action: ClaimedAction
    ready: Ready
    documents: Mapping[str, str]
    facts_at: datetime | None


def _pass(_point: Point) -> None:
    """Go on at every point."""


@dataclass(frozen=True, slots=True)
class Dispatcher(Generic[U]):
    """One worker. `unit` begins a unit of work, kept when its block ends and undone when it raises.

    `owner` names the worker in its claims, `clock` tells the time, `spread` draws the jitter of retries (0..1).
    `skew`: how far that clock may be from the outbox's; None does not look. `elsewhere`: errors no action is to blame
    for, such as those of a database that is gone: they end the round, and leases let others try. `at` is called at
    every named point; what it raises must be a BaseException to end the worker as a kill would.
    """

    unit: Callable[[], AbstractContextManager[U]]
    outbox: Outbox[U]
    archive: ArchiveLog[U]
    effects: Effects[U]
    owner: str
    clock: Callable[[], datetime]
    spread: Callable[[], float] = random.random
    skew: timedelta | None = None
    elsewhere: tuple[type[Exception], ...] = ()
    at: Callable[[Point], None] = _pass

    def round(self, moment: Moment, *, limit: int = 20, source: str = "") -> Counter[str]:
        """Take up to `limit` due actions and see each to its end or its next try. Returns states reached.

        Raises ClockJumped before anything is taken.
        """
        self.at("before_claim")
        reached: Counter[str] = Counter()
        claimed = self._take(moment, limit, source, reached)
        self.at("after_claim")
        prepared = self._prepare_all(claimed, moment, reached)
        self.at("before_intent")
        intended = self._intend(prepared, moment, reached)
        self.at("after_intent")
        if intended:
            self.at("before_checkpoint")
            self.archive.integrate()
            self.at("after_checkpoint")
            self._perform_all(intended, moment, reached)
        return reached

    def drain(
        self,
        moment: Callable[[], Moment],
        *,
        source: str = "",
        progress: Callable[[int, int | None], None] | None = None,
    ) -> Counter[str]:
        """Rounds until nothing is due; each at its own moment."""
        reached: Counter[str] = Counter()
        while round_ := self.round(moment(), source=source):
            reached.update(round_)
            if progress:
                progress(sum(reached.values()), None)
        self.archive.integrate()
        return reached

    def _take(self, moment: Moment, limit: int, source: str, reached: Counter[str]) -> list[ClaimedAction]:
        """Take back what dead workers held, then claim."""
        with self.unit() as unit:
            self._check_clock(unit)
            for reaped in self.outbox.reap(unit, moment.now):
                if reaped.state != "ready":
                    reached[reaped.state] += 1
                    entry = action_entry(f"action:{reaped.state}", reaped.action, moment.now, reaped.outcome)
                    self.archive.append(unit, [entry])
            return self.outbox.claim(unit, self.owner, moment.now, moment.day, limit=limit, source=source)

    def _check_clock(self, unit: U) -> None:
        if self.skew is not None:
            difference = self.clock() - self.outbox.now(unit)
            if abs(difference) > self.skew:
                raise ClockJumped(difference)

    def _prepare_all(self, claimed: Sequence[ClaimedAction], moment: Moment, reached: Counter[str]) -> list[_Prepared]:
        prepared = []
        renewed = self.clock()
        for action in claimed:
            renewed = self._renew(claimed, renewed)
            if made := self._prepare(action, moment, reached):
                prepared.append(made)
        return prepared

    def _renew(self, actions: Sequence[ClaimedAction], renewed: datetime) -> datetime:
        """Keep the claims of waiting actions alive, now and then; when that was last done."""
        now = self.clock()
        if now - renewed <= LEASE / 3:
            return renewed
        with self.unit() as unit:
            self.outbox.renew(unit, actions, now)
        return now

    def _prepare(self, action: ClaimedAction, moment: Moment, reached: Counter[str]) -> _Prepared | None:
        """Prepare in one unit that keeps a sync of the source out; None when there is nothing to perform."""
        try:
            with self.unit() as unit:
                facts_at = self.effects.freeze(unit, action.source)
                self.at("before_render")
                result = self.effects.prepare(unit, action, moment)
                self.at("after_render")
                if isinstance(result, Ready):
                    return _Prepared(action, result, self._keep(unit, action, result), facts_at)
                reached[self._put_aside(unit, action, result, moment)] += 1
        except ClaimLost:
            reached["lost"] += 1
        except MonitumError as error:
            reached[self._finish(action, "held", moment, str(error))] += 1
        except self.elsewhere:
            raise
        except Exception as error:  # noqa: BLE001  as in _prepare
            reached[self._finish(action, "held", moment, _bug(action, error))] += 1
        return None

    def _keep(self, unit: U, action: ClaimedAction, ready: Ready) -> Mapping[str, str]:
        """Store the exact bytes; returns the hashes and media types the intent names. Raises ClaimLost."""
        digest = self.archive.store_content(unit, ready.content, ready.media_type)
        if not self.outbox.move(unit, action, "claimed", self.clock(), message_hash=digest):
            raise ClaimLost
        return {**ready.made_from, digest: ready.media_type}

    def _intend(
        self, prepared: Sequence[_Prepared], moment: Moment, reached: Counter[str]
    ) -> list[tuple[_Prepared, int]]:
        """Write the intents of a round, in one unit of work: with their entries. One that the archive refuses is held,
        and found by halving."""
        if not prepared:
            return []
        entries = [
            action_entry("action:intended", made.action, moment.now, documents=made.documents) for made in prepared
        ]
        try:
            with self.unit() as unit:
                return list(zip(prepared, self.archive.append(unit, entries), strict=True))
        except MonitumError as error:
            if len(prepared) == 1:
                reached[self._finish(prepared[0].action, "held", moment, str(error))] += 1
                return []
            half = len(prepared) // 2
            return self._intend(prepared[:half], moment, reached) + self._intend(prepared[half:], moment, reached)

    def _put_aside(self, unit: U, action: ClaimedAction, result: Dropped | Later, moment: Moment) -> str:
        """Later, cancelled, or held when an attempt before may have had its effect. Raises ClaimLost."""
        if isinstance(result, Later):
            self.outbox.move(unit, action, "ready", moment.now, outcome=result.reason, not_before=result.until)
            return "deferred"
        undone = self.effects.withdrawn(unit, action, moment.day)
        state = "cancelled" if undone else "held"
        reason = result.reason if undone else f"{result.reason}; but an attempt before may have arrived: look there"
        if not self.outbox.move(unit, action, state, moment.now, outcome=reason):
            raise ClaimLost
        self.archive.append(unit, [action_entry(f"action:{state}", action, moment.now, reason)])
        return state

    def _perform_all(self, intended: Sequence[tuple[_Prepared, int]], moment: Moment, reached: Counter[str]) -> None:
        """One after the other; the claims of those that wait are kept alive, those whose target rests are put back."""
        resting: set[str] = set()
        renewed = self.clock()
        covered = self.archive.covered([intent for _, intent in intended])
        for index, (made, intent) in enumerate(intended):
            renewed = self._renew([other.action for other, _ in intended[index:]], renewed)
            if made.action.target in resting:
                reason = f"{made.action.target} rests"
            elif not covered and not self.archive.covered([intent]):
                reason = "the intent was not in a signed checkpoint yet"
            else:
                reached[self._perform(made, moment, resting)] += 1
                continue
            reached[self._again(made.action, moment, reason, failed=False)] += 1

    def _perform(self, made: _Prepared, moment: Moment, resting: set[str]) -> str:
        action = made.action
        sending = False

        def before() -> None:
            """Commit 'sending' while the facts the message was written from still stand."""
            nonlocal sending
            with self.unit() as unit:
                if self.effects.freeze(unit, action.source) != made.facts_at:
                    raise FactsChanged
                begun = self.clock()
                if not self.outbox.move(unit, action, "sending", begun):
                    raise ClaimLost
                if made.ready.items:
                    self.outbox.narrow(unit, action, made.ready.items)
            sending = True
            self.at("after_sending")
            if self.clock() - begun > SENDING_LEASE:  # this process was stopped; what it saw is long past
                raise ClaimLost

        self.at("before_sending")
        try:
            made.ready.perform(before)
        except MonitumError as error:
            return self._after(action, moment, error, resting)
        except self.elsewhere:
            raise
        except Exception as error:  # noqa: BLE001  as in _prepare
            return self._finish(action, "unknown" if sending else "held", moment, _bug(action, error))
        self.at("after_effect")
        state = self._finish(action, "done", moment, made.ready.done_outcome)
        self.at("after_done")
        return state

    def _after(self, action: ClaimedAction, moment: Moment, error: MonitumError, resting: set[str]) -> str:
        """What becomes of an action whose effect did not happen, or is not known to have."""
        if isinstance(error, ClaimLost):
            return "lost"
        if isinstance(error, FactsChanged):
            return self._again(action, moment, "facts changed", failed=False)
        if isinstance(error, (TargetDown, EffectUnknown)):
            with self.unit() as unit:
                if self.outbox.target_failed(unit, action.target, self.clock(), str(error)):
                    resting.add(action.target)
        if isinstance(error, EffectUnknown):
            return self._finish(action, "unknown", moment, str(error))
        if isinstance(error, AdapterError) and not error.permanent:
            return self._again(action, moment, str(error), failed=True)
        return self._finish(action, "failed" if isinstance(error, AdapterError) else "held", moment, str(error))

    def _again(self, action: ClaimedAction, moment: Moment, reason: str, *, failed: bool) -> str:
        """Back to ready: at once, or after a back-off; on hold when it was tried often enough."""
        until = retry_at(action, moment.now, self.spread()) if failed else None
        if failed and until is None:
            tries = action.attempts + action.deaths + 1
            return self._finish(action, "held", moment, f"given up after {tries} tries: {reason}")
        with self.unit() as unit:
            self.outbox.move(unit, action, "ready", moment.now, outcome=reason, not_before=until, failed_attempt=failed)
        return "retry"

    def _finish(self, action: ClaimedAction, state: str, moment: Moment, outcome: str) -> str:
        """Final state and outcome entry in one unit of work."""
        with self.unit() as unit:
            done_on = moment.day if state == "done" else None
            if not self.outbox.move(unit, action, state, moment.now, outcome=outcome, done_on=done_on):
                return "lost"
            self.archive.append(unit, [action_entry(f"action:{state}", action, moment.now, outcome)])
            if state == "done":
                self.effects.confirmed(unit, action)
                self.outbox.target_worked(unit, action.target)
        return state


def watched(dispatcher: Dispatcher[U], at: Callable[[Point], None]) -> Dispatcher[U]:
    """The same worker, which calls `at` at its named points."""
    return replace(dispatcher, at=at)


def _bug(action: ClaimedAction, error: Exception) -> str:
    """What is shown of an unforeseen error; the log has all of it."""
    _LOG.error("action %s", action.key, exc_info=error)
    return f"{type(error).__name__}: {error}"
