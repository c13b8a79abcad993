"""Stored versions with their meaning: what is kept ready, and what is refused as broken."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, update

from adapters.database.archive.store import Archive
from adapters.database.rulesets.store import RulesetStore
from adapters.database.tables import ruleset_version
from archive.keys.archive_keys import ArchiveKeys
from engine.errors import Conflict, InvalidInput, NotFound, RulesetInvalid, VersionBroken
from engine.ruleset.versions import Status
from rules.versions import library as module
from rules.versions.library import Library

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TEXT = """
ruleset: {name}
title: {{pl: Próba, en: Trial}}
ledger_currency: PLN
jurisdiction: pl
priority: {priority}
ladder: {{stages: [reminder], notice: reminder}}
rules:
  - id: first
    for: item
    when: [{{days_past_due: {{at_least: 3}}}}, {{on_hold: no}}, {{net_overdue: {{more_than: 0 PLN}}}}]
    then: [{{remind: {{stage: reminder, wording: first}}}}]
    because: contract
cases:
  - {{name: third day, given: {{days_past_due: 3}}, expect: [{{remind: reminder}}]}}
  - {{name: second day, given: {{days_past_due: 2}}, expect: []}}
"""


class Clock:
    """A clock that stands."""

    def now(self) -> datetime:
        return NOW


@pytest.fixture
def library(database: Engine, tmp_path: Path) -> Library:
    return Library(RulesetStore(database, Archive(database, ArchiveKeys(tmp_path / "keys")).append), Clock())


def publish(library: Library, name: str, priority: int = 100) -> None:
    draft = library.draft(name, TEXT.format(name=name, priority=priority), actor="anna")
    submitted = library.submit(name, draft.number, actor="anna")
    library.approve(
        name, draft.number, actor="bartek", content_hash=submitted.version or "", effective_from=date(2026, 1, 1)
    )


def test_effective_rulesets_come_by_priority_then_id(library: Library) -> None:
    for name, priority in (("b", 5), ("a", 5), ("c", 1)):
        publish(library, name, priority)
    assert [ruleset.id for ruleset in library.effective(NOW.date())] == ["c", "a", "b"]
    assert library.effective(date(2025, 12, 31)) == []
    assert library.effective_version("a", NOW.date()).priority == 5
    with pytest.raises(NotFound):
        library.effective_version("a", date(2025, 12, 31))


def test_a_version_is_loaded_and_compiled_once(library: Library) -> None:
    publish(library, "a")
    (ruleset,) = library.effective(NOW.date())
    assert library.effective(NOW.date())[0] is ruleset
    assert library.evaluator(ruleset) is library.evaluator(ruleset)
    assert library.compiled == 1


def test_few_versions_are_kept_ready(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "KEPT_EVALUATORS", 2)
    for name in ("a", "b", "c"):
        publish(library, name)
    rulesets = library.effective(NOW.date())
    for ruleset in (*rulesets, rulesets[2], rulesets[0]):
        library.evaluator(ruleset)
    assert library.compiled == 4
    assert library.effective(NOW.date()) == rulesets


def test_a_changed_text_decides_nothing(library: Library, database: Engine) -> None:
    publish(library, "a")
    for body in (TEXT.format(name="a", priority=7), "ruleset: ["):
        with database.begin() as connection:
            connection.execute(update(ruleset_version).values(body=body))
        with pytest.raises(VersionBroken):
            library.effective(NOW.date())


def test_an_id_is_a_name(library: Library) -> None:
    for name in ("", "Ż", "a b", "a/b", "x" * 81):
        with pytest.raises(InvalidInput) as caught:
            library.draft(name, "x: 1", actor="anna")
        assert caught.value.field == "ruleset"


def test_only_a_green_draft_is_submitted(library: Library) -> None:
    red = TEXT.format(name="a", priority=1).replace("at_least: 3", "at_least: 4")
    library.draft("a", red, actor="anna")
    with pytest.raises(RulesetInvalid, match="third day"):
        library.submit("a", 1, actor="anna")
    library.edit("a", 1, TEXT.format(name="a", priority=1), edition=1, actor="anna")
    library.submit("a", 1, actor="anna")
    with pytest.raises(Conflict, match="only a draft"):
        library.submit("a", 1, actor="anna")


def _second(library: Library, old: str = "reminder", new: str = "nudge", renamed: str = "") -> None:
    """A draft of the second version of 'a' whose stage has another name."""
    text = TEXT.format(name="a", priority=1).replace(old, new).replace(f"notice: {new}", f"notice: {new}{renamed}")
    library.draft("a", text, actor="anna")


def test_a_renamed_stage_is_submitted_with_what_it_counts_as(library: Library) -> None:
    publish(library, "a")
    _second(library)
    with pytest.raises(RulesetInvalid, match="An earlier version has the stage 'reminder'"):
        library.submit("a", 2, actor="anna")
    library.withdraw("a", 2, actor="anna", reason="asks for a mapping", edition=1)
    _second(library, renamed=", renamed: {reminder: nudge}")
    assert library.submit("a", 3, actor="anna").status == "submitted"


def test_a_version_approved_meanwhile_asks_for_its_stages_too(library: Library) -> None:
    def becomes(status: Status, day: date | None = None) -> None:
        library.store.change(
            "a",
            1,
            lambda version, _: (replace(version, status=status, effective_from=day),),
            kind="ruleset:approved",
            actor="bartek",
            reason=None,
            now=NOW,
        )

    library.draft("a", TEXT.format(name="a", priority=1), actor="anna")
    library.submit("a", 1, actor="anna")
    becomes("withdrawn")
    _second(library)
    second = library.submit("a", 2, actor="anna")
    becomes("approved", date(2026, 1, 1))
    with pytest.raises(RulesetInvalid, match="sent it again"):
        library.approve("a", 2, actor="bartek", content_hash=second.version or "", effective_from=NOW.date())


def test_a_withdrawal_says_why(library: Library) -> None:
    library.draft("a", "x: 1", actor="anna")
    with pytest.raises(InvalidInput):
        library.withdraw("a", 1, actor="anna", reason=" ", edition=1)
    assert library.withdraw("a", 1, actor="anna", reason="no", edition=1).reason == "no"
