"""Every route and every scope, generated from the application itself."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask

from api.access.authorization import PUBLIC, SCOPES, declare, declared, guard
from tests.api.conftest import NOW, Installation

SAMPLES = {"key": "K1", "ruleset": "pl.b2b.standard", "number": "1", "document": "1", "entry": "1", "path": "0/000"}


def routes(app: Flask) -> list[tuple[str, str, str]]:
    """Method, path with sample values, and declared scope of every route."""
    found = []
    for rule in app.url_map.iter_rules():
        path = re.sub(r"<[^>]*?(\w+)>", lambda match: SAMPLES[match[1]], re.sub(r"\([^)]*\)", "", rule.rule))
        methods = (rule.methods or set()) - {"HEAD", "OPTIONS"}
        found += [(method, path, declared(app, rule.endpoint) or "") for method in sorted(methods)]
    return found


def test_every_route_is_open_to_its_scope_alone(installation: Installation) -> None:
    wrong = []
    clients = {scope: installation.client(f"owner-{index}", scope) for index, scope in enumerate(SCOPES)}
    asked = 0
    for method, path, needed in routes(installation.app):
        for scope, client in clients.items():
            status = client.open(path, method=method).status_code
            asked += 1
            allowed = needed in (PUBLIC, scope)
            if (status == 403) is allowed or status == 401:
                wrong.append((method, path, scope, status))
    assert wrong == []
    assert asked == len(routes(installation.app)) * len(SCOPES) > 100


def test_every_route_that_is_not_public_needs_a_key(installation: Installation) -> None:
    client = installation.app.test_client()
    statuses = {
        (method, path): client.open(path, method=method).status_code
        for method, path, needed in routes(installation.app)
        if needed != PUBLIC
    }
    assert set(statuses.values()) == {401}


def test_public_routes_are_those_we_mean(installation: Installation) -> None:
    assert {path for _, path, scope in routes(installation.app) if scope == PUBLIC} == {
        "/v1/health",
        "/v1/ready",
        "/v1/openapi.json",
        "/v1/docs",
    }


def test_an_undeclared_route_stops_the_start(installation: Installation) -> None:
    app = Flask("other")
    app.add_url_rule("/open", "open", lambda: "x")
    with pytest.raises(RuntimeError, match="/open"):
        guard(app, installation.keys, installation.clock)


def test_a_scope_that_does_not_exist_is_not_declared() -> None:
    with pytest.raises(ValueError, match="fly"):
        declare("fly")


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic YTpi", "Bearer mon_x_y_z", "Bearer \xff"])
def test_what_is_no_key_is_refused_with_a_challenge(installation: Installation, header: str) -> None:
    answer = installation.app.test_client().get("/v1/rulesets", headers={"Authorization": header})
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert answer.json["code"] in {"unauthorized", "invalid_key"}


def test_an_expired_and_a_revoked_key_open_nothing(installation: Installation) -> None:
    client = installation.app.test_client()
    token, record = installation.keys.create(
        "crm", ["rulesets:read"], actor="root", now=NOW, expires_at=NOW + timedelta(days=1)
    )
    headers = {"Authorization": f"Bearer {token}"}
    assert client.get("/v1/rulesets", headers=headers).status_code == 200
    installation.clock.moment = NOW + timedelta(days=2)
    assert client.get("/v1/rulesets", headers=headers).status_code == 401
    installation.clock.moment = NOW
    installation.keys.revoke(record.id, actor="root", now=NOW)
    assert client.get("/v1/rulesets", headers=headers).status_code == 401


def test_a_missing_scope_is_named(installation: Installation) -> None:
    answer = installation.client("crm", "evaluate").get("/v1/rulesets")
    assert answer.status_code == 403
    assert answer.json["code"] == "insufficient_scope"
    assert 'scope="rulesets:read"' in answer.headers["WWW-Authenticate"]
