"""A message that was stuck for what the books say goes on by itself once they say something else."""

from __future__ import annotations

from datetime import date

from tests.adapters.delivery.conftest import Inbox
from tests.adapters.installation import DAY, ITEMS, Installation

NEXT = date(2026, 3, 13)
ADDRESS = "a@customers.example"
CORRECTED = {"customers": [{"key": "A", "email": "right@customers.example"}]}
PAID = {
    "payments": [{"key": "P1", "paid": DAY.isoformat(), "amount": "500.00", "pays": {"I1": "300.00", "I2": "200.00"}}]
}


def _failed(house: Installation, inbox: Inbox) -> None:
    """A reminder whose address the mail server refuses."""
    inbox.rcpt[ADDRESS] = "550 no such user"
    house.day(DAY, ITEMS)
    assert house.deliver(DAY) == {"failed": 1}


def test_a_refused_message_goes_once_to_the_corrected_address_and_the_ladder_goes_on(
    house: Installation, inbox: Inbox
) -> None:
    _failed(house, inbox)
    house.sync(NEXT)
    assert house.states() == ["failed"], "nothing was corrected"
    house.sync(NEXT, CORRECTED)
    assert house.states() == ["ready"]
    assert house.deliver(NEXT) == {"done": 1}
    assert [envelope.rcpt_tos for envelope in inbox.kept] == [["right@customers.example"]]
    assert house.recorded(house.action())[-3:] == ["action:retried", "action:intended", "action:done"]
    house.day(date(2026, 3, 16), {"customers": [{"key": "A", "name": "Another name"}]})
    assert house.deliver(date(2026, 3, 16)) == {}, "what is done is never tried again"
    house.day(date(2026, 3, 27))
    assert house.states() == ["done", "ready"]


def test_a_held_message_whose_debt_is_paid_is_cancelled_and_leaves_the_list(house: Installation) -> None:
    house.day(DAY, ITEMS)
    house.write("update customer set email = 'a@@'")
    assert house.deliver(DAY) == {"held": 1}
    house.sync(NEXT, PAID)
    assert house.deliver(NEXT) == {"cancelled": 1}
    assert house.system.outbox.status().need_a_person == []


def test_what_may_have_arrived_and_what_workers_died_of_stays_for_a_person(house: Installation, inbox: Inbox) -> None:
    _failed(house, inbox)
    for state, offered, deaths in (("held", "true", 0), ("unknown", "true", 0), ("held", "false", 8)):
        house.write(f"update action set state = '{state}', offered = {offered}, deaths = {deaths}")
        house.sync(NEXT, {"customers": [{"key": "A", "email": f"{state}{deaths}@customers.example"}]})
        assert house.states() == [state]
