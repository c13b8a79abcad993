"""Refusals are problem documents, whatever was sent; nothing that is sent is our fault."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.app import LARGEST_REQUEST
from engine.errors import EngineCrashed, MonitumError
from tests.api.conftest import Installation

MEMBERS = {"type", "title", "status", "detail", "code", "errors", "correlation_id"}


def problem(answer: Any, status: int, code: str | None = None) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.mimetype == "application/problem+json"
    data: dict[str, Any] = answer.json
    assert set(data) == MEMBERS
    assert data["status"] == status
    assert data["type"] == f"urn:monitum:problem:{data['code']}"
    assert data["correlation_id"] == answer.headers["X-Request-ID"]
    if code is not None:
        assert data["code"] == code
    return data


def post(client: FlaskClient, data: bytes, content_type: str = "application/json") -> Any:
    return client.post("/v1/evaluations", data=data, content_type=content_type)


def test_bad_json_is_refused_with_its_place(asking: FlaskClient) -> None:
    data = problem(post(asking, b'{"source": "demo",\n  oops}'), 400, "invalid_json")
    assert "line 2, column 3" in data["detail"]


NOT_JSON = [
    (b"", "not JSON"),
    (b"\xff\xfe{", "UTF-8 at byte 0"),
    (b'{"a": NaN}', "NaN is not JSON"),
    (b'{"a": -Infinity}', "-Infinity"),
    (b'{"a": 1, "a": 2}', "'a' stands twice"),
    (b"[" * 100_000, "nested too deeply"),
    (b'{"a":' * 50_000 + b"1" + b"}" * 50_000, "nested too deeply"),
]


def test_what_is_not_json_is_refused(asking: FlaskClient, subtests: pytest.Subtests) -> None:
    for body, says in NOT_JSON:
        with subtests.test(says=says):
            assert says in problem(post(asking, body), 400)["detail"]


def test_a_number_that_is_too_long_is_refused(asking: FlaskClient) -> None:
    assert "longer than 18" in problem(post(asking, b'{"a": ' + b"9" * 5000 + b"}"), 422)["detail"]


@pytest.mark.parametrize("text", ["\\u0000", "\\ud800", "\\udfff\\ud800"])
def test_text_that_cannot_be_kept_is_refused_with_the_field_named(asking: FlaskClient, text: str) -> None:
    data = problem(post(asking, f'{{"source": "demo", "customer": "K{text}"}}'.encode()), 422, "invalid_input")
    assert [error["field"] for error in data["errors"]] == ["customer"]
    problem(post(asking, f'{{"K{text}": 1}}'.encode()), 422, "invalid_input")


def test_another_media_type_is_refused(asking: FlaskClient) -> None:
    for kind in ("text/plain", "application/xml", "application/x-www-form-urlencoded", "multipart/form-data", ""):
        assert "application/json" in problem(post(asking, b"{}", kind), 415, "unsupported_media_type")["detail"]


def test_a_request_that_is_too_large_is_refused(asking: FlaskClient) -> None:
    problem(post(asking, b'"' + b"a" * LARGEST_REQUEST + b'"'), 413, "too_large")


def test_an_unknown_place_is_not_found(asking: FlaskClient) -> None:
    problem(asking.get("/v1/nothing"), 404, "not_found")


def test_a_method_that_is_not_there_is_refused_with_those_that_are(asking: FlaskClient) -> None:
    answer = asking.delete("/v1/rulesets/pl.b2b.standard/versions/1")
    problem(answer, 405, "method_not_allowed")
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "PUT"}


def test_an_unknown_query_parameter_is_refused(asking: FlaskClient) -> None:
    for path in ("/v1/rulesets?colour=red", "/v1/customers?colour=red", "/v1/rulesets/pl.b2b.standard?colour=red"):
        data = problem(asking.get(path), 422, "invalid_input")
        assert data["errors"][0]["field"] == "colour"


WRONG_ADDRESSES = [
    "/v1/customers?q=%00",
    "/v1/customers?%00=1",
    "/v1/customers/K%001/state",
    "/v1/customers?after=x",
    "/v1/customers?after=W251bGwsMV0",
    "/v1/customers?limit=0",
    "/v1/customers?limit=9999999999999999999999",
    "/v1/customers/K1/state?source=demo&as_of=2026-02-30",
    "/v1/rulesets?effective_on=soon",
    "/v1/customers/K1/finances?source=demo&currency=zloty",
    "/v1/customers/K1/finances?source=demo&from=2026-02-02&to=2026-02-01",
]


def test_a_wrong_address_is_refused_with_the_parameter_named(asking: FlaskClient, subtests: pytest.Subtests) -> None:
    for path in WRONG_ADDRESSES:
        with subtests.test(path=path):
            assert problem(asking.get(path), 422, "invalid_input")["errors"]


def test_a_number_that_no_version_has_is_not_found(asking: FlaskClient) -> None:
    for number in ["0", "-1", "99999999999999999999", "1.5", "x"]:
        problem(asking.get(f"/v1/rulesets/pl.b2b.standard/versions/{number}"), 404)


def test_the_callers_request_id_is_kept_when_it_is_one(asking: FlaskClient) -> None:
    assert asking.get("/v1/health", headers={"X-Request-ID": "crm-12345678"}).headers["X-Request-ID"] == "crm-12345678"
    for bad in ("short", "x" * 65, 'quote"quote'):
        assert asking.get("/v1/health", headers={"X-Request-ID": bad}).headers["X-Request-ID"] != bad


@pytest.mark.parametrize("error", [RuntimeError("secret detail"), MonitumError("secret"), EngineCrashed("secret")])
def test_our_own_fault_is_recorded_and_not_told(
    installation: Installation, caplog: pytest.LogCaptureFixture, error: Exception
) -> None:
    def broken(**_: object) -> None:
        raise error

    client = installation.client()
    installation.app.view_functions["operations.health"] = broken
    broken.__dict__["scope"] = "public"
    data = problem(client.get("/v1/health"), 500)
    assert "secret" not in json.dumps(data)
    assert data["correlation_id"] in caplog.text


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(codec=None), max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
KEYS = st.sampled_from(
    ["source", "customer", "facts", "items", "as_of", "changes", "explain", "ruleset", "key", "sent", "kind", "amount",
     "currency", "item", "reason", "customer_kind", "open_amount", "days_past_due", "due_date", "stage", "x"]
)  # fmt: skip
BODIES = st.dictionaries(KEYS, JSON | st.dictionaries(KEYS, JSON, max_size=5), max_size=6)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=BODIES | JSON, raw=st.binary(max_size=40), which=st.booleans())
def test_no_body_is_our_fault(asking: FlaskClient, body: Any, raw: bytes, which: bool) -> None:
    answer = post(asking, raw if which else json.dumps(body).encode())
    assert answer.status_code < 500, answer.text
    if answer.status_code >= 400:
        problem(answer, answer.status_code)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.characters(exclude_categories=["Cs"]), max_size=60), kind=st.sampled_from(["yaml", "json"]))
def test_no_ruleset_text_is_our_fault(asking: FlaskClient, text: str, kind: str) -> None:
    path = "/v1/rulesets/fuzz/versions"
    answer = asking.post(path, data=text.encode(), content_type=f"application/{kind}")
    assert answer.status_code < 500, answer.text
    if answer.status_code == 201:
        place = f"{path}/{answer.json['number']}"
        assert asking.get(f"{place}/check").json["green"] is False
        assert asking.post(f"{place}/submit").status_code == 422
        assert asking.post(f"{place}/withdraw", json={"reason": "fuzz"}).status_code == 200
