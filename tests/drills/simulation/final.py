"""What is checked when a history is over and everything has had its chance: from rows, archive and the sinks' logs."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime

from tests.drills.simulation.model import STAGES, local, settled, why_not_suspend, working
from tests.drills.simulation.running import PERSON
from tests.drills.simulation.watch import Violation
from tests.drills.simulation.world import World

FINAL = frozenset({"done", "cancelled"})


def final_violations(world: World, days: Sequence[datetime]) -> Iterator[Violation]:
    """All that is wrong at the end. `days`: the moments of the last quiet days, on which everything could happen."""
    yield from _rows(world)
    yield from _copies(world)
    yield from _services(world, days)
    yield from _reminded(world, days)


def _rows(world: World) -> Iterator[Violation]:
    rows = world.kept.outbox.rows.values()
    keys = Counter(row.action.key for row in rows)
    for key, count in keys.items():
        if count > 1:
            yield Violation("I1", f"{count} rows of one key: {key}")
    kinds = defaultdict(list)
    for number, entry in world.kept.log.entries.items():
        kinds[entry.case].append((number, entry.kind))
    for row in rows:
        if row.state not in FINAL:
            yield Violation("I1", f"still {row.state}: {row.action.key}")
        if row.state == "done":
            case = f"action:{row.action.id}"
            told = {kind: number for number, kind in sorted(kinds[case], reverse=True)}
            by_person = any(entry.actor == PERSON for entry in world.kept.log.entries.values() if entry.case == case)
            if by_person:
                continue
            if "action:intended" not in told or told.get("action:done", -1) < told["action:intended"]:
                yield Violation("I4", f"done without its entries: {row.action.key}")
            never = all(row.action.key != one.key for one in world.crm.arrived)
            if row.action.channel == "webhook" and never:
                yield Violation("I1", f"done and never sent: {row.action.key}")


def _copies(world: World) -> Iterator[Violation]:
    for name, messages in (("I3", world.mail.arrived), ("I2", world.crm.effects)):
        for key, count in Counter(message.key for message in messages).items():
            if count > 1:
                yield Violation(name, f"{count} effects of {key}")
    ids = defaultdict(set)
    for message in world.crm.arrived:
        ids[message.key].add(message.id)
    for key, several in ids.items():
        if len(several) > 1:
            yield Violation("I2", f"{len(several)} ids of one webhook: {key}")
    done = {row.action.key for row in world.kept.outbox.rows.values() if row.state == "done"}
    for message in world.mail.arrived:
        if message.key not in done:
            yield Violation("I1", f"it was sent and is not done: {message.key}")


def _services(world: World, days: Sequence[datetime]) -> Iterator[Violation]:
    """After the quiet days the CRM has what the books ask for, and what the installation wants."""
    late = _settled_late(world)
    for customer, account in world.books.accounts.items():
        if customer in world.deadly:
            continue
        state = world.crm.states.get(customer, "active")
        wanted = world.kept.services.desired(customer)
        if state != wanted:
            yield Violation("I9", f"{customer} should be {wanted} and is {state}")
        on = [local(at).date() for at in days]
        if state == "suspended" and all(settled(account, day) for day in on):
            yield Violation("I9", f"{customer} owes nothing and is suspended")
        elif customer in late:
            continue
        elif state == "active" and all(
            why_not_suspend(account, day, world.watch.letters) is None and not settled(account, day) for day in on
        ):
            yield Violation("I9", f"{customer} should be suspended and is not")


def _settled_late(world: World) -> set[str]:
    """Customers whose letters a person settled: such a letter counts from that day on, later than it arrived."""
    cases = {entry.case for entry in world.kept.log.entries.values() if entry.actor == PERSON}
    return {row.action.customer for row in world.kept.outbox.rows.values() if f"action:{row.action.id}" in cases}


def _reminded(world: World, days: Sequence[datetime]) -> Iterator[Violation]:
    """After the quiet days whoever could be reminded was."""
    needs = STAGES["reminder"]
    quiet = [local(at).date() for at in days if working(local(at).date())]
    for account in world.books.accounts.values():
        for item in account.items:
            debt = sum(one.open for one in account.items if one.open > 0 and one.due < quiet[0]) - account.credit
            late = (quiet[0] - item.due).days
            due = late >= needs.first and item.open >= needs.amount and debt >= needs.debt
            reachable = account.key not in world.mail.full | world.deadly
            if due and reachable and not account.held and not item.disputed and not world.watch.letters.get(item.key):
                yield Violation("I9", f"nobody was reminded of {item.key}")
