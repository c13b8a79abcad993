"""The archive over HTTP: what a witness and an auditor need, for nobody else."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from adapters.database.archive.store import Archive
from archive.entries.entry import NewEntry
from archive.export import offline_verifier
from archive.export.bundle import policy_text
from archive.keys.archive_keys import ArchiveKeys
from archive.log.checkpoint import open_checkpoint
from archive.log.merkle import root, verify_consistency
from archive.log.tiles import split_tile
from tests.api.conftest import NOW, Installation

ROUTES = [
    "/v1/archive/checkpoint",
    "/v1/archive/proof/1",
    "/v1/archive/consistency?from=1&to=1",
    "/v1/archive/tile/0/000.p/1",
    "/v1/archive/entries",
]


@pytest.fixture(scope="module")
def house(shared: Installation) -> Installation:
    """The shared application with 300 entries about two customers in its archive."""
    archive = Archive(shared.engine, shared.archive_keys)
    with shared.engine.begin() as connection:
        for number in range(300):
            entry = NewEntry(
                kind="action:done",
                case=f"action:{number}",
                at=NOW,
                actor="monitum",
                role="worker",
                subject="demo:K/2" if number % 2 else "demo:K1",
                public={"stage": "reminder"},
                personal={"number": f"F{number}/2026", "to": "ksiegowosc@example.com"},
            )
            archive.append(connection, [entry])
    archive.integrate()
    return shared


@pytest.fixture(scope="module")
def keys(house: Installation) -> ArchiveKeys:
    return house.archive_keys


@pytest.fixture(scope="module")
def rita(house: Installation) -> FlaskClient:
    return house.client("Rita", "auditor")


def _get(client: FlaskClient, path: str, **query: Any) -> Any:
    answer = client.get(f"/v1/archive/{path}", query_string=query)
    assert answer.status_code == 200, answer.text
    return answer


@pytest.mark.parametrize("route", ROUTES)
def test_only_the_scope_auditor_reads_the_archive(house: Installation, rita: FlaskClient, route: str) -> None:
    assert house.app.test_client().get(route).status_code == 401
    others = house.client("crm", "evaluate", "customers:read", "rulesets:read", "metrics:read")
    assert others.get(route).status_code == 403
    assert rita.get(route).status_code in {200, 404}


def test_a_witness_follows_the_log_from_head_to_head(house: Installation, rita: FlaskClient, keys: ArchiveKeys) -> None:
    answer = _get(rita, "checkpoint")
    assert answer.mimetype == "text/plain"
    old = open_checkpoint(answer.text, keys.verifiers)
    house.client("somebody", "evaluate")  # a key was created: the log grows
    archive = Archive(house.engine, keys)
    assert archive.integrate() > 0
    new = open_checkpoint(_get(rita, "checkpoint").text, keys.verifiers)
    proof = _get(rita, "consistency", **{"from": old.size, "to": new.size}).json
    assert (proof["from"], proof["to"]) == (old.size, new.size)
    verify_consistency(old.size, new.size, old.root, new.root, [bytes.fromhex(value) for value in proof["hashes"]])


def test_the_tiles_are_those_of_the_checkpoint(rita: FlaskClient, keys: ArchiveKeys) -> None:
    head = open_checkpoint(_get(rita, "checkpoint").text, keys.verifiers)
    full, rest = _get(rita, "tile/0/000"), _get(rita, f"tile/0/001.p/{head.size - 256}")
    assert full.mimetype == "application/octet-stream"
    leaves = split_tile(full.data) + split_tile(rest.data)
    assert root(leaves) == head.root
    assert _get(rita, "tile/1/000.p/1").data == root(leaves[:256])
    entries = _get(rita, f"tile/entries/001.p/{head.size - 256}").data
    body = entries[2 : 2 + int.from_bytes(entries[:2], "big")]
    assert offline_verifier.sha256(b"\x00" + body).digest() == leaves[256]


@pytest.mark.parametrize(
    "path",
    ["0/001", "0/000.p/0", "0/000.p/256", "0/000.p/257", "0/00", "0/x000/00", "9/000", "99/000", "1/000",
     "entries/x001/000", "entries/../checkpoint", "data/000", "0/000.p/1/", "-1/000", "0/٠٠٠"],
)  # fmt: skip
def test_what_is_no_tile_of_the_tree_is_not_found(rita: FlaskClient, path: str) -> None:
    assert rita.get(f"/v1/archive/tile/{path}").status_code == 404


def test_a_proof_is_what_the_offline_verifier_checks(
    rita: FlaskClient, keys: ArchiveKeys, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    entry = _get(rita, "entries", number="F7/2026").json["entries"][0]
    (tmp_path / "policy").write_text(policy_text(keys.verifiers), "utf-8")
    proof = tmp_path / "7.tlog-proof"
    proof.write_text(_get(rita, f"proof/{entry['id']}").text, "utf-8")
    assert offline_verifier.main([str(tmp_path), "--proof", str(proof)]) == 0
    assert "VERIFIED" in capsys.readouterr().out
    assert rita.get("/v1/archive/proof/99999999").status_code == 404
    assert rita.get(f"/v1/archive/proof/{sys.maxsize}0").status_code in {404, 422}


def test_entries_are_found_page_by_page_and_opened(rita: FlaskClient) -> None:
    seen: list[int] = []
    before: dict[str, int] = {}
    while True:
        page = _get(rita, "entries", customer="K/2", kind="action:done", limit=60, **before).json
        seen += [entry["id"] for entry in page["entries"]]
        assert all(entry["personal"]["to"] == "ksiegowosc@example.com" for entry in page["entries"])
        if page["next"] is None:
            break
        before = {"before": page["next"]}
    assert len(seen) == 150
    assert seen == sorted(seen, reverse=True)
    (entry,) = _get(rita, "entries", text="f7/2026").json["entries"]
    assert (entry["personal"]["number"], entry["public"], entry["erased"]) == ("F7/2026", {"stage": "reminder"}, False)
    assert _get(rita, "entries", to="2026-03-01").json["entries"] == []
    assert len(_get(rita, "entries", **{"from": "2026-03-02", "to": "2026-03-02"}, limit=3).json["entries"]) == 3


@pytest.mark.parametrize(
    ("query", "status", "field"),
    [
        ({"kind": "no:such"}, 422, "kind"),
        ({"limit": 0}, 422, "limit"),
        ({"limit": 201}, 422, "limit"),
        ({"from": "02.03.2026"}, 422, "from"),
        ({"source": "demo"}, 422, "source"),
        ({"customer": "K1"}, 409, "source"),  # two sources have it
        ({"customer": "nobody"}, 404, None),
        ({"unknown": "1"}, 422, "unknown"),
    ],
)
def test_a_wrong_search_names_the_field(
    rita: FlaskClient, query: dict[str, Any], status: int, field: str | None
) -> None:
    answer = rita.get("/v1/archive/entries", query_string=query)
    assert answer.status_code == status, answer.text
    if field:
        assert answer.json["errors"][0]["field"] == field


@pytest.mark.parametrize(
    ("old", "new", "field"), [(0, 1, "from"), (2, 1, "from"), (1, 10**6, "to"), ("x", 1, "from"), (1, None, "to")]
)
def test_a_wrong_consistency_question_names_the_field(rita: FlaskClient, old: Any, new: Any, field: str) -> None:
    query = {"from": old} | ({} if new is None else {"to": new})
    answer = rita.get("/v1/archive/consistency", query_string=query)
    assert (answer.status_code, answer.json["errors"][0]["field"]) == (422, field)


def test_reading_about_people_is_noted_with_the_owner_of_the_key(rita: FlaskClient) -> None:
    _get(rita, "entries", customer="K1", source="demo", limit=2)
    _get(rita, "entries", kind="ruleset:approved")
    noted = _get(rita, "entries", kind="archive:read", limit=1).json["entries"]
    assert [(one["actor"], one["role"], one["public"]["count"]) for one in noted] == [("Rita", "auditor", 2)]
