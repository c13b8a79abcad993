"""An export that nobody writes any more is seen, and nothing adverse rests on it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.app.commands.conftest import Shell
from tests.scenarios.books import written_at

TEN_DAYS = timedelta(days=10)


@pytest.fixture
def dead(ready: Shell) -> Shell:
    """The released books; their files are ten days old."""
    for path in ready.source.glob("*.csv"):
        written_at(path, datetime.fromtimestamp(path.stat().st_mtime, UTC) - TEN_DAYS)
    return ready


def settle(shell: Shell, more: str) -> None:
    path = shell.source / "company.yaml"
    path.write_text(f"{path.read_text('utf-8')}\n{more}\n", "utf-8")


def explained(shell: Shell) -> Any:
    return shell.json("explain", "A", "--as-of", "2026-03-12")


def test_sync_doctor_and_explain_tell_how_old_the_books_are(dead: Shell) -> None:
    first = dead("sync")
    assert "nothing to do" in first.output
    assert "240 h old: too old to act on against anybody" in first.output
    (source,) = dead.json("sync")["sources"]
    assert (source["skipped_unchanged"], source["age_hours"], source["stale"]) == (True, 240, True)
    assert source["books_at"] < source["synced_at"]
    (part,) = [part for part in dead.json("doctor") if part["part"] == "sources"]
    assert not part["ok"]
    assert "synced 0 h ago" in part["says"]
    assert "240 h old" in part["says"]
    answer = explained(dead)
    assert answer["decisions"] == []
    assert (answer["books"]["age_hours"], answer["books"]["stale"]) == (240, True)
    assert "eu.guard.freshness" in dead("explain", "A", "--as-of", "2026-03-12").output


def test_the_company_says_how_old_is_too_old(dead: Shell) -> None:
    settle(dead, "fresh_hours: 240")
    dead("sync")
    assert [made["rules"] for made in explained(dead)["decisions"]] == [["level1"]]
    (part,) = [part for part in dead.json("doctor") if part["part"] == "sources"]
    assert part["ok"]


def test_hours_of_quiet_days_count_nowhere(dead: Shell) -> None:
    today = datetime.now(UTC).date()  # noqa: TID251  the command reads the real clock
    days = ", ".join(str(today - timedelta(days=number)) for number in range(1, 10))
    settle(dead, f"quiet_days: [{days}]")
    (source,) = dead.json("sync")["sources"]
    assert 0 <= source["age_hours"] <= 36
    assert [made["rules"] for made in explained(dead)["decisions"]] == [["level1"]]


def test_a_file_of_tomorrow_is_told_with_exit_code_one(ready: Shell) -> None:
    path = ready.source / "payments.csv"
    written_at(path, datetime.fromtimestamp(path.stat().st_mtime, UTC) + TEN_DAYS)
    result = ready("sync")
    assert result.exit_code == 1
    assert "monitum: books: payments.csv is of " in result.stderr
