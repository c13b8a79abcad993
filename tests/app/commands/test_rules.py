"""monitum rules: from file to decision, with two people."""

from __future__ import annotations

from pathlib import Path

from tests.app.commands.conftest import Shell


def test_check_is_green_for_what_ships_and_red_for_a_wrong_file(shell: Shell, tmp_path: Path) -> None:
    assert shell("rules", "check", str(shell.source / "ruleset.yaml")).exit_code == 0
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(
        (shell.source / "ruleset.yaml").read_text("utf-8").replace("days_past_due", "days_overdue"), "utf-8"
    )
    result = shell("rules", "check", str(wrong))
    assert result.exit_code == 1
    assert "did you mean" in result.output.lower()
    assert "wrong.yaml:" in result.output


def test_a_version_goes_from_import_to_approval_by_another_person(ready: Shell) -> None:
    path = ready.source / "ruleset.yaml"
    path.write_text(path.read_text("utf-8").replace("at_least: 10", "at_least: 8"), "utf-8")
    path.write_text(path.read_text("utf-8").replace("days_past_due: 10", "days_past_due: 8"), "utf-8")
    assert "is a draft" in ready("rules", "import", str(path), "--by", "ewa").output
    assert ready("rules", "submit", "test.ten", "2", "--by", "ewa").exit_code == 0
    own = ready("rules", "approve", "test.ten", "2", "--from", "2099-01-01", "--by", "ewa")
    assert own.exit_code == 2
    assert ready("rules", "approve", "test.ten", "2", "--from", "2099-01-01", "--by", "jan").exit_code == 0
    assert "8" in ready("rules", "diff", "test.ten", "1", "2", "--language", "pl").output
    assert ready("rules", "export", "test.ten").output == path.read_text("utf-8")
    assert "no earlier than 8 days" in ready.json("rules", "show", "test.ten")["sentences"]["level1"]
    assert ready("rules", "withdraw", "test.ten", "2", "--reason", "too early", "--by", "jan").exit_code == 0
    statuses = [(v["number"], v["status"]) for v in ready.json("rules", "list") if v["ruleset"] == "test.ten"]
    assert statuses == [(1, "approved"), (2, "withdrawn")]


def test_sentences_are_there_in_polish(ready: Shell) -> None:
    assert "dni" in ready("rules", "show", "test.ten", "--language", "pl").output
