"""The life of a ruleset over the API, on the real database and the real checks."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest
import yaml
from flask.testing import FlaskClient
from sqlalchemy import select

from adapters.database.tables import archive_entry
from rules.language.packs import pack
from tests.api.conftest import TODAY, Installation

TEXT = (pack("pl").guards.parent / "b2b.yaml").read_text(encoding="utf-8")
STANDARD = "/v1/rulesets/pl.b2b.standard"
YAML = "application/yaml"


@pytest.fixture
def anna(installation: Installation) -> FlaskClient:
    """The author."""
    return installation.client("anna", "rulesets:read", "rulesets:write")


@pytest.fixture
def bartek(installation: Installation) -> FlaskClient:
    """The approver, who may write too."""
    return installation.client("bartek", "rulesets:read", "rulesets:write", "rulesets:approve")


def draft(client: FlaskClient, text: str = TEXT, base: str = STANDARD) -> str:
    """The path of a new draft."""
    answer = client.post(f"{base}/versions", data=text.encode(), content_type=YAML)
    assert answer.status_code == 201, answer.text
    location: str = answer.headers["Location"]
    return location


def approve(client: FlaskClient, path: str, day: date = TODAY) -> Any:
    content = client.get(path).json["version"]
    return client.post(f"{path}/approve", json={"version": content, "effective_from": day.isoformat()})


def test_a_draft_becomes_effective_by_two_people(
    installation: Installation, anna: FlaskClient, bartek: FlaskClient
) -> None:
    path = draft(anna, TEXT.replace("priority: 100", "priority: 90") if "priority: 100" in TEXT else f"# new\n{TEXT}")
    assert anna.post(f"{path}/submit").json["status"] == "submitted"
    approved = approve(bartek, path, TODAY + timedelta(days=3))
    assert approved.status_code == 200, approved.text
    assert (approved.json["author"], approved.json["approver"]) == ("anna", "bartek")
    first, second = anna.get(STANDARD).json["versions"]
    assert first["effective_to"] == second["effective_from"] == (TODAY + timedelta(days=3)).isoformat()
    with installation.engine.connect() as connection:
        entries = list(connection.scalars(select(archive_entry.c.kind).order_by(archive_entry.c.id)))
    assert [kind for kind in entries if kind.startswith("ruleset:")][-3:] == [
        "ruleset:drafted",
        "ruleset:submitted",
        "ruleset:approved",
    ]


def test_a_decision_names_the_version_of_its_day(
    installation: Installation, anna: FlaskClient, bartek: FlaskClient
) -> None:
    client = installation.client("crm", "evaluate")
    path = draft(anna, TEXT.replace("title:", "priority: 50\ntitle:", 1) if "priority:" not in TEXT else TEXT)
    anna.post(f"{path}/submit")
    approve(bartek, path, TODAY + timedelta(days=3))
    first, second = anna.get(STANDARD).json["versions"]
    for day, version in ((2, first), (3, second)):
        body = {"source": "demo", "customer": "K1", "as_of": (TODAY + timedelta(days=day)).isoformat()}
        assert client.post("/v1/evaluations", json=body).json["version"] == version["version"]


def test_nobody_approves_what_he_wrote_edited_or_submitted(anna: FlaskClient, bartek: FlaskClient) -> None:
    path = draft(anna)
    edited = bartek.put(path, data=f"# typo\n{TEXT}".encode(), content_type=YAML, headers={"If-Match": '"1"'})
    assert edited.json["editors"] == ["anna", "bartek"]
    anna.post(f"{path}/submit")
    answer = approve(bartek, path)
    assert (answer.status_code, answer.json["code"]) == (403, "four_eyes")


def test_an_author_without_the_scope_does_not_approve(anna: FlaskClient) -> None:
    assert approve(anna, draft(anna)).status_code == 403


def test_approval_of_another_content_is_refused(anna: FlaskClient, bartek: FlaskClient) -> None:
    path = draft(anna)
    anna.post(f"{path}/submit")
    answer = bartek.post(f"{path}/approve", json={"version": "0" * 64, "effective_from": TODAY.isoformat()})
    assert (answer.status_code, answer.json["code"]) == (412, "stale_edition")


def test_a_later_version_does_not_take_effect_in_the_past(anna: FlaskClient, bartek: FlaskClient) -> None:
    path = draft(anna)
    anna.post(f"{path}/submit")
    answer = approve(bartek, path, TODAY - timedelta(days=1))
    assert (answer.status_code, answer.json["errors"][0]["field"]) == (422, "effective_from")


def test_a_wrong_draft_is_kept_but_not_submitted(anna: FlaskClient) -> None:
    text = TEXT.replace("days_past_due", "days_overdue", 1)
    path = draft(anna, text)
    checked = anna.get(f"{path}/check").json
    assert not checked["green"]
    (problem,) = checked["problems"]
    assert "days_overdue" in problem["message"]
    assert problem["line"] == text[: text.index("days_overdue")].count("\n") + 1
    assert "days_past_due" in problem["hint"]
    answer = anna.post(f"{path}/submit")
    assert (answer.status_code, answer.json["code"]) == (422, "ruleset_invalid")


def test_a_draft_with_a_red_case_is_not_submitted(anna: FlaskClient) -> None:
    document = yaml.safe_load(TEXT)
    document["cases"].append({"name": "wrong", "given": {"days_past_due": 1}, "expect": [{"remind": "handover"}]})
    path = draft(anna, json.dumps(document))
    checked = anna.get(f"{path}/check").json
    assert [case["name"] for case in checked["cases"] if not case["green"]] == ["wrong"]
    assert "wrong" in anna.post(f"{path}/submit").json["detail"]


def test_a_document_of_another_id_is_not_submitted(anna: FlaskClient) -> None:
    path = draft(anna, TEXT, "/v1/rulesets/pl.other")
    assert "pl.b2b.standard" in anna.post(f"{path}/submit").json["detail"]


def test_the_shipped_ruleset_checks_green(anna: FlaskClient) -> None:
    checked = anna.get(f"{STANDARD}/versions/1/check").json
    assert checked["green"]
    assert len(checked["cases"]) > 10


def test_a_draft_is_read_as_json_and_as_it_was_written(anna: FlaskClient) -> None:
    path = draft(anna)
    as_json = anna.get(path)
    assert (as_json.mimetype, as_json.json["body"]) == ("application/json", TEXT)
    assert as_json.json["document"]["ruleset"] == "pl.b2b.standard"
    as_yaml = anna.get(path, headers={"Accept": YAML})
    assert (as_yaml.mimetype, as_yaml.text) == (YAML, TEXT)
    assert as_yaml.headers["ETag"] != as_json.headers["ETag"]
    for answer, accept in ((as_json, "application/json"), (as_yaml, YAML)):
        again = anna.get(path, headers={"If-None-Match": answer.headers["ETag"], "Accept": accept})
        assert again.status_code == 304


def test_a_draft_may_be_written_as_json(anna: FlaskClient) -> None:
    document = {"ruleset": "pl.json", "title": {"pl": "Żółć 😀", "en": "x"}}
    answer = anna.post("/v1/rulesets/pl.json/versions", json=document)
    assert answer.status_code == 201
    assert answer.json["document"] == document


def test_an_edit_needs_the_tag_that_was_read(anna: FlaskClient) -> None:
    path = draft(anna)
    tag = anna.get(path).headers["ETag"]

    def edit(headers: dict[str, str]) -> Any:
        return anna.put(path, data=b"ruleset: x", content_type=YAML, headers=headers)

    assert (edit({}).status_code, edit({"If-Match": '"77"'}).status_code) == (428, 412)
    assert edit({"If-Match": f"W/{tag}"}).status_code in {412, 428}
    done = edit({"If-Match": tag})
    assert (done.status_code, done.json["edition"]) == (200, 2)
    assert edit({"If-Match": tag}).status_code == 412
    assert edit({"If-Match": done.headers["ETag"]}).status_code == 200


def test_of_simultaneous_edits_one_wins(installation: Installation, anna: FlaskClient) -> None:
    path = draft(anna)
    clients = [installation.client(f"editor{index}", "rulesets:write") for index in range(6)]

    def edit(client: FlaskClient) -> int:
        return client.put(path, data=b"ruleset: x", content_type=YAML, headers={"If-Match": '"1"'}).status_code

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(edit, clients)) == [200, *[412] * 5]


def test_a_submitted_version_is_not_edited(anna: FlaskClient) -> None:
    path = draft(anna)
    tag = anna.post(f"{path}/submit").headers["ETag"]
    answer = anna.put(path, data=b"ruleset: x", content_type=YAML, headers={"If-Match": tag})
    assert (answer.status_code, answer.json["code"]) == (409, "conflict")


def test_an_effective_version_is_ended_by_an_approver_alone(anna: FlaskClient, bartek: FlaskClient) -> None:
    path = f"{STANDARD}/versions/1"
    assert anna.post(f"{path}/withdraw", json={"reason": "wrong"}).status_code == 403
    answer = bartek.post(f"{path}/withdraw", json={"reason": "wrong"})
    assert (answer.json["status"], answer.json["effective_to"]) == ("withdrawn", TODAY.isoformat())
    assert anna.get(f"/v1/rulesets?effective_on={TODAY}").json["versions"] == []
    yesterday = TODAY - timedelta(days=1)
    assert len(anna.get(f"/v1/rulesets?effective_on={yesterday}").json["versions"]) == 1


def test_a_second_draft_is_a_conflict_until_the_first_is_withdrawn(anna: FlaskClient) -> None:
    path = draft(anna)
    assert anna.post(f"{STANDARD}/versions", data=TEXT, content_type=YAML).status_code == 409
    assert anna.post(f"{path}/withdraw", json={"reason": "not needed"}).status_code == 200
    assert draft(anna).endswith("/3")


def test_a_repeated_request_with_its_key_has_one_effect(anna: FlaskClient) -> None:
    def create(key: str, text: str = TEXT) -> Any:
        return anna.post(f"{STANDARD}/versions", data=text, content_type=YAML, headers={"Idempotency-Key": key})

    first = create("k-1")
    again = create("k-1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json == first.json
    assert again.headers["ETag"] == first.headers["ETag"]
    assert again.headers["Location"] == first.headers["Location"]
    other = create("k-1", f"{TEXT}# other")
    assert (other.status_code, other.json["errors"][0]["field"]) == (422, "Idempotency-Key")
    assert create("k-2").status_code == 409
    assert create("a\tb").status_code == 422


def test_simultaneous_requests_with_one_key_have_one_effect(installation: Installation) -> None:
    clients = [installation.client("anna", "rulesets:write") for _ in range(8)]

    def create(client: FlaskClient) -> tuple[int, bytes]:
        answer = client.post(f"{STANDARD}/versions", data=TEXT, content_type=YAML, headers={"Idempotency-Key": "same"})
        return answer.status_code, answer.data

    with ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(create, clients * 3))
    assert [status for status, _ in answers] == [201]


@pytest.mark.parametrize(("language", "word"), [("pl", "dni"), ("en", "days")])
def test_rules_are_said_in_both_languages(anna: FlaskClient, language: str, word: str) -> None:
    said = anna.get(f"{STANDARD}/versions/1/sentences?language={language}").json["sentences"]
    assert any(word in line["sentence"] for line in said)
    assert all(line["sentence"].endswith((".", "!", "?")) for line in said)


def test_the_difference_of_two_versions_is_said(anna: FlaskClient) -> None:
    assert "- days_past_due: {at_least: 14}" in TEXT
    path = draft(anna, TEXT.replace("- days_past_due: {at_least: 14}", "- days_past_due: {at_least: 10}", 1))
    answer = anna.get(f"{path}/diff?against=1&language=en").json
    assert (answer["before"], answer["after"]) == (1, 2)
    (change,) = answer["changes"]
    assert (change["kind"], change["where"], change["detail"]) == ("threshold", "pl.b2b.demand", "days_past_due")
    assert "14" in change["sentence"]
    assert "10" in change["sentence"]
    assert anna.get(f"{STANDARD}/versions/1/diff?against=1").json["changes"] == []
    assert anna.get(f"{STANDARD}/versions/1/diff").status_code == 422


def test_versions_are_listed_by_status_and_page(anna: FlaskClient) -> None:
    draft(anna)
    draft(anna, "x: 1", "/v1/rulesets/pl.zzz")
    page = anna.get("/v1/rulesets?limit=2").json
    assert [(line["ruleset"], line["number"]) for line in page["versions"]] == [
        ("pl.b2b.standard", 1),
        ("pl.b2b.standard", 2),
    ]
    rest = anna.get(f"/v1/rulesets?limit=2&after={page['next']}").json
    assert ([line["ruleset"] for line in rest["versions"]], rest["next"]) == (["pl.zzz"], None)
    assert len(anna.get("/v1/rulesets?status=draft").json["versions"]) == 2


def test_what_cannot_be_a_document_is_refused(anna: FlaskClient) -> None:
    path = f"{STANDARD}/versions"
    assert anna.post(path, data=b" \n", content_type=YAML).status_code == 422
    assert anna.post(path, json=[]).status_code == 422
    assert anna.post(path, json=[{"\u0085": "\r"}]).status_code == 422
    broken = anna.post(path, data=b"a: 1\nb: [", content_type=YAML)
    assert (broken.status_code, broken.json["code"]) == (422, "ruleset_invalid")
    assert anna.post(path, data=b"a: \x00", content_type=YAML).status_code == 422
    assert anna.post(path, data=b"a: \xff", content_type=YAML).status_code == 400
    assert anna.post(path, data=b"a: 1", content_type="text/plain").status_code == 415
    assert anna.post(path, data=b"#" * 300_000, content_type=YAML).status_code == 413
    assert anna.post("/v1/rulesets/UPPER/versions", data=b"a: 1", content_type=YAML).status_code == 404
    assert anna.get(f"{path}/9").status_code == 404
    assert anna.get("/v1/rulesets/pl.none").status_code == 404
