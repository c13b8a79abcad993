"""Runs and people in memory: decisions, plans, the mass hold and approvals are the product's own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from adapters.outbox.proposals import approvals
from adapters.runs.mass_hold import LOOK_BACK, allowed, unusual
from engine.actions import KINDS
from engine.errors import FourEyes
from engine.execution.action import ClaimedAction
from engine.execution.entries import ExecutionEntry
from engine.execution.memory import MemoryUnit, Row
from engine.execution.planning import PlannedAction, plan
from tests.drills.simulation.installation import COMPANY, SOURCE, Run, evaluators
from tests.drills.simulation.world import World

BATCH = 3
PERSON = "a person"
#: How long a person waits before looking what became of a message in doubt: longer than it may still be on its way.
LOOKS_AFTER = timedelta(minutes=20)


def run(world: World, as_of: date) -> Iterator[str]:
    """Decide a day, or go on with its unfinished run; stops after each batch and may be left there for ever."""
    kept = world.kept
    one = next((run for run in kept.runs if run.as_of == as_of and run.status != "done"), None)
    if one is None:
        one = Run(len(kept.runs) + 1, as_of, kept.mirror)
        kept.runs.append(one)
    keys = sorted(one.mirror.accounts)
    for first in range(0, len(keys), BATCH):
        if keys[first] not in one.done:
            _batch(world, one, keys[first : first + BATCH])
            yield f"batch {keys[first]} of {as_of}"
    with kept.outbox.unit() as unit:
        _close(world, one, unit)


def _batch(world: World, one: Run, customers: list[str]) -> None:
    kept = world.kept
    entries: list[ExecutionEntry] = []
    with kept.outbox.unit() as unit:
        for case, ruleset in kept.cases(customers, one.as_of, world.now, one.mirror):
            made = [one for one in evaluators().of(ruleset).evaluate(case).decisions if one.key not in kept.decisions]
            for decision in made:
                kept.decisions[decision.key] = one.id
                entries.append(_entry("decision:made", world.now, decision.key))
                for planned in plan(decision, case, COMPANY):
                    _add(unit, planned, len(kept.outbox.rows) + len(unit.rows) + 1)
                if decision.kind == "reinstate":
                    kept.services.set(decision.customer, "active", decision.key)
                one.suspensions += decision.kind == "suspend"
                world.say(f"decided {decision.key}")
        kept.log.append(unit, entries)
    one.done.add(customers[0])


def _add(unit: MemoryUnit, planned: PlannedAction, id_: int) -> None:
    action = ClaimedAction(
        id=id_,
        key=planned.key,
        decision_key=planned.decision_key,
        source=SOURCE,
        customer=planned.customer,
        kind=planned.kind,
        channel=planned.channel,
        stage=planned.stage,
        as_of=planned.as_of,
        params=dict(planned.params),
        attempts=0,
        deaths=0,
        owner="",
        epoch=0,
    )
    unit.rows[id_] = Row(action, state=planned.state, lane=planned.lane)


def _close(world: World, one: Run, unit: MemoryUnit) -> None:
    """As adapters.runs.mass_hold.settle_suspensions."""
    kept = world.kept
    suspends = [row for row in kept.outbox.rows.values() if row.action.kind == "suspend"]
    own = [row for row in suspends if kept.decisions[row.action.decision_key] == one.id]
    waiting = {row.action.id: row for row in [*own, *(row for row in suspends if row.state == "planned")]}
    keys = sorted({row.action.decision_key for row in waiting.values()})
    counts = [
        run.suspensions
        for run in kept.runs
        if run.status == "done" and timedelta() < one.as_of - run.as_of <= LOOK_BACK
    ]
    reason = unusual(len(keys), allowed(counts))
    for row in waiting.values():
        if row.state != "planned":
            continue
        unit.rows[row.action.id] = replace(row, state="proposed" if reason else "ready", outcome=reason)
        if reason:
            kept.held_runs.add(kept.decisions[row.action.decision_key])
        else:
            kept.services.set(row.action.customer, "suspended", row.action.decision_key)
    one.status = "done"
    world.watch.decided(one.as_of, one.suspensions, keys)
    world.say(f"run of {one.as_of} is done" + (f": {reason}" if reason else ""))


@dataclass(frozen=True, slots=True)
class _Waiting:
    """As adapters.outbox.proposals reads it."""

    id: int
    run: str
    two_people: bool
    approved_by: str | None
    rows: list[Row] = field(default_factory=list)


def approve(world: World, person: str) -> None:
    """A person approves all that waits."""
    kept = world.kept
    waiting: dict[str, _Waiting] = {}
    for row in kept.outbox.rows.values():
        if row.state == "proposed":
            key = row.action.decision_key
            held = kept.decisions[key] in kept.held_runs and row.action.kind == "suspend"
            waiting.setdefault(key, _Waiting(row.action.id, "done", held, kept.first_of_two.get(key))).rows.append(row)
    try:
        first, ready = approvals(waiting, person)
    except FourEyes:
        world.say(f"{person} may not approve twice")
        return
    for key in waiting:
        world.watch.unusual.get(key, set()).add(person)
    kept.first_of_two.update(dict.fromkeys(first, person))
    with kept.outbox.unit() as unit:
        for key, one in ready.items():
            for row in one.rows:
                unit.rows[row.action.id] = replace(row, state="ready", outcome=None)
            action = one.rows[0].action
            kept.services.set(action.customer, KINDS[action.kind].desired, key)
    if waiting:
        world.say(f"{person} approves {len(first)} first, {len(ready)} to be done")


def look(world: World, doubt_since: dict[int, datetime]) -> None:
    """A person settles what is stuck, as adapters.outbox.attention does: done when it arrived, else again or not."""
    kept = world.kept
    arrived = {message.key for message in (*world.mail.arrived, *world.crm.effects)}
    with kept.outbox.unit() as unit:
        for id_, row in kept.outbox.rows.items():
            if row.state not in {"unknown", "held", "failed"}:
                doubt_since.pop(id_, None)
                continue
            if world.now - doubt_since.setdefault(id_, world.now) < LOOKS_AFTER:
                continue
            key = row.action.key
            state = _verdict(world, row, arrived)
            action = replace(row.action, attempts=0, deaths=0, owner="")
            if state == "done" and action.channel == "webhook":
                kept.services.confirm(action.customer, action.decision_key)
            unit.rows[id_] = replace(
                row,
                action=action,
                state=state,
                lease_until=None,
                not_before=world.now,
                done_on=world.today() if state == "done" else row.done_on,
            )
            if state == "cancelled" and action.channel == "webhook":
                desired = KINDS[action.kind].desired
                kept.services.withdraw(action.customer, action.decision_key, desired, (), sure=True)
            kind = "action:retried" if state == "ready" else f"action:{state}"
            kept.log.append(unit, [_entry(kind, world.now, key, f"action:{id_}")])
            world.watch.failures.pop(key, None)
            world.say(f"a person settles {row.state} as {state}: {key}")


def _verdict(world: World, row: Row, arrived: set[str]) -> str:
    """Done when it arrived or the CRM is as it should be; else tried again, or given up."""
    action = row.action
    if action.key in arrived:
        return "done"
    if action.channel == "webhook" and world.crm.states.get(action.customer, "active") == KINDS[action.kind].desired:
        return "done"
    hopeless = action.customer in world.mail.full | world.deadly
    return "cancelled" if hopeless or world.rng.random() < 0.3 else "ready"


def _entry(kind: str, at: datetime, key: str, case: str | None = None) -> ExecutionEntry:
    return ExecutionEntry(kind=kind, case=case, at=at, actor=PERSON, role="controller", action=key)
