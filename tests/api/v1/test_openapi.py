"""The OpenAPI document is committed, complete, shown without other files, and kept by the application."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from pathlib import Path

import pytest
import schemathesis
from flask.testing import FlaskClient
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from jsonschema import Draft202012Validator
from schemathesis import GenerationMode

from api.access.authorization import SCOPES
from api.app import create_app
from tests.api.conftest import Installation
from tests.api.v1.test_documents import buy, issued
from tests.api.v1.test_rulesets import STANDARD, TEXT, YAML

COMMITTED = Path(create_app.__code__.co_filename).parent / "openapi.json"
#: What random paths hardly find.
EXISTING = {"ruleset": "pl.b2b.standard", "number": 1, "key": "K/2", "document": 1, "entry": 1, "path": "0/000.p/1"}
CHECKS = settings(deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), phases=[Phase.generate])


def test_the_committed_document_is_what_the_application_serves(client: FlaskClient) -> None:
    served = client.get("/v1/openapi.json").json
    assert json.loads(COMMITTED.read_text(encoding="utf-8")) == served, (
        "api/openapi.json is stale; write it again with: make docs"
    )


def test_every_route_is_in_the_document_with_its_scope(installation: Installation, client: FlaskClient) -> None:
    document = client.get("/v1/openapi.json").json
    described = {
        (method.upper(), re.sub(r"{\w+}", "{}", path)): operation
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if method != "parameters"
    }
    for rule in installation.app.url_map.iter_rules():
        if rule.endpoint in {"metrics", "openapi", "docs"}:
            continue
        path = re.sub(r"<[^>]*>", "{}", re.sub(r"\([^)]*\)", "", rule.rule))
        (method,) = (rule.methods or set()) - {"HEAD", "OPTIONS"}
        operation = described.pop((method, path))
        scopes = [scope for need in operation["security"] for scope in need["apiKey"]]
        assert set(scopes) <= set(SCOPES)
        assert operation["summary"]
        assert "default" in operation["responses"]
    assert described == {}


def test_its_schemas_are_schemas(client: FlaskClient) -> None:
    document = client.get("/v1/openapi.json").json
    assert document["openapi"] == "3.1.0"
    for schema in document["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)
    used = set(re.findall(r"#/components/schemas/(\w+)", json.dumps(document)))
    assert used <= set(document["components"]["schemas"])


def test_the_page_needs_nothing_from_elsewhere_and_shows_every_operation(client: FlaskClient) -> None:
    page = client.get("/v1/docs")
    assert page.mimetype == "text/html"
    assert not re.search(r"""(src|href)=["'](https?:)?//""", page.text)
    assert "<script" not in page.text
    for path, methods in client.get("/v1/openapi.json").json["paths"].items():
        assert path in page.text
        for method, operation in methods.items():
            if method != "parameters":
                assert f'id="{operation["operationId"]}"' in page.text
    anchors = set(re.findall(r'id="([^"]+)"', page.text))
    assert set(re.findall(r'href="#([^"]+)"', page.text)) <= anchors


def test_health_readiness_and_figures(installation: Installation, client: FlaskClient) -> None:
    assert client.get("/v1/health").json == {"status": "ok"}
    assert client.get("/v1/ready").json == {"status": "ready", "parts": {"database": True}}
    client.get("/v1/customers/K1/state?source=demo")
    figures = client.get("/metrics").text
    assert (
        'monitum_http_requests_total{method="GET",route="/v1/customers/<path:key>/state",status="200"} 1.0' in figures
    )
    assert 'monitum_source_synced_seconds{source="demo"}' in figures


@pytest.mark.hypothesis
def test_the_application_keeps_to_its_document(installation: Installation) -> None:
    """Every operation, with what its schemas allow and with what they do not, under every check of schemathesis."""
    installation.client("zofia").post(f"{STANDARD}/versions", data=TEXT, content_type=YAML)
    buy(installation, "Z")
    assert issued(installation.client(), "Z")["id"] == EXISTING["document"]
    seen = explore(installation, installation.key("fuzz"), settings.default.max_examples // 10)
    described = installation.app.test_client().get("/v1/openapi.json").json["paths"]
    assert len(seen) == sum(method != "parameters" for methods in described.values() for method in methods)


@pytest.mark.parametrize("scope", ["evaluate", "customers:read", "rulesets:read"])
def test_it_does_so_for_a_key_of_one_scope(installation: Installation, scope: str) -> None:
    seen = explore(installation, installation.key("fuzz", scope), 4)
    assert any(403 in statuses for statuses in seen.values())
    assert any(statuses - {403} for statuses in seen.values())


def explore(installation: Installation, token: str, examples: int) -> dict[str, set[int]]:
    """Ask every operation with a key; the statuses it answered.

    422 is let through for data that a schema allows: schemas cannot say that a day exists, that an amount is no finer
    than its currency, or that two fields agree.
    """
    config = schemathesis.Config.from_dict(
        {
            "auth": {"openapi": {"apiKey": {"bearer": token}}},
            "checks": {"positive_data_acceptance": {"expected-statuses": ["2xx", 304, 401, 403, 404, 409, 412, 422]}},
        }
    )
    schema = schemathesis.openapi.from_wsgi("/v1/openapi.json", installation.app, config=config)
    seen: dict[str, set[int]] = {}

    def check(case: schemathesis.Case) -> None:
        answer = case.call_and_validate()
        seen.setdefault(case.operation.label, set()).add(answer.status_code)

    def check_twice(case: schemathesis.Case) -> None:
        check(case)
        if case.path_parameters:
            case.path_parameters.update({name: EXISTING[name] for name in case.path_parameters})
            check(case)

    for result in schema.get_all_operations():
        operation = result.ok()
        for mode, ask in ((GenerationMode.POSITIVE, check_twice), (GenerationMode.NEGATIVE, check)):
            with suppress(Unsatisfiable):  # where nothing is taken, nothing can be wrong
                settings(CHECKS, max_examples=examples)(given(operation.as_strategy(generation_mode=mode))(ask))()
    return seen
