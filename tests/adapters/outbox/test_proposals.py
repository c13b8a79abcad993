"""What waits for a person: listed, approved with everything that belongs to it, or dropped, once."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from adapters.outbox.proposals import approve, drop, waiting
from engine.errors import Conflict
from tests.adapters.delivery.conftest import Inbox
from tests.adapters.installation import DAY, DEBT, ITEMS, NOTICE, SOURCE, SUSPENSION, Installation

Install = Callable[..., Installation]


@pytest.fixture
def careful(install: Install) -> Installation:
    """A company in which a person looks at reminders and suspensions first."""
    return install(modes={"remind": "proposal", "suspend": "proposal"}, webhook="http://127.0.0.1:9/none")


def listed(house: Installation) -> list[dict[str, object]]:
    with house.system.database.engine.connect() as connection:
        return waiting(connection, SOURCE)


def say_yes(house: Installation, *ids: int, by: str = "anna") -> int:
    return approve(house.system.database.engine, house.system.records.archive, ids, by=by, now=house.clock.now)


def say_no(house: Installation, *ids: int, reason: str = "the customer called") -> int:
    return drop(
        house.system.database.engine, house.system.records.archive, ids, by="anna", reason=reason, now=house.clock.now
    )


def test_a_proposal_is_listed_and_nothing_leaves_before_it_is_approved(careful: Installation, inbox: Inbox) -> None:
    careful.day(DAY, ITEMS)
    assert careful.deliver(DAY) == {}
    assert listed(careful) == [
        {
            "id": careful.action().id,
            "source": SOURCE,
            "customer": "A",
            "name": "Customer A",
            "kind": "remind",
            "stage": "reminder",
            "items": 2,
            "as_of": DAY,
            "why": None,
            "approved_by": None,
        }
    ]
    assert say_yes(careful, careful.action().id) == 1
    assert listed(careful) == []
    assert careful.deliver(DAY) == {"done": 1}
    assert careful.action().approved_by == "anna"
    assert len(inbox.kept) == 1


def test_a_dropped_proposal_is_cancelled_with_its_reason(careful: Installation, inbox: Inbox) -> None:
    careful.day(DAY, ITEMS)
    assert say_no(careful, careful.action().id) == 1
    action = careful.action()
    assert (action.state, action.outcome, action.approved_by) == ("cancelled", "the customer called", "anna")
    assert careful.deliver(DAY) == {}
    assert (listed(careful), inbox.kept) == ([], [])


@pytest.mark.parametrize("again", [say_yes, say_no], ids=["approve", "drop"])
def test_a_proposal_is_settled_once(careful: Installation, again: Callable[..., int]) -> None:
    careful.day(DAY, ITEMS)
    say_yes(careful, careful.action().id)
    with pytest.raises(Conflict, match="Nothing was changed"):
        again(careful, careful.action().id)
    assert careful.states() == ["ready"]


def test_one_that_does_not_wait_stops_the_approval_of_all(careful: Installation) -> None:
    careful.day(DAY, ITEMS)
    with pytest.raises(Conflict, match="999999"):
        say_yes(careful, careful.action().id, 999999)
    assert careful.states() == ["proposed"]


def test_approving_a_suspension_sets_the_desired_state_and_approves_all_its_actions(careful: Installation) -> None:
    careful.day(NOTICE, DEBT)
    say_yes(careful, careful.action().id)
    careful.deliver(NOTICE)
    careful.day(SUSPENSION)
    suspend = "kind = 'suspend'"
    assert [action.channel for action in careful.actions(suspend)] == ["webhook", "internal"]
    (proposal,) = listed(careful)
    assert (proposal["kind"], proposal["id"]) == ("suspend", careful.actions(suspend)[0].id)
    assert careful.services() == {}, "proposed is not decided"
    assert careful.day(SUSPENSION)["decisions"] == 0
    assert say_yes(careful, careful.actions(suspend)[1].id) == 1
    assert careful.states(suspend) == ["ready", "ready"]
    assert careful.services() == {"S1": ("suspended", 1), "S2": ("suspended", 1)}


def test_dropping_a_suspension_leaves_the_services_alone(careful: Installation) -> None:
    careful.day(NOTICE, DEBT)
    say_yes(careful, careful.action().id)
    careful.deliver(NOTICE)
    careful.day(SUSPENSION)
    assert say_no(careful, *[action.id for action in careful.actions("kind = 'suspend'")]) == 1
    assert careful.states("kind = 'suspend'") == ["cancelled", "cancelled"]
    assert careful.services() == {}


def test_who_settled_a_proposal_and_why_is_in_the_archive(careful: Installation) -> None:
    careful.day(DAY, ITEMS)
    say_no(careful, careful.action().id)
    careful.system.records.archive.integrate()
    (entry,) = [one for one in careful.system.records.archive.show(SOURCE, "A") if one.kind == "proposal:dropped"]
    assert (entry.actor, entry.role, entry.reason) == ("anna", "controller", "the customer called")
    assert careful.system.records.archive.verify().ok
