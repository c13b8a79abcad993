"""From 2026-02-01 a buyer asks for a correction; until the day before he could issue a correcting note himself."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from tests.app.commands.test_documents import DocumentShell

INVOICE = {"number": "FS/31", "issue_date": "2026-01-09"}
PARTICULARS = [{"name": "Adres nabywcy", "was": "Prosta 2", "should_be": "Prosta 1"}]


@pytest.fixture
def shell(tmp_path: Path, database_url: str) -> DocumentShell:
    shell = DocumentShell(tmp_path, database_url)
    assert shell("sync").exit_code == 0
    return shell


def _issue(shell: DocumentShell, kind: str, **model: Any) -> Result:
    given = json.dumps({"invoice": INVOICE, "particulars": PARTICULARS, **model})
    return shell("documents", "issue", kind, "-", "--customer", "K1", "--json", given=given)


def test_a_note_of_the_last_day_is_issued(shell: DocumentShell) -> None:
    issued = json.loads(_issue(shell, "correcting_note", as_of="2026-01-31").stdout)
    assert (issued["number"], issued["currency"], issued["gross"]) == ("NK/00001/2026", None, None)


def test_a_note_of_the_day_after_is_refused_with_the_rule_and_the_way_out(shell: DocumentShell) -> None:
    result = _issue(shell, "correcting_note", as_of="2026-02-01")
    assert result.exit_code == 2
    assert "pl.correcting_note.abolished" in result.stderr
    assert "correction_request" in result.stderr
    assert json.loads(shell("documents", "list", "--json").stdout) == []


def test_a_note_without_a_day_is_of_today_and_refused(shell: DocumentShell) -> None:
    assert "pl.correcting_note.abolished" in _issue(shell, "correcting_note").stderr


def test_a_request_is_issued_in_its_place(shell: DocumentShell) -> None:
    issued = json.loads(_issue(shell, "correction_request", reason="zwrot dwóch sztuk").stdout)
    assert issued["number"].startswith("PK/00001/")
    assert json.loads(shell("documents", "reproduce", str(issued["id"]), "--json").stdout)[0]["same"]


def test_a_day_that_is_none_is_named(shell: DocumentShell) -> None:
    result = _issue(shell, "correcting_note", as_of="wczoraj")
    assert (result.exit_code, "as_of: " in result.stderr) == (2, True)
