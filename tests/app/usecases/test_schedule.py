"""What the jobs of a plan do, and in which word they say what came of it."""

from __future__ import annotations

from datetime import date

import pytest

from app.usecases.schedule import scheduled_work
from engine.execution.reports import RunReport, SyncReport

DAY = date(2026, 3, 12)


def run(held: str | None = None) -> RunReport:
    return RunReport(1, "books", DAY, {"decisions": 4}, 1, 0, held)


@pytest.mark.parametrize(
    ("report", "says"),
    [
        (SyncReport("books", skipped_unchanged=True), "unchanged"),
        (SyncReport("books", quarantined=2), "synchronized, 2 rows in quarantine"),
    ],
)
def test_a_sync_says_whether_anything_was_read(report: SyncReport, says: str) -> None:
    work = scheduled_work(lambda _source: report, lambda _source, _day: run())
    assert work["sync"]("books", DAY) == says


@pytest.mark.parametrize(("held", "says"), [(None, "4 decisions"), ("two people must agree", "two people must agree")])
def test_a_run_says_how_much_was_decided_or_why_it_waits(held: str | None, says: str) -> None:
    decided = []

    def decide(source: str, day: date) -> RunReport:
        decided.append((source, day))
        return run(held)

    assert scheduled_work(SyncReport, decide)["run"]("books", DAY) == says
    assert decided == [("books", DAY)]
