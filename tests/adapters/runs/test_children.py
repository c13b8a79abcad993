"""Child processes: a planted fault stops the run with evidence, a dead child costs a retry, two cost an error."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import text

from adapters.delivery.maildir_sink import maildir_sink
from adapters.finance.rates.csv_rates import CsvRates
from adapters.runs.children import Children, Equipment
from adapters.runs.run import execute, rehearse
from engine.decisions.matching import Matcher
from engine.errors import Disagreement, EngineCrashed, NotFound
from rules.language.loader import load_ruleset
from rules.parameters.loading import known_law
from tests.scenarios.player import HERE, Player

DAY = date(2026, 3, 12)


def now() -> datetime:
    return datetime(2026, 3, 12, 10, tzinfo=UTC)


def always(_day: date, _country: str) -> bool:
    return True


def planted(_day: date, _country: str) -> bool:
    """A calendar that, in the child that asks it, makes our evaluator blind to one rule."""
    real = Matcher.match

    def faulty(self: Matcher, snapshot: object) -> object:
        own = self._evaluator.matches
        self._evaluator.matches = lambda facts: own(facts)[1:]  # type: ignore[method-assign]
        try:
            return real(self, snapshot)  # type: ignore[arg-type]
        finally:
            self._evaluator.matches = own  # type: ignore[method-assign]

    Matcher.match = faulty  # type: ignore[method-assign, assignment]
    return True


def deadly(marker: Path, times: int, _day: date, _country: str) -> bool:
    """A calendar that kills the process that asks it, the first `times` times."""
    with marker.open("a") as file:
        file.write("x")
    if marker.stat().st_size <= times:
        os.kill(os.getpid(), signal.SIGKILL)
    return True


@pytest.fixture
def player(tmp_path: Path, database_url: str) -> Iterator[Player]:
    guards = (HERE / "guards.yaml").read_text("utf-8")
    ruleset = load_ruleset((HERE / "rulesets" / "ten_days.yaml").read_text("utf-8"), guards=guards)
    with maildir_sink(tmp_path / "mail") as port:
        player = Player(tmp_path, database_url, port, [ruleset])
        player.books.change(
            {
                "customers": [{"key": "A"}, {"key": "B"}],
                "items": [
                    {"key": "I1", "issued": "2026-02-01", "due": "2026-03-02", "amount": "100.00"},
                    {"key": "I2", "customer": "B", "issued": "2026-02-01", "due": "2026-03-02", "amount": "100.00"},
                ],
            }
        )
        player.sync(DAY)
        yield player


def equipment(player: Player, folder: Path) -> Equipment:
    system = player.system
    return Equipment(
        system.database.url,
        system.settings.keys,
        tuple(player.rulesets),
        system.books.company("books"),
        CsvRates(HERE / "rates.csv"),
        always,
        now,
        folder / "evidence",
        known_law,
    )


def run(player: Player, tools: Equipment, *, source: str = "books") -> dict[str, int]:
    report = execute(
        player.system.database.engine,
        player.system.records.archive,
        Children(tools, 1),
        source,
        DAY,
        player.rulesets,
        clock=now,
    )
    return dict(report.counts)


def status(player: Player) -> tuple[str, str | None]:
    with player.system.database.engine.connect() as connection:
        row = connection.execute(text("select status, failure from run order by id desc limit 1")).one()
    return row.status, row.failure


def test_a_planted_fault_stops_the_run_and_keeps_the_snapshot(player: Player, tmp_path: Path) -> None:
    tools = equipment(player, tmp_path)
    with pytest.raises(Disagreement) as caught:
        run(player, replace(tools, working_day=planted))
    assert caught.value.only_session
    stopped, failure = status(player)
    assert stopped == "stopped"
    assert "disagree" in (failure or "")
    (evidence,) = (tmp_path / "evidence").iterdir()
    kept = json.loads(evidence.read_text("utf-8"))
    assert kept["subject"] == caught.value.subject
    assert kept["facts"]["source"] == "books"
    with player.system.database.engine.connect() as connection:
        assert connection.execute(text("select count(*) from decision")).scalar_one() == 0
    assert run(player, tools)["decisions"] == 2, "the mended run goes on"
    assert status(player) == ("done", None)


def test_a_child_that_dies_costs_a_retry(player: Player, tmp_path: Path) -> None:
    tools = replace(equipment(player, tmp_path), working_day=partial(deadly, tmp_path / "deaths", 1))
    assert run(player, tools)["decisions"] == 2
    assert status(player) == ("done", None)


def test_a_child_that_dies_again_stops_the_run(player: Player, tmp_path: Path) -> None:
    tools = replace(equipment(player, tmp_path), working_day=partial(deadly, tmp_path / "deaths", 2))
    with pytest.raises(EngineCrashed):
        run(player, tools)
    assert status(player)[0] == "stopped"
    assert run(player, equipment(player, tmp_path))["decisions"] == 2


def test_a_rehearsal_counts_the_same_and_writes_nothing(player: Player, tmp_path: Path) -> None:
    tools = equipment(player, tmp_path)
    report = rehearse(player.system.database.engine, Children(tools, 1), "books", DAY, clock=now)
    assert (report.counts["rule:level1"], report.run_id) == (2, None)
    with player.system.database.engine.connect() as connection:
        assert connection.execute(text("select count(*) from run")).scalar_one() == 0
    assert run(player, tools)["rule:level1"] == 2


def test_a_source_that_nobody_synced_is_not_found(player: Player, tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        run(player, equipment(player, tmp_path), source="nowhere")
