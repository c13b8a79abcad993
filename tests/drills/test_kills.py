"""The kill drill, short: the real workers, killed, with leases that end early so that nobody waits for them."""

from __future__ import annotations

from tests.drills.kills import Storm, drill


def test_killed_workers_and_a_crashed_database_lose_and_double_nothing() -> None:
    report = drill(Storm(kills=6, crashes=1, naps=1, quicken=0.3, patience=240), actions=40, workers=2, latency=0.02)
    assert report.broken == []
