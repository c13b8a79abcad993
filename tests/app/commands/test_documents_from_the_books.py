"""monitum documents issue with an empty model: everything comes out of the books, or is refused with the rule."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.app.commands.test_documents import Desk


@pytest.fixture
def desk(tmp_path: Path, database_url: str) -> Desk:
    desk = Desk(tmp_path, database_url)
    assert desk("sync").exit_code == 0
    return desk


@pytest.mark.parametrize(
    ("kind", "customer", "rule"),
    [
        ("interest_note", "K1", "pl.interest_note.nothing"),
        ("compensation_note", "K2", "pl.compensation_note.consumer"),
        ("balance_confirmation", "K1", "pl.balance_confirmation."),
    ],
)
def test_a_refusal_names_the_rule_and_nothing_is_numbered(desk: Desk, kind: str, customer: str, rule: str) -> None:
    result = desk("documents", "issue", kind, "-", "--customer", customer, given="{}")
    assert (result.exit_code, rule in result.stderr) == (2, True)
    assert json.loads(desk("documents", "list", "--json").stdout) == []


def test_a_note_from_a_file_that_does_not_add_up_is_refused(desk: Desk, tmp_path: Path) -> None:
    assert desk("documents", "render", "interest_note", "--sample", "--out", str(tmp_path)).exit_code == 0
    facts = json.loads((tmp_path / "interest_note.pl.json").read_text("utf-8"))
    assert facts["total"] == {"amount": "7267.83", "currency": "PLN"}
    result = desk("documents", "render", "interest_note", "-", "--out", str(tmp_path), given="{total: '1'}")
    assert result.exit_code == 2
