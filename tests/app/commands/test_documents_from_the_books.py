"""monitum documents issue with an empty model: everything comes out of the books, or is refused with the rule."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.app.commands.test_documents import DocumentShell


@pytest.fixture
def shell(tmp_path: Path, database_url: str) -> DocumentShell:
    shell = DocumentShell(tmp_path, database_url)
    assert shell("sync").exit_code == 0
    return shell


@pytest.mark.parametrize(
    ("kind", "customer", "rule"),
    [
        ("interest_note", "K1", "pl.interest_note.nothing"),
        ("compensation_note", "K2", "pl.compensation_note.consumer"),
        ("balance_confirmation", "K1", "pl.balance_confirmation."),
    ],
)
def test_a_refusal_names_the_rule_and_nothing_is_numbered(
    shell: DocumentShell, kind: str, customer: str, rule: str
) -> None:
    result = shell("documents", "issue", kind, "-", "--customer", customer, given="{}")
    assert (result.exit_code, rule in result.stderr) == (2, True)
    assert json.loads(shell("documents", "list", "--json").stdout) == []


def test_a_note_from_a_file_that_does_not_add_up_is_refused(shell: DocumentShell, tmp_path: Path) -> None:
    assert shell("documents", "render", "interest_note", "--sample", "--out", str(tmp_path)).exit_code == 0
    facts = json.loads((tmp_path / "interest_note.pl.json").read_text("utf-8"))
    assert facts["total"] == {"amount": "7267.83", "currency": "PLN"}
    result = shell("documents", "render", "interest_note", "-", "--out", str(tmp_path), given="{total: '1'}")
    assert result.exit_code == 2
