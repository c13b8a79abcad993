"""The policies a run decides by are found later: in its row and in the archive; one run has one policy."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text

from adapters.delivery.maildir_sink import maildir_sink
from engine.errors import Conflict
from engine.law.policy import DEFAULTS, Policy
from rules.language.loader import load_ruleset
from tests.scenarios.player import HERE, Player

DAY = date(2026, 3, 3)


@pytest.fixture
def player(tmp_path: Path, database_url: str) -> Iterator[Player]:
    guards = (HERE / "guards.yaml").read_text("utf-8")
    ruleset = load_ruleset((HERE / "rulesets" / "overdue_30_40_50.yaml").read_text("utf-8"), guards=guards)
    with maildir_sink(tmp_path / "mail") as port:
        player = Player(tmp_path, database_url, port, [ruleset])
        player.books.change({"customers": [{"key": "A"}]})
        player.sync(DAY)
        yield player


def test_a_run_keeps_its_policies_in_its_row_and_in_the_archive(player: Player) -> None:
    player.policy = Policy(contact="industry")
    player.run(DAY)
    with player.system.database.engine.connect() as connection:
        kept = connection.execute(text("select policy from run")).scalar_one()
        entry = connection.execute(text("select id from archive_entry where kind = 'run:started'")).scalar_one()
    assert kept == Policy(contact="industry").used()
    assert player.system.records.archive.entry(entry).public["policy"] == kept


def test_an_unfinished_run_is_not_finished_under_another_policy(player: Player) -> None:
    player.run(DAY)
    with player.system.database.engine.begin() as connection:
        connection.execute(text("update run set status = 'stopped'"))
    player.policy = Policy(contact="industry", limitation="due_date")
    with pytest.raises(Conflict, match=r"contact: strict, limitation: earliest"):
        player.run(DAY)
    player.policy = DEFAULTS
    player.run(DAY)
    with player.system.database.engine.connect() as connection:
        assert connection.execute(text("select status from run")).scalar_one() == "done"
