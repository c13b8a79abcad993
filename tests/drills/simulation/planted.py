"""Bugs that are planted into the product, one at a time: an invariant must find each. A drill that finds none of them
proves nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import count
from typing import Any

from adapters.crm.events import service_event
from adapters.database.tables.execution import PENDING_STATES
from engine.decisions import evaluation
from engine.decisions.evaluation import Evaluator, Recheck
from engine.decisions.grouping import decisions
from engine.decisions.resolution import stopping
from engine.errors import EffectUnknown
from engine.execution import dispatcher, memory, planning
from engine.execution import occurrences as schedule
from engine.execution.action import Reaped
from engine.execution.dispatcher import Dispatcher
from engine.execution.memory import MemoryOutbox
from engine.execution.memory_log import MemoryLog
from engine.execution.states import HELD_BY_WORKER, AfterDeath, after_death
from tests.drills.simulation import installation, running, world

Patch = tuple[Any, str, Any]


@dataclass(frozen=True, slots=True)
class Planted:
    """A bug: what is wrong, and which attributes of the product are replaced by what."""

    name: str
    patches: Callable[[], list[Patch]]


@contextmanager
def planted(bug: Planted) -> Iterator[None]:
    """The product with the bug in it."""
    patches = bug.patches()
    before = [(owner, name, owner.__dict__[name]) for owner, name, _ in patches]
    for owner, name, wrong in patches:
        setattr(owner, name, wrong)
    try:
        yield
    finally:
        for owner, name, right in before:
            setattr(owner, name, right)


def _mails_again() -> list[Patch]:
    def wrong(state: str, channel: str, attempts: int, deaths: int) -> AfterDeath:
        after = after_death(state, channel, attempts, deaths)
        return after._replace(state="ready") if after.state == "unknown" else after

    return [(memory, "after_death", wrong)]


def _deaths_forgotten() -> list[Patch]:
    def wrong(state: str, channel: str, attempts: int, _deaths: int) -> AfterDeath:
        return after_death(state, channel, attempts, 0)._replace(deaths=0)

    return [(memory, "after_death", wrong)]


def _any_epoch() -> list[Patch]:
    def wrong(self: MemoryOutbox, unit: Any, action: Any) -> Any:
        return self._current(unit, action.id)

    return [(MemoryOutbox, "_mine", wrong)]


def _leases_end_at_once() -> list[Patch]:
    return [(memory, "LEASE", -timedelta(seconds=1))]


def _reaps_the_living() -> list[Patch]:
    right = MemoryOutbox.reap
    return [(MemoryOutbox, "reap", lambda self, unit, now: right(self, unit, now + timedelta(minutes=30)))]


def _never_reaps() -> list[Patch]:
    return [(MemoryOutbox, "reap", lambda _self, _unit, _now: [])]


def _claims_what_is_claimed() -> list[Patch]:
    right = MemoryOutbox._due

    def wrong(self: MemoryOutbox, unit: Any, row: Any, *rest: Any) -> bool:
        return right(self, unit, replace(row, state="ready") if row.state == "claimed" else row, *rest)

    return [(MemoryOutbox, "_due", wrong)]


def _moves(change: Callable[..., dict[str, Any]]) -> list[Patch]:
    right = MemoryOutbox.move

    def wrong(self: MemoryOutbox, unit: Any, action: Any, state: str, now: Any, **told: Any) -> bool:
        return right(self, unit, action, state, now, **change(state, told))

    return [(MemoryOutbox, "move", wrong)]


def _attempts_not_counted() -> list[Patch]:
    return _moves(lambda _state, told: {**told, "failed_attempt": False})


def _day_not_kept() -> list[Patch]:
    return _moves(lambda _state, told: {**told, "done_on": None})


def _no_pause() -> list[Patch]:
    return _moves(lambda _state, told: {**told, "not_before": None})


def _sending_not_written() -> list[Patch]:
    right = MemoryOutbox.move

    def wrong(self: MemoryOutbox, unit: Any, action: Any, state: str, now: Any, **told: Any) -> bool:
        return state == "sending" or right(self, unit, action, state, now, **told)

    return [(MemoryOutbox, "move", wrong)]


def _one_lane() -> list[Patch]:
    return [(planning, "_LANES", {})]


def _late_wakers_go_on() -> list[Patch]:
    return [(memory, "_ended", lambda _row, _now: False), (MemoryOutbox, "reap", _reap_by_lease)]


def _reap_by_lease(self: MemoryOutbox, unit: Any, now: Any) -> list[Any]:
    reaped = []
    for row in self._seen(unit):
        if row.state in HELD_BY_WORKER and row.lease_until is not None and row.lease_until < now:
            after = after_death(row.state, row.action.channel, row.action.attempts, row.action.deaths)
            reaped.append(Reaped(row.action, after.state, after.outcome))
            action = replace(row.action, attempts=after.attempts, deaths=after.deaths, owner="")
            self._write(unit, replace(row, action=action, state=after.state, outcome=after.outcome, lease_until=None))
    return reaped


def _sends_however_late() -> list[Patch]:
    return [(dispatcher, "SENDING_LEASE", timedelta(days=365))]


def _intent_not_awaited() -> list[Patch]:
    return [(MemoryLog, "integrate", lambda _self: 0), (MemoryLog, "covered", lambda _self, _ids: True)]


def _no_intent() -> list[Patch]:
    def wrong(self: Any, prepared: Any, moment: Any, reached: Any) -> list[Any]:
        return [(made, 0) for made in prepared]

    return [(Dispatcher, "_intend", wrong), (MemoryLog, "covered", lambda _self, _ids: True)]


def _no_outcome_entry() -> list[Patch]:
    right = MemoryLog.append

    def wrong(self: MemoryLog, unit: Any, entries: Any) -> list[int]:
        return right(self, unit, [entry for entry in entries if entry.kind != "action:done"])

    return [(MemoryLog, "append", wrong)]


def _facts_not_frozen() -> list[Patch]:
    return [(world.World, "freeze", lambda _self, _unit, _source: None)]


def _no_second_look() -> list[Patch]:
    def wrong(_self: Evaluator, case: Any, *, items: Any, **_rest: Any) -> Recheck:
        return Recheck(tuple(items) or (case.customer.key,))

    return [(Evaluator, "still_due", wrong)]


def _guards_not_rechecked() -> list[Patch]:
    return [(evaluation, "stopping", lambda _guards, _kind: None)]


def _unknown_tried_again() -> list[Patch]:
    right = Dispatcher._after

    def wrong(self: Any, action: Any, moment: Any, error: Any, resting: Any) -> str:
        if isinstance(error, EffectUnknown):
            return str(self._again(action, moment, str(error), failed=True))
        return right(self, action, moment, error, resting)

    return [(Dispatcher, "_after", wrong)]


def _unknown_decided_again() -> list[Patch]:
    left = tuple(state for state in PENDING_STATES if state not in {"unknown", "sending"})
    return [(installation, "PENDING_STATES", left)]


def _pending_forgotten() -> list[Patch]:
    return [(installation, "PENDING_STATES", ())]


def _clock_not_compared() -> list[Patch]:
    return [(Dispatcher, "_check_clock", lambda _self, _unit: None)]


def _targets_never_rest() -> list[Patch]:
    return [(memory, "rest_until", lambda _failures, _now: None)]


def _no_freshness_gate() -> list[Patch]:
    return [(world, "off_until", lambda *_args: None), (evaluation, "stopping", _without_freshness)]


def _without_freshness(guards: Any, kind: str) -> Any:
    return stopping([guard for guard in guards if guard.id != "pl.guard.freshness"], kind)


def _no_mass_hold() -> list[Patch]:
    return [(running, "unusual", lambda _count, _most: None)]


def _one_person_is_enough() -> list[Patch]:
    return [(running, "approvals", lambda waiting, _by: ({}, dict(waiting)))]


def _key_without_day() -> list[Patch]:
    right = decisions

    def wrong(*args: Any) -> Any:
        return tuple(replace(one, key=one.key.replace(one.as_of.isoformat(), "once")) for one in right(*args))

    return [(evaluation, "decisions", wrong)]


def _occurrence_without_day() -> list[Patch]:
    right = schedule._at_times

    def wrong(source: Any, plan: Any, job: Any, day: Any) -> Any:
        for one in right(source, plan, job, day):
            yield replace(one, key=f"{source}:{job}")

    return [(schedule, "_at_times", wrong)]


def _webhook_id_per_attempt() -> list[Patch]:
    attempts = count()
    return [(world, "event_id", lambda key: f"msg_{key}{next(attempts)}")]


def _never_withdrawn() -> list[Patch]:
    return [(world.World, "withdrawn", lambda _self, _unit, _action, _day: True)]


def _items_not_narrowed() -> list[Patch]:
    return [(MemoryOutbox, "narrow", lambda _self, _unit, _action, _items: None)]


def _version_stands_still() -> list[Patch]:
    right = service_event
    return [(world, "service_event", lambda kind, **told: right(kind, **{**told, "version": 1}))]


BUGS: Mapping[str, Planted] = {
    bug.name: bug
    for bug in (
        Planted("a mail whose worker died is sent again", _mails_again),
        Planted("deaths of workers are not counted", _deaths_forgotten),
        Planted("the epoch of a claim is not looked at", _any_epoch),
        Planted("leases have ended when they begin", _leases_end_at_once),
        Planted("claims are taken from the living", _reaps_the_living),
        Planted("claims of the dead are never taken back", _never_reaps),
        Planted("a claimed row is claimed again", _claims_what_is_claimed),
        Planted("attempts are not counted", _attempts_not_counted),
        Planted("the day of sending is not kept", _day_not_kept),
        Planted("a guard's pause is not kept", _no_pause),
        Planted("'sending' is not written", _sending_not_written),
        Planted("reinstatements have no lane of their own", _one_lane),
        Planted("who wakes up after the lease goes on", _late_wakers_go_on),
        Planted("who wakes up while sending sends", _sends_however_late),
        Planted("the signature of the intent is not awaited", _intent_not_awaited),
        Planted("there is no intent", _no_intent),
        Planted("'done' has no entry", _no_outcome_entry),
        Planted("changed facts are not noticed before the effect", _facts_not_frozen),
        Planted("rules and guards are not looked at again", _no_second_look),
        Planted("guards are not looked at again", _guards_not_rechecked),
        Planted("what is unknown is tried again", _unknown_tried_again),
        Planted("what is unknown is decided again", _unknown_decided_again),
        Planted("what is under way is decided again", _pending_forgotten),
        Planted("clocks are not compared", _clock_not_compared),
        Planted("targets that fail never rest", _targets_never_rest),
        Planted("the age of the books is not looked at", _no_freshness_gate),
        Planted("there is no mass hold", _no_mass_hold),
        Planted("one person is enough for a mass suspension", _one_person_is_enough),
        Planted("a decision's key has no day", _key_without_day),
        Planted("an occurrence's key has no day", _occurrence_without_day),
        Planted("a webhook has another id each time", _webhook_id_per_attempt),
        Planted("a cancelled suspension stays desired", _never_withdrawn),
        Planted("an action is not narrowed to what it sent", _items_not_narrowed),
        Planted("the version of a service stands still", _version_stands_still),
    )
}
