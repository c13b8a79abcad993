"""What is wrong with one company's folder stays with that company."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.app.commands.conftest import Shell

Breakage = Callable[[Path], object]
BREAKAGES: dict[str, Breakage] = {
    "mapping that is no YAML": lambda folder: (folder / "mapping.yaml").write_text("source: books\ntables: [\n"),
    "mapping with a wrong field": lambda folder: (folder / "mapping.yaml").write_text("source: books\ntitle: x\n"),
    "no mapping": lambda folder: (folder / "mapping.yaml").unlink(),
    "company that is no YAML": lambda folder: (folder / "company.yaml").write_text("source: books\n- x\n"),
    "no company": lambda folder: (folder / "company.yaml").unlink(),
    "missing file": lambda folder: (folder / "payments.csv").unlink(),
    "file with another header": lambda folder: (folder / "payments.csv").write_text("a,b\n"),
    "no folder": shutil.rmtree,
}


@pytest.fixture
def both(ready: Shell) -> Shell:
    """The released books, and behind them those of another company with the same customers."""
    other = ready.source.parent / "other"
    shutil.copytree(ready.source, other)
    for name in ("mapping.yaml", "company.yaml"):
        text = (other / name).read_text("utf-8").replace("source: books", "source: other", 1)
        (other / name).write_text(text, "utf-8")
    (other / "ruleset.yaml").unlink()
    ready.environment["MONITUM_SOURCES"] = os.pathsep.join([str(ready.source), str(other)])
    return ready


def test_whatever_is_wrong_with_one_the_other_is_synchronized_decided_and_explained(
    both: Shell, tmp_path: Path
) -> None:
    shutil.copytree(both.source, tmp_path / "whole")
    for name, breaks in BREAKAGES.items():
        shutil.rmtree(both.source, ignore_errors=True)
        shutil.copytree(tmp_path / "whole", both.source)
        breaks(both.source)
        settled = "company" not in name and name != "no folder"
        result = both("sync", "--json")
        assert result.exit_code == (1 if "company" not in name else 0), name
        assert '"source": "other"' in result.stdout, name
        if result.exit_code:
            assert "monitum: books: " in result.stderr, name
        assert both("sync", "--source", "other").exit_code == 0, name
        assert both("explain", "A", "--source", "other", "--as-of", "2026-03-12").exit_code == 0, name
        assert both("explain", "A", "--source", "books", "--as-of", "2026-03-12").exit_code == (0 if settled else 2), (
            name
        )
        assert both("schedule", "--run-due").exit_code == (0 if settled else 1), name


def test_a_run_goes_on_with_the_next_company_and_the_doctor_names_the_broken_one(both: Shell) -> None:
    assert both("sync").exit_code == 0
    (both.source / "company.yaml").write_text("source: books\nfresh_hours: never\n", "utf-8")
    result = both("run", "--as-of", "2026-03-12", "--dry-run")
    assert result.exit_code == 1
    assert "monitum: books: " in result.stderr
    assert "fresh_hours" in result.stderr
    assert "other" in result.stdout
    assert both("run", "--as-of", "2026-03-12", "--source", "other").exit_code == 0
    (sources,) = [part for part in both.json("doctor") if part["part"] == "sources"]
    assert not sources["ok"]
    assert "other: synced 0 h ago" in sources["says"]
    assert "fresh_hours" in sources["says"]


def test_two_folders_with_one_source_are_told_and_neither_is_read(both: Shell) -> None:
    shutil.copytree(both.source, both.source.parent / "again")
    both.environment["MONITUM_SOURCES"] += os.pathsep + str(both.source.parent / "again")
    result = both("sync")
    assert result.exit_code == 1
    assert "monitum: books: several folders have this source" in result.stderr
    assert result.stderr.count("monitum: ") == 1
