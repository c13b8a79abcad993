"""Notices of suspension and resumption say what was decided about which services, and what is owed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from documents.register.issued import IssuedDocument
from engine.errors import IssueRefused
from tests.adapters.delivery.conftest import Inbox
from tests.adapters.installation import DEBT, NOTICE, PAID, SOURCE, SUSPENSION, Installation


def _issue(house: Installation, kind: str, **given: Any) -> tuple[IssuedDocument, Any]:
    system = house.system
    issued = system.issuance.issuing.issue(
        kind, SOURCE, "A", given, actor="anna", at=system.clock(), today=system.today()
    )
    return issued, json.loads(system.issuance.documents.content(issued.id, "json"))


@pytest.fixture
def suspended(house: Installation, inbox: Inbox) -> Installation:
    house.day(NOTICE, DEBT)
    house.deliver(NOTICE)
    house.day(SUSPENSION)
    house.deliver(SUSPENSION)
    return house


def test_a_suspension_is_notified_with_services_day_and_debt(suspended: Installation) -> None:
    issued, model = _issue(suspended, "suspension_notice")
    assert issued.number == "ZW/00001/2026"
    assert model["services"] == ["Internet", "Telephone"]
    assert model["effective"] == str(SUSPENSION)
    assert [(row["document"], row["open"]["amount"]) for row in model["rows"]] == [("OLD", "5000.00")]


def test_services_that_run_again_are_notified_as_resumed(suspended: Installation) -> None:
    suspended.day(SUSPENSION, PAID)
    suspended.deliver(SUSPENSION)
    _, model = _issue(suspended, "resumption_notice")
    assert (model["services"], model["rows"]) == (["Internet", "Telephone"], [])
    with pytest.raises(IssueRefused) as refused:
        _issue(suspended, "suspension_notice")
    assert refused.value.rule == "suspension_notice.services"


def test_a_customer_whose_services_always_ran_is_not_told_that_they_run_again(house: Installation) -> None:
    house.sync(NOTICE, DEBT)
    with pytest.raises(IssueRefused):
        _issue(house, "resumption_notice")
    with pytest.raises(IssueRefused):
        _issue(house, "suspension_notice")


def test_what_the_person_writes_stays(suspended: Installation) -> None:
    _, model = _issue(suspended, "suspension_notice", effective="2026-03-20", services=["Telephone"])
    assert (model["effective"], model["services"]) == ("2026-03-20", ["Telephone"])
