"""Customers over the API, from mirrored facts."""

from __future__ import annotations

from flask.testing import FlaskClient


def keys(asking: FlaskClient, query: str) -> list[tuple[str, str]]:
    answer = asking.get(f"/v1/customers?{query}")
    assert answer.status_code == 200, answer.text
    return [(row["source"], row["key"]) for row in answer.json["customers"]]


def test_customers_are_found_by_key_tax_id_and_part_of_the_name(asking: FlaskClient) -> None:
    assert keys(asking, "q=K1") == [("demo", "K1"), ("other", "K1")]
    assert keys(asking, "q=PLC1") == [("demo", "C1")]
    assert keys(asking, "q=GĘŚ") == [("demo", "K/2")]
    assert keys(asking, "q=żółw&source=other") == [("other", "K1")]
    assert keys(asking, "q=%25") == []


def test_pages_follow_each_other_to_the_end(asking: FlaskClient) -> None:
    seen = []
    after = ""
    while True:
        page = asking.get(f"/v1/customers?limit=1{after}").json
        seen += [(row["source"], row["key"]) for row in page["customers"]]
        if page["next"] is None:
            break
        after = f"&after={page['next']}"
    assert seen == [("demo", "C1"), ("demo", "K/2"), ("demo", "K1"), ("other", "K1")]


def test_the_state_tells_holds_services_and_what_is_next(asking: FlaskClient) -> None:
    state = asking.get("/v1/customers/K1/state?source=demo").json
    assert state["name"] == "Żółw sp. z o.o."
    assert state["holds"] == [{"item": "F2", "reason": "dispute", "expires_on": None}]
    assert [(service["key"], service["desired"]) for service in state["services"]] == [("S1", "active")]
    assert state["evaluation"]["decisions"]
    assert state["why_not_evaluated"] is None


def test_the_state_says_why_nothing_can_be_decided(asking: FlaskClient) -> None:
    state = asking.get("/v1/customers/C1/state?source=demo").json
    assert state["evaluation"] is None
    assert "No ruleset" in state["why_not_evaluated"]


def test_a_key_of_several_sources_is_a_conflict_that_names_them(asking: FlaskClient) -> None:
    answer = asking.get("/v1/customers/K1/state")
    assert (answer.status_code, answer.json["code"]) == (409, "ambiguous_customer")
    assert [error["message"] for error in answer.json["errors"]] == ["demo", "other"]


def test_a_key_of_one_source_needs_none_and_may_hold_a_slash(asking: FlaskClient) -> None:
    assert asking.get("/v1/customers/K/2/state").json["customer"] == "K/2"
    assert asking.get("/v1/customers/K%2F2/finances").json["customer"] == "K/2"


def test_an_unknown_customer_is_not_found(asking: FlaskClient) -> None:
    for path in ("/v1/customers/none/state", "/v1/customers/none/state?source=demo", "/v1/customers/none/finances"):
        assert asking.get(path).status_code == 404


def test_finances_add_up_in_the_ledger_currency(asking: FlaskClient) -> None:
    money = asking.get("/v1/customers/K1/finances?source=demo").json
    # 1500 less 60 allocated; 200.50 EUR at 4.25; 40 of the payment is unallocated.
    assert money["debt"]["total"] == "2292.13"
    assert (money["debt"]["credits"], money["debt"]["balance"]) == ("40.00", "2252.13")
    assert {row["currency"]: row["open"] for row in money["debt"]["by_currency"]} == {"EUR": "200.50", "PLN": "1440.00"}
    assert (money["from"], money["to"], money["currency"]) == ("2025-03-02", "2026-03-02", "PLN")
    assert [payment["unallocated"] for payment in money["payments"]] == ["40.00"]
    assert money["profit"]["documents_without_cost"] == 0


def test_finances_are_of_the_period_and_currency_asked_for(asking: FlaskClient) -> None:
    euro = asking.get("/v1/customers/K1/finances?source=demo&from=2026-02-16&to=2026-03-02&currency=EUR").json
    assert (euro["currency"], euro["payments"], euro["turnover"]["net"]) == ("EUR", [], "0.00")


def test_a_missing_rate_is_a_conflict_that_names_it(asking: FlaskClient) -> None:
    answer = asking.get("/v1/customers/K1/finances?source=demo&currency=JPY")
    assert (answer.status_code, answer.json["code"]) == (409, "rate_missing")
