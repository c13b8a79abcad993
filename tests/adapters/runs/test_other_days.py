"""Runs of days that are not today's: a past day sends nothing twice, a coming day waits, a late effect counts late."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from app.usecases.decide import decide_day
from tests.adapters.delivery.conftest import Inbox
from tests.adapters.installation import DAY, DEBT, ITEMS, NOTICE, SOURCE, SUSPENSION, Installation

BEFORE = DAY - timedelta(days=1)
AFTER = date(2026, 3, 13)
#: Older than ITEMS: its stage on DAY is one above theirs.
OLDER = {"items": [{"key": "I0", "issued": "2026-01-02", "due": "2026-01-12", "amount": "100.00"}]}


def test_a_run_of_an_earlier_day_afterwards_sends_nothing_twice(house: Installation, inbox: Inbox) -> None:
    house.day(DAY, ITEMS)
    assert house.deliver(DAY) == {"done": 1}
    assert house.run(BEFORE)["decisions"] == 1, "on that day nothing had been sent"
    assert house.deliver(DAY) == {"cancelled": 1}
    first, second = house.actions()
    assert (first.state, second.state, second.outcome) == ("done", "cancelled", "already_sent")
    assert len(inbox.kept) == 1


def test_an_earlier_day_still_writes_to_items_that_got_nothing_since(house: Installation, inbox: Inbox) -> None:
    house.day(DAY, ITEMS)
    house.deliver(DAY)
    house.sync(DAY, {"items": [{"key": "I3", "issued": "2026-02-01", "due": "2026-03-02", "amount": "70.00"}]})
    house.run(BEFORE)
    assert house.actions()[-1].items == ["I1", "I2", "I3"]
    assert house.deliver(DAY) == {"done": 1}
    assert house.actions()[-1].items == ["I3"]
    assert len(inbox.kept) == 2


def test_an_earlier_day_does_not_send_a_stage_below_the_one_that_was_sent(house: Installation, inbox: Inbox) -> None:
    house.day(AFTER, OLDER | {"customers": ITEMS["customers"]})
    house.deliver(AFTER)
    sent = house.action().stage
    house.run(date(2026, 1, 20))
    assert house.actions()[-1].stage != sent
    assert house.deliver(AFTER) == {"cancelled": 1}
    assert len(inbox.kept) == 1


def test_what_is_decided_for_a_coming_day_waits_for_that_day(house: Installation, inbox: Inbox) -> None:
    house.sync(DAY, ITEMS)
    assert house.run(AFTER)["decisions"] == 1
    assert house.deliver(DAY) == {}
    assert (house.states(), inbox.kept) == (["ready"], [])
    house.sync(AFTER)
    assert house.deliver(AFTER) == {"done": 1}
    assert house.action().done_on == AFTER


def test_a_decision_carried_out_late_counts_from_the_day_it_was(house: Installation, inbox: Inbox) -> None:
    house.day(DAY, ITEMS)
    house.sync(AFTER)
    assert house.deliver(AFTER) == {"done": 1}
    action = house.action()
    assert (action.as_of, action.done_on) == (DAY, AFTER)
    found = house.system.books.facts.case(SOURCE, "A", AFTER, house.rulesets[0])
    assert {item.facts["days_in_stage"] for item in found.items} == {0}


def test_a_suspension_of_a_past_day_does_not_stand_when_today_does_not_call_for_it(
    house: Installation, inbox: Inbox
) -> None:
    house.day(NOTICE, DEBT)
    house.deliver(NOTICE)
    later = SUSPENSION + timedelta(days=3)
    house.sync(
        later, {"payments": [{"key": "P1", "paid": later.isoformat(), "amount": "5000.00", "pays": {"OLD": "5000.00"}}]}
    )
    assert house.run(SUSPENSION)["kind:suspend"] == 1, "on that day nothing was paid"
    assert house.services() == {"S1": ("suspended", 1), "S2": ("suspended", 1)}
    assert house.deliver(later) == {"cancelled": 1}
    assert house.services() == {"S1": ("active", 2), "S2": ("active", 2)}
    assert len(inbox.kept) == 1, "only the notice"


@pytest.mark.parametrize("day", [BEFORE, AFTER])
def test_each_day_has_a_run_of_its_own(house: Installation, day: date) -> None:
    house.sync(DAY, ITEMS)
    first, second, third = (
        decide_day(house.system.rules.library, house.system.runs, SOURCE, one) for one in (DAY, day, DAY)
    )
    assert first.run_id is not None
    assert len({first.run_id, second.run_id, third.run_id}) == 3
    assert [report.counts["decisions"] for report in (first, second, third)] == [1, 0, 0], (
        "pending items are left alone"
    )
