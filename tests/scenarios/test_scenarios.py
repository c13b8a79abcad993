"""The conformance scenarios, each a file in stories/, played step by step."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from adapters.delivery.maildir_sink import maildir_sink
from engine.ruleset.model import Ruleset
from rules.language.loader import load_ruleset
from tests.scenarios.player import HERE, Player, mails, said

STORIES = sorted((HERE / "stories").glob("*.yaml"))
SAYS = {"id", "source", "convention", "ruleset", "books", "steps"}
STEP = {"day", "change", "remove", "expect", "deliver", "reached", "services", "mails", "to", "says"}


def ruleset_of(story: Mapping[str, Any]) -> list[Ruleset]:
    guards = (HERE / "guards.yaml").read_text("utf-8")
    names = story["ruleset"] if isinstance(story["ruleset"], list) else [story["ruleset"]]
    return [load_ruleset((HERE / "rulesets" / f"{name}.yaml").read_text("utf-8"), guards=guards) for name in names]


@pytest.mark.parametrize("path", STORIES, ids=lambda path: path.stem)
def test_scenario(path: Path, tmp_path: Path, database_url: str) -> None:
    story = yaml.safe_load(path.read_text("utf-8"))
    assert SAYS <= set(story) <= SAYS | {"note"}
    assert all({"day"} < set(step) <= STEP for step in story["steps"]), "a step says what nobody checks"
    with maildir_sink(tmp_path / "mail") as port:
        player = Player(tmp_path, database_url, port, ruleset_of(story))
        player.books.change(story["books"])
        for step in story["steps"]:
            play(player, step, tmp_path / "mail")
    assert player.system.records.archive.verify().ok


def play(player: Player, step: Mapping[str, Any], mail: Path) -> None:
    day = step["day"]
    player.books.change(step.get("change", {}))
    player.books.remove(step.get("remove", {}))
    player.sync(day)
    if "expect" in step:
        assert player.run(day) == step["expect"], f"decisions on {day}"
    if step.get("deliver", True):
        reached = player.deliver(day)
        if "reached" in step:
            assert dict(reached) == step["reached"], f"effects on {day}"
    if "services" in step:
        assert player.services() == step["services"], f"services on {day}"
    if "mails" in step:
        assert len(mails(mail)) == step["mails"], f"mails until {day}"
    if "to" in step:
        assert sorted(sent["To"] for sent in mails(mail)) == step["to"], f"recipients until {day}"
    for words in step.get("says", ()):
        assert words in said(mails(mail)[-1]), f"words of the mail of {day}"


def test_every_scenario_is_played_or_set_aside_with_a_reason() -> None:
    listed = (HERE / "README.md").read_text("utf-8")
    ids = [f"C{number:02}" for number in range(1, 62)]
    assert [name for name in ids if f"\n| {name}" not in listed] == []


@pytest.mark.parametrize("path", STORIES, ids=lambda path: path.stem)
def test_the_table_names_each_story_with_its_convention(path: Path) -> None:
    story = yaml.safe_load(path.read_text("utf-8"))
    listed = (HERE / "README.md").read_text("utf-8")
    row = f"\n| {story['id']} | `{path.name}` | {story['convention']} |\n"
    assert row in listed or (story["id"][0] != "C" and f"`{path.name}`" in listed)
