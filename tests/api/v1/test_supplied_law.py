"""Supplied facts: the law gives what the caller does not, and its guards stand in the way."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.api.v1.test_evaluations import FACTS, ask, decided, item, refused

DAY = "2026-03-02"
NOTICE = {"facts": {**FACTS, "has_service": True}, "as_of": DAY}


def noticed(ago: int, **facts: Any) -> dict[str, Any]:
    """A customer so many days after his notice, long overdue."""
    told = {**FACTS, "has_service": True, "notice_delivered": True, "days_since_notice": ago, **facts}
    return {"facts": told, "items": [item(days_past_due=60)], "as_of": DAY}


def test_limitation_follows_from_the_due_date_and_the_kind_of_claim(asking: FlaskClient) -> None:
    items = [item("A"), item("B", claim_kind="carriage"), item("C", document_kind="interest_note")]
    assumed = ask(asking, facts=FACTS, items=items, as_of=DAY)["assumed"]
    assert [assumed[key]["limitation_date"] for key in "ABC"] == ["2028-12-31", "2027-02-10", "2029-12-31"]
    assert assumed["C"]["claim_kind"] == "periodic"
    assert assumed["A"]["days_past_limitation"] < 0


@pytest.mark.parametrize(("since", "suspended"), [(14, False), (15, True)])
def test_services_stop_when_the_wait_after_the_notice_is_over(asking: FlaskClient, since: int, suspended: bool) -> None:
    answer = ask(asking, **noticed(since, days_since_contact=since))
    assert ("suspend" in [kind for kind, _, _ in decided(answer)]) is suspended
    assert answer["assumed"]["supplied"]["days_since_suspension_allowed"] == since - 15


def test_a_sector_of_its_own_law_waits_longer(asking: FlaskClient) -> None:
    assert "suspend" not in [kind for kind, _, _ in decided(ask(asking, **noticed(15, sector="telecom")))]
    assert "suspend" in [kind for kind, _, _ in decided(ask(asking, **noticed(16, sector="telecom")))]


def test_the_wait_after_stages_that_were_sent_is_counted_and_not_told(asking: FlaskClient) -> None:
    sent = {**item(days_past_due=60), "sent": [{"stage": "final_demand", "day": "2026-02-10"}]}
    assumed = ask(asking, facts=NOTICE["facts"], items=[sent], as_of=DAY)["assumed"]["supplied"]
    assert (assumed["suspension_earliest"], assumed["days_since_suspension_allowed"]) == ("2026-02-25", 5)
    told = {**NOTICE["facts"], "days_since_suspension_allowed": 3}
    assert refused(asking, {"facts": told, "items": [sent]}) == ["facts.days_since_suspension_allowed"]


def test_insolvency_of_one_item_stops_the_others(asking: FlaskClient) -> None:
    free = ask(asking, facts=FACTS, items=[item("A"), item("B", hold_reason="dispute", on_hold=True)], as_of=DAY)
    assert decided(free) == [("remind", "demand", ["A"])]
    held = ask(asking, facts=FACTS, items=[item("A"), item("B", hold_reason="insolvency", on_hold=True)], as_of=DAY)
    assert decided(held) == []
    assert held["assumed"]["supplied"]["insolvent"] is True


@pytest.mark.parametrize("fact", ["days_since_contact", "days_since_notice"])
@pytest.mark.parametrize("days", [10**14, -(10**14), 3_000_000, -3_000_000])
def test_days_that_lead_out_of_the_calendar_are_refused_by_name(asking: FlaskClient, fact: str, days: int) -> None:
    asked = noticed(1, **{fact: days})
    response = asking.post("/v1/evaluations", json=asked)
    assert response.status_code == 422
    assert [error["field"] for error in response.get_json()["errors"]] == [f"facts.{fact}"]
