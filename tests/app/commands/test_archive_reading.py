"""monitum archive export, proof, search and show at the command line."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import Result

from tests.app.commands.conftest import Shell


@pytest.fixture
def decided(ready: Shell) -> Shell:
    """A day was decided and delivered: A was reminded."""
    ready("run", "--as-of", "2026-03-12")
    ready("worker", "--drain", "--as-of", "2026-03-12")
    return ready


def _verify(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-S", "-I", str(folder / "verify.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def _line(result: Result, begins: str) -> str:
    return next(line for line in result.stdout.splitlines() if line.startswith(begins))


def test_the_log_is_exported_and_verifies_alone(decided: Shell, tmp_path: Path) -> None:
    result = decided("archive", "export", str(tmp_path / "log"), "--by", "Rita")
    assert result.exit_code == 0
    done = _verify(tmp_path / "log")
    assert (done.returncode, done.stdout[:8]) == (0, "VERIFIED")
    assert _line(result, "SHA-256").endswith((tmp_path / "log/MANIFEST.sha256").read_text("ascii")[:64])
    readme = (tmp_path / "log/README.md").read_text("utf-8")
    assert "cały dziennik" in readme
    assert "the whole log" in readme
    again = decided("archive", "export", str(tmp_path / "log"))
    assert (again.exit_code, "not an empty folder" in again.output) == (2, True)
    (noted,) = decided.json("archive", "search", "--kind", "archive:exported")
    assert (noted["actor"], noted["public"]["content"]) == ("Rita", "log")


def test_a_customers_export_holds_his_mail_and_shows_his_entries(decided: Shell, tmp_path: Path) -> None:
    report = decided.json("archive", "export", str(tmp_path / "case"), "--customer", "A")
    assert (report["content"], report["entries"], report["documents"] > 0) == ("case", 3, True)
    done = _verify(tmp_path / "case", "--json")
    assert json.loads(done.stdout)["entries"] == 3
    shown = subprocess.run(
        [sys.executable, str(tmp_path / "case/verify.py"), "--show"], capture_output=True, text=True, check=False
    ).stdout
    assert "decision:made" in shown
    assert "I1" in shown  # the personal part is open
    assert "I2" not in shown  # that is B's
    victim = next((tmp_path / "case/documents").iterdir())
    victim.write_bytes(victim.read_bytes()[:-1])
    wrong = _verify(tmp_path / "case")
    assert (wrong.returncode, victim.name in wrong.stdout) == (1, True)


def test_a_proof_is_printed_and_verifies(decided: Shell, tmp_path: Path) -> None:
    entry = decided.json("archive", "show", "A")[0]
    decided("archive", "export", str(tmp_path / "log"))
    proof = tmp_path / "entry.tlog-proof"
    proof.write_text(decided("archive", "proof", str(entry["id"])).stdout, "utf-8")
    assert _verify(tmp_path / "log", "--proof", str(proof)).returncode == 0
    data = decided.json("archive", "proof", str(entry["id"]))
    assert (data["entry"], data["leaf"]) == (entry["id"], entry["seq"])
    missing = decided("archive", "proof", "999999")
    assert (missing.exit_code, "There is no archive entry" in missing.output) == (2, True)


def test_search_finds_by_kind_customer_day_number_and_text(decided: Shell) -> None:
    def kinds(*arguments: str) -> list[str]:
        return [entry["kind"] for entry in decided.json("archive", "search", *arguments)]

    assert kinds("--customer", "A", "--to", "2099-01-01") == ["action:done", "action:intended", "decision:made"]
    assert kinds("--kind", "decision:made") == ["decision:made"]
    assert kinds("--number", "I1") == ["decision:made"]
    assert kinds("--text", "i1", "--kind", "decision:made") == ["decision:made"]
    assert kinds("--text", "no such words") == []
    assert kinds("--to", "2000-01-01") == []
    assert kinds("--limit", "1", "--kind", "action:done", "--who", "nobody") == []
    table = decided("archive", "search", "--kind", "decision:made").stdout
    assert "remind level1 by level1" in table


def test_reading_is_noted_with_the_readers_name(decided: Shell) -> None:
    decided("archive", "show", "A", "--by", "Rita")
    decided("archive", "search", "--customer", "A", "--by", "Rita", "--kind", "decision:made")
    decided("archive", "search", "--by", "Rita", "--kind", "run:started")  # says nothing of anybody
    noted = decided.json("archive", "search", "--kind", "archive:read", "--who", "Rita")
    assert [one["public"]["what"] for one in noted] == ["search", "show"]
    assert decided("archive", "verify").exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["export", "x", "--source", "books"], "A source goes with a customer"),
        (["search", "--kind", "no:such"], "Invalid value for '--kind'"),
        (["search", "--limit", "0"], "--limit"),
        (["search", "--from", "yesterday"], "is not a day"),
        (["search", "--customer", "nobody"], "There is no customer 'nobody'"),
        (["proof", "first"], "is not a valid integer"),
    ],
)
def test_wrong_usage_says_what_to_do(shell: Shell, arguments: list[str], says: str) -> None:
    result = shell("archive", *arguments)
    assert (result.exit_code, says in result.output) == (2, True)
