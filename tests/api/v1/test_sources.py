"""Sources over the API."""

from __future__ import annotations

from flask.testing import FlaskClient

from tests.api.conftest import NOW, Installation


def test_every_source_is_listed_with_the_age_of_its_books(asking: FlaskClient) -> None:
    demo, other = asking.get("/v1/sources").json["sources"]
    assert (demo["key"], other["key"]) == ("demo", "other")
    assert demo["synced_at"] == NOW.isoformat()
    assert (demo["books_at"], demo["age_hours"], demo["stale"]) == (None, 0, False)


def test_a_key_without_the_scope_lists_nothing(shared: Installation) -> None:
    assert shared.client("eve", "rulesets:read").get("/v1/sources").status_code == 403
