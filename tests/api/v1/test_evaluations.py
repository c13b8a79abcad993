"""POST /v1/evaluations on the real parts."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

FACTS = {"customer_kind": "business", "country": "PL"}


def ask(asking: FlaskClient, **body: Any) -> dict[str, Any]:
    answer = asking.post("/v1/evaluations", json=body)
    assert answer.status_code == 200, answer.text
    data: dict[str, Any] = answer.json
    return data


def refused(asking: FlaskClient, body: Any) -> list[str]:
    answer = asking.post("/v1/evaluations", json=body)
    assert answer.status_code == 422, answer.text
    assert answer.mimetype == "application/problem+json"
    return [error["field"] for error in answer.json["errors"]]


def item(key: str = "F9", **facts: Any) -> dict[str, Any]:
    return {"key": key, "facts": {"days_past_due": 20, "open_amount": "1500.00", **facts}}


def decided(answer: dict[str, Any]) -> list[tuple[str, Any, list[str]]]:
    return [(made["kind"], made["stage"], made["items"]) for made in answer["decisions"]]


def test_a_stored_customer_is_reminded_of_what_is_overdue_and_not_disputed(asking: FlaskClient) -> None:
    answer = ask(asking, source="demo", customer="K1", as_of="2026-03-02")
    (made,) = [made for made in answer["decisions"] if made["kind"] == "remind"]
    assert made["items"] == ["F1"]
    assert answer["ruleset"] == "pl.b2b.standard"
    assert len(answer["version"]) == 64


def test_an_explanation_tells_what_was_not_decided_and_when_that_changes(asking: FlaskClient) -> None:
    answer = ask(asking, source="demo", customer="K1", as_of="2026-03-02", explain=True)
    outcomes = {(verdict["key"], verdict["outcome"]) for verdict in answer["others"]}
    assert ("F2", "not_matched") in outcomes or ("F2", "forbidden") in outcomes
    assert answer["next_change"] is None or answer["next_change"] > "2026-03-02"


def test_a_hypothetical_payment_changes_the_answer_and_nothing_else(asking: FlaskClient) -> None:
    before = ask(asking, source="demo", customer="K1", as_of="2026-03-02")
    change = {"kind": "payment", "amount": "1440.00", "currency": "PLN", "item": "F1"}
    paid = ask(asking, source="demo", customer="K1", as_of="2026-03-02", changes=[change])
    assert decided(before)
    assert not [made for made in paid["decisions"] if made["kind"] == "remind"]
    assert ask(asking, source="demo", customer="K1", as_of="2026-03-02") == before


def test_a_hypothetical_hold_stops_the_reminder(asking: FlaskClient) -> None:
    change = {"kind": "hold", "reason": "dispute", "item": "F1"}
    held = ask(asking, source="demo", customer="K1", as_of="2026-03-02", changes=[change])
    assert not [made for made in held["decisions"] if made["kind"] == "remind"]


def test_the_same_question_has_the_same_bytes(asking: FlaskClient) -> None:
    body = {"source": "demo", "customer": "K1", "as_of": "2026-03-02", "explain": True}
    first = asking.post("/v1/evaluations", json=body)
    assert asking.post("/v1/evaluations", json=body).data == first.data


def test_today_is_the_clocks_day(asking: FlaskClient) -> None:
    assert ask(asking, source="demo", customer="K1")["as_of"] == "2026-03-02"


def test_a_customer_without_a_ruleset_is_a_conflict(asking: FlaskClient) -> None:
    answer = asking.post("/v1/evaluations", json={"source": "demo", "customer": "C1"})
    assert (answer.status_code, answer.json["code"]) == (409, "no_ruleset")


@pytest.mark.parametrize(("source", "customer"), [("demo", "nobody"), ("nowhere", "K1")])
def test_an_unknown_customer_is_not_found(asking: FlaskClient, source: str, customer: str) -> None:
    assert asking.post("/v1/evaluations", json={"source": source, "customer": customer}).status_code == 404


def test_a_ruleset_that_is_not_effective_is_not_found(asking: FlaskClient) -> None:
    body = {"source": "demo", "customer": "K1", "ruleset": "pl.b2b.standard"}
    assert asking.post("/v1/evaluations", json={**body, "ruleset": "no.such"}).status_code == 404
    assert asking.post("/v1/evaluations", json=body).status_code == 200
    assert asking.post("/v1/evaluations", json={**body, "as_of": "2019-12-31"}).status_code == 404


def test_supplied_facts_are_decided_like_stored_ones(asking: FlaskClient) -> None:
    stored = ask(asking, source="demo", customer="K1", as_of="2026-03-02")
    supplied = ask(asking, facts=FACTS, items=[item("F1", open_amount="1440.00")], as_of="2026-03-02")
    assert decided(supplied) == [made for made in decided(stored) if made[0] == "remind"]


def test_what_was_assumed_is_said(asking: FlaskClient) -> None:
    assumed = ask(asking, facts=FACTS, items=[item()], as_of="2026-03-02")["assumed"]
    assert assumed["supplied"]["has_email"] is True
    assert assumed["supplied"]["total_open"] == {"amount": "1500.00", "currency": "PLN"}
    assert assumed["F9"]["due_date"] == "2026-02-10"
    assert "open_amount" not in assumed["F9"]
    assert "customer_kind" not in assumed["supplied"]


def test_totals_follow_from_the_items_unless_given(asking: FlaskClient) -> None:
    items = [item("A"), item("B", days_past_due=-3), item("C", on_hold=True)]
    assumed = ask(asking, facts=FACTS, items=items, as_of="2026-03-02")["assumed"]["supplied"]
    amounts = [assumed[name]["amount"] for name in ("total_open", "overdue_amount", "actionable_overdue")]
    assert amounts == ["4500.00", "3000.00", "1500.00"]
    given = ask(asking, facts={**FACTS, "total_open": "1.00"}, items=items, as_of="2026-03-02")["assumed"]["supplied"]
    assert "total_open" not in given


def test_a_stage_already_sent_is_not_sent_again(asking: FlaskClient) -> None:
    first = ask(asking, facts=FACTS, items=[item()], as_of="2026-03-02")
    ((_, stage, _),) = [made for made in decided(first) if made[0] == "remind"]
    sent = {**item(), "sent": [{"stage": stage, "day": "2026-03-01"}]}
    assert stage not in [made[1] for made in decided(ask(asking, facts=FACTS, items=[sent], as_of="2026-03-02"))]
    told = item(stage=stage, days_in_stage=1)
    assert decided(ask(asking, facts=FACTS, items=[told], as_of="2026-03-02")) == decided(
        ask(asking, facts=FACTS, items=[sent], as_of="2026-03-02")
    )


def test_money_is_a_decimal_string_or_an_object(asking: FlaskClient) -> None:
    as_object = item(open_amount={"amount": "1500.00", "currency": "PLN"})
    assert decided(ask(asking, facts=FACTS, items=[as_object])) == decided(ask(asking, facts=FACTS, items=[item()]))
    for wrong in (1500, 15.5, "1 500", "1.2345", "1e5", {"amount": "1", "currency": "EUR"}, {"amount": "1"}, "0.001"):
        assert refused(asking, {"facts": FACTS, "items": [item(open_amount=wrong)]}) == ["items.0.facts.open_amount"]


WRONG: list[tuple[Any, str]] = [
    ({}, "source"),
    ({"source": "demo"}, "customer"),
    ({"source": "demo", "customer": "K1", "unknown": 1}, "unknown"),
    ({"source": "demo", "customer": "K1", "explain": "yes"}, "explain"),
    ({"source": "demo", "customer": "K1", "as_of": "2026-02-30"}, "as_of"),
    ({"source": "demo", "customer": "K1", "as_of": "9999-12-31"}, "as_of"),
    ({"source": "demo", "customer": "K1", "as_of": 20260302}, "as_of"),
    ({"source": "demo", "customer": "K1\u0000"}, "customer"),
    ({"source": "demo", "customer": "K1", "changes": [{"kind": "payment"}]}, "changes.0.amount"),
    ({"source": "demo", "customer": "K1", "changes": [{"kind": "gift"}]}, "changes.0.kind"),
    ({"source": "demo", "customer": "K1", "changes": [{"kind": "hold"}]}, "changes.0.reason"),
    (
        {"source": "demo", "customer": "K1", "changes": [{"kind": "payment", "amount": "0.001", "currency": "PLN"}]},
        "changes.0.amount",
    ),
    (
        {"source": "demo", "customer": "K1", "changes": [{"kind": "hold", "reason": "dispute", "amount": "1"}]},
        "changes.0.amount",
    ),
    ({"facts": {}}, "facts.customer_kind"),
    ({"facts": {"customer_kind": "martian"}}, "facts.customer_kind"),
    ({"facts": {**FACTS, "colour": "red"}}, "facts.colour"),
    ({"facts": {**FACTS, "open_count": True}}, "facts.open_count"),
    ({"facts": {**FACTS, "open_count": "5"}}, "facts.open_count"),
    ({"facts": {**FACTS, "open_count": 10**16}}, "facts.open_count"),
    ({"facts": {**FACTS, "working_day": 1}}, "facts.working_day"),
    ({"facts": {**FACTS, "working_day": None}}, "facts.working_day"),
    ({"facts": FACTS, "customer": "K1"}, "customer"),
    ({"facts": FACTS, "items": [{"key": "a", "facts": {}}]}, "items.0.facts.due_date"),
    ({"facts": FACTS, "items": [{"facts": {"days_past_due": 1}}]}, "items.0.key"),
    ({"facts": FACTS, "items": [item("a"), item("a")]}, "items.1.key"),
    ({"facts": FACTS, "items": [item(due_date="2026-03-01", days_past_due=9)]}, "items.0.facts.days_past_due"),
    ({"facts": FACTS, "items": [item(days_past_due=10**15)]}, "items.0.facts.days_past_due"),
    ({"facts": FACTS, "items": [{**item(), "sent": [{"stage": "x", "day": "2026-01-01"}]}]}, "items.0.sent.0"),
    ({"items": []}, "facts"),
    ([], "body"),
    ("text", "body"),
]


def test_a_wrong_question_is_refused_with_the_field_named(asking: FlaskClient, subtests: pytest.Subtests) -> None:
    for body, field in WRONG:
        with subtests.test(body=body):
            assert refused(asking, body)[0] == field


def test_an_absent_optional_fact_may_be_null(asking: FlaskClient) -> None:
    ask(asking, facts={**FACTS, "segment": None, "credit_limit": None})
