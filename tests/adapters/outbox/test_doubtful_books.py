"""Books that come to be in doubt between a decision and its effect, and what doubt never delays."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.adapters.installation import DAY, DEBT, ITEMS, NOTICE, PAID, SUSPENSION, Installation

BAD_HOLD: Mapping[str, Any] = {"holds": [{"key": "H1", "reason": "mood", "from": "2026-03-01"}]}


def _break(house: Installation, tables: Mapping[str, Any]) -> None:
    house.books.change(tables)
    house.books.write(house.source)
    assert house.mirror().in_doubt == 1


def test_a_reminder_that_is_ready_is_dropped_when_doubt_arises(house: Installation) -> None:
    house.day(DAY, ITEMS)
    assert house.states() == ["ready"]
    _break(house, BAD_HOLD)
    house.deliver(DAY)
    assert [(row.state, row.outcome) for row in house.actions()] == [("cancelled", "pl.guard.books_doubtful")]


def test_a_proposal_approved_in_doubt_is_dropped(install: Any) -> None:
    house = install(modes={"remind": "proposal"})
    house.day(DAY, ITEMS)
    _break(house, BAD_HOLD)
    proposals = house.system.outbox
    ids = [row["id"] for row in proposals.waiting("books")]
    proposals.approve(ids, by="clerk", now=house.system.clock())
    house.deliver(DAY)
    assert house.states() == ["cancelled"]


def test_a_second_run_of_the_day_sees_doubt_come_and_go(house: Installation) -> None:
    house.sync(DAY, ITEMS)
    _break(house, BAD_HOLD)
    assert house.run(DAY)["decisions"] == 0
    house.day(DAY, {"holds": [{"key": "H1", "reason": "manual", "from": "2026-03-01", "until": "2026-03-02"}]})
    assert [row.kind for row in house.actions()] == ["remind"]


def test_services_are_not_suspended_in_doubt_and_are_reinstated_in_spite_of_it(house: Installation) -> None:
    house.day(NOTICE, DEBT)
    house.deliver(NOTICE)
    house.sync(SUSPENSION)
    _break(house, BAD_HOLD)
    assert house.run(SUSPENSION)["decisions"] == 0
    house.day(SUSPENSION, {"holds": [{"key": "H1", "reason": "manual", "until": "2026-03-02"}]})
    house.deliver(SUSPENSION)
    assert {state for state, _ in house.services().values()} == {"suspended"}
    house.books.change(PAID)
    _break(house, {"holds": [{"key": "H2", "reason": "mood", "from": "2026-03-01"}]})
    house.run(SUSPENSION)
    assert {state for state, _ in house.services().values()} == {"active"}


def test_services_do_not_come_back_by_money_whose_settlement_was_refused(house: Installation) -> None:
    house.day(NOTICE, DEBT)
    house.deliver(NOTICE)
    house.day(SUSPENSION)
    house.deliver(SUSPENSION)
    day = SUSPENSION.isoformat()
    paid = {"key": "P1", "paid": day, "amount": "5000.00", "pays": {"NEW": "5000.00"}}
    new = {"key": "NEW", "issued": "2026-03-10", "due": "2026-04-10", "amount": "5O00.00"}
    _break(house, {"items": [new], "payments": [paid]})
    house.run(SUSPENSION)
    assert {state for state, _ in house.services().values()} == {"suspended"}
    house.day(SUSPENSION, {"items": [new | {"amount": "5000.00"}]})
    assert {state for state, _ in house.services().values()} == {"suspended"}
    house.day(SUSPENSION, {"payments": [paid | {"key": "P2", "pays": {"OLD": "5000.00"}}]})
    assert {state for state, _ in house.services().values()} == {"active"}


def test_what_is_free_without_doubt_brings_services_back_in_spite_of_doubt(house: Installation) -> None:
    house.day(NOTICE, DEBT)
    house.deliver(NOTICE)
    house.day(SUSPENSION)
    house.deliver(SUSPENSION)
    day = SUSPENSION.isoformat()
    settled = {"key": "P1", "paid": day, "amount": "5000.00", "pays": {"OLD": "5000.00"}}
    stray = {"key": "P2", "paid": day, "amount": "70.00", "pays": {"GONE": "70.00"}}
    _break(house, {"payments": [settled, stray]})
    house.run(SUSPENSION)
    assert {state for state, _ in house.services().values()} == {"active"}
