"""A webhook that a person gives up: what the CRM never took is not desired any more, and the next run decides anew."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from adapters.outbox.attention import AttentionVerdict, settle
from tests.adapters.crm.conftest import Receiver
from tests.adapters.installation import DEBT, NOTICE, PAID, SUSPENSION, Installation

NEXT = SUSPENSION + timedelta(days=1)
WEBHOOK = "channel = 'webhook' and kind = "


def refused(install: Callable[..., Installation], receiver: Receiver) -> Installation:
    """An installation whose CRM refuses every webhook for good."""
    house = install(webhook=receiver.url, webhook_internal=True)
    house.day(NOTICE, DEBT)
    house.deliver(NOTICE)
    house.day(SUSPENSION)
    receiver.status = 422
    house.deliver(SUSPENSION)
    assert house.states(WEBHOOK + "'suspend'") == ["failed"]
    return house


def person(house: Installation, kind: str, verdict: AttentionVerdict) -> None:
    ids = [action.id for action in house.actions(WEBHOOK + f"'{kind}' and state = 'failed'")]
    settle(
        house.worker_context.engine,
        house.worker_context.archive,
        ids,
        verdict,
        by="Ala",
        reason="the CRM has it not",
        now=house.clock.now,
        today=SUSPENSION,
    )


def test_a_suspension_that_is_given_up_is_decided_anew(
    install: Callable[..., Installation], receiver: Receiver
) -> None:
    house = refused(install, receiver)
    person(house, "suspend", "cancelled")
    assert house.services()["S1"] == ("active", 2)
    receiver.status = 200
    house.day(NEXT)
    house.deliver(NEXT)
    assert house.states(WEBHOOK + "'suspend'") == ["cancelled", "done"]
    assert house.services()["S1"] == ("suspended", 3)


def test_a_suspension_that_happened_stands(install: Callable[..., Installation], receiver: Receiver) -> None:
    house = refused(install, receiver)
    person(house, "suspend", "done")
    assert house.services()["S1"] == ("suspended", 1)


def test_a_resumption_that_is_given_up_is_decided_anew(
    install: Callable[..., Installation], receiver: Receiver
) -> None:
    house = refused(install, receiver)
    person(house, "suspend", "done")
    house.day(NEXT, PAID)
    house.deliver(NEXT)
    assert house.states(WEBHOOK + "'reinstate'") == ["failed"]
    person(house, "reinstate", "cancelled")
    assert house.services()["S1"] == ("suspended", 3)
    receiver.status = 200
    house.day(NEXT + timedelta(days=1))
    house.deliver(NEXT + timedelta(days=1))
    assert house.states(WEBHOOK + "'reinstate'") == ["cancelled", "done"]
    assert house.services()["S1"] == ("active", 4)
