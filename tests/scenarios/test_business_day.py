"""C60: the local day decides when something is due, not the day of Greenwich, in winter and in summer."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from app.installation.settings import Settings
from app.installation.system import System
from rules.language.loader import load_ruleset
from tests.scenarios.player import HERE, Player

DUE = date(2026, 3, 10)


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2026-03-09T22:59:59+00:00", date(2026, 3, 9)),
        ("2026-03-09T23:00:00+00:00", date(2026, 3, 10)),
        ("2026-07-09T21:59:59+00:00", date(2026, 7, 9)),
        ("2026-07-09T22:00:00+00:00", date(2026, 7, 10)),
        ("2026-03-28T23:00:00+00:00", date(2026, 3, 29)),  # the night on which summer time begins
        ("2026-10-25T22:59:59+00:00", date(2026, 10, 25)),  # the day on which it ends
        ("2026-03-10T08:00:00+09:00", date(2026, 3, 10)),  # wherever the clock of the machine stands
    ],
)
def test_the_business_day_begins_at_local_midnight(tmp_path: Path, moment: str, day: date) -> None:
    settings = Settings.from_environment({"MONITUM_HOME": str(tmp_path)})
    assert System(settings, clock=lambda: datetime.fromisoformat(moment)).today() == day


@pytest.mark.parametrize(
    ("moment", "decided"), [("2026-03-09T22:59:59+00:00", []), ("2026-03-09T23:00:00+00:00", ["A: remind level1 I1"])]
)
def test_a_reminder_of_the_due_date_goes_on_the_local_due_date(
    tmp_path: Path, database_url: str, moment: str, decided: list[str]
) -> None:
    guards = (HERE / "guards.yaml").read_text("utf-8")
    ruleset = load_ruleset((HERE / "rulesets" / "single_0.yaml").read_text("utf-8"), guards=guards)
    player = Player(tmp_path, database_url, 1, [ruleset])
    player.books.change({"customers": [{"key": "A"}]})
    player.books.change({"items": [{"key": "I1", "issued": "2026-02-01", "due": DUE, "amount": 100}]})
    player.sync(date(2026, 3, 8))
    player.now = datetime.fromisoformat(moment)
    assert player.run(player.system.today()) == decided
