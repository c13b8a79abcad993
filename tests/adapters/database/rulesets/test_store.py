"""Ruleset versions on the real database: numbering, locks, four eyes, days, archive entries in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, select, update
from sqlalchemy.exc import IntegrityError

from adapters.database.archive.store import Archive
from adapters.database.rulesets.store import RulesetStore
from adapters.database.tables import archive_entry, ruleset_version
from archive.entries.entry import NewEntry
from archive.keys.archive_keys import ArchiveKeys
from engine.errors import Conflict, NotFound, StaleEdition
from engine.ruleset.versions import RulesetVersion
from rules.versions import lifecycle

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HASH = "ab" * 32


@pytest.fixture
def store(database: Engine, tmp_path: Path) -> RulesetStore:
    return RulesetStore(database, Archive(database, ArchiveKeys(tmp_path / "keys")).append)


def drafted(store: RulesetStore, ruleset: str = "pl.test", body: str = "text: żółć") -> RulesetVersion:
    return store.create_draft(ruleset, body, actor="anna", reason="first", now=NOW)


def submit(store: RulesetStore, version: RulesetVersion, content_hash: str = HASH) -> RulesetVersion:
    def step(current: RulesetVersion, _: Sequence[RulesetVersion]) -> Sequence[RulesetVersion]:
        return (
            lifecycle.submitted(
                current, actor="anna", edition=current.edition, guards="guards", content_hash=content_hash
            ),
        )

    return change(store, version, step, "ruleset:submitted", "anna")


def approve(store: RulesetStore, version: RulesetVersion, day: date) -> RulesetVersion:
    step = partial(lifecycle.approved, actor="bartek", content_hash=version.version or "", effective_from=day, now=NOW)
    return change(store, version, step, "ruleset:approved", "bartek")


def change(store: RulesetStore, version: RulesetVersion, step: object, kind: str, actor: str) -> RulesetVersion:
    return store.change(version.ruleset, version.number, step, kind=kind, actor=actor, reason=None, now=NOW)  # type: ignore[arg-type]


def kinds(database: Engine) -> list[str]:
    with database.connect() as connection:
        return list(connection.scalars(select(archive_entry.c.kind).order_by(archive_entry.c.id)))


def test_a_draft_comes_back_as_it_was_written(store: RulesetStore) -> None:
    made = drafted(store)
    assert store.get("pl.test", 1) == made
    assert (made.body, made.editors, made.edition, made.created_at) == ("text: żółć", ("anna",), 1, NOW)


def test_a_ruleset_has_one_unfinished_version(store: RulesetStore, database: Engine) -> None:
    drafted(store)
    with pytest.raises(Conflict):
        drafted(store)
    assert kinds(database) == ["ruleset:drafted"]


def test_of_many_simultaneous_drafts_one_is_made(store: RulesetStore) -> None:
    def attempt(_: int) -> bool:
        try:
            drafted(store)
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(attempt, range(16))) == 1
    assert [version.number for version in store.versions("pl.test")] == [1]


def test_every_step_leaves_an_entry(store: RulesetStore, database: Engine) -> None:
    approve(store, submit(store, drafted(store)), date(2026, 1, 1))
    assert kinds(database) == ["ruleset:drafted", "ruleset:submitted", "ruleset:approved"]


def test_a_step_that_fails_leaves_nothing(store: RulesetStore, database: Engine) -> None:
    version = drafted(store)
    stale = partial(lifecycle.edited, body="other", actor="anna", edition=9, reason=None)
    with pytest.raises(StaleEdition):
        change(store, version, lambda current, _: (stale(current),), "ruleset:edited", "anna")
    assert store.get("pl.test", 1) == version
    assert kinds(database) == ["ruleset:drafted"]


def test_an_archive_that_fails_stops_the_change(database: Engine) -> None:
    def broken(_: Connection, entries: Sequence[NewEntry]) -> None:
        raise OSError(f"no room for {len(entries)}")

    store = RulesetStore(database, broken)
    with pytest.raises(OSError, match="no room"):
        drafted(store)
    with pytest.raises(NotFound):
        store.versions("pl.test")


def test_approval_ends_the_version_before(store: RulesetStore) -> None:
    approve(store, submit(store, drafted(store)), date(2026, 1, 1))
    approve(store, submit(store, drafted(store, body="second"), "cd" * 32), date(2026, 3, 10))
    first, second = store.versions("pl.test")
    assert (first.effective_to, second.effective_to) == (date(2026, 3, 10), None)
    assert [version.number for version in store.effective(date(2026, 3, 9))] == [1]
    assert [version.number for version in store.effective(date(2026, 3, 10))] == [2]
    assert store.effective(date(2025, 12, 31)) == []


def test_the_past_of_a_withdrawn_version_is_kept(store: RulesetStore) -> None:
    version = approve(store, submit(store, drafted(store)), date(2026, 1, 1))
    step = partial(lifecycle.withdrawn, reason="wrong", edition=version.edition, today=NOW.date())
    change(store, version, step, "ruleset:withdrawn", "anna")
    assert [found.number for found in store.effective(date(2026, 3, 1))] == [1]
    assert store.effective(NOW.date()) == []


def test_the_database_itself_refuses_that_an_editor_approves(store: RulesetStore, database: Engine) -> None:
    submit(store, drafted(store))
    statement = update(ruleset_version).values(status="approved", approver="anna", effective_from=date(2026, 1, 1))
    with pytest.raises(IntegrityError, match=r"editors|four_eyes"), database.begin() as connection:
        connection.execute(statement)


def test_versions_are_found_by_status_day_and_page(store: RulesetStore) -> None:
    approve(store, submit(store, drafted(store, "pl.a")), date(2026, 1, 1))
    drafted(store, "pl.a", "next")
    drafted(store, "pl.b")
    assert [(v.ruleset, v.number) for v in store.search()] == [("pl.a", 1), ("pl.a", 2), ("pl.b", 1)]
    assert [(v.ruleset, v.number) for v in store.search(status="draft")] == [("pl.a", 2), ("pl.b", 1)]
    assert [(v.ruleset, v.number) for v in store.search(effective_on=NOW.date())] == [("pl.a", 1)]
    assert [(v.ruleset, v.number) for v in store.search(after=("pl.a", 1), limit=1)] == [("pl.a", 2)]


def test_a_version_is_found_by_its_hash(store: RulesetStore) -> None:
    submit(store, drafted(store))
    assert store.with_hash(HASH).number == 1
    with pytest.raises(NotFound):
        store.with_hash("ef" * 32)
    with pytest.raises(NotFound):
        store.get("pl.test", 2)
    with pytest.raises(NotFound):
        store.change("pl.none", 1, lambda v, _: (v,), kind="ruleset:edited", actor="anna", reason=None, now=NOW)
