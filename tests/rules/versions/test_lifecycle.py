"""The life of a ruleset version, step by step and as a machine that tries everything."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from engine.errors import Conflict, FourEyes, InvalidInput, StaleEdition
from engine.ruleset.versions import RulesetVersion
from rules.versions.lifecycle import approved, edited, submitted, withdrawn

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TODAY = NOW.date()
HASH = "ab" * 32


def draft(number: int = 1, author: str = "anna") -> RulesetVersion:
    return RulesetVersion("pl.test", number, "draft", "text", author, (author,), NOW)


def ready(number: int = 1, author: str = "anna") -> RulesetVersion:
    return submitted(draft(number, author), actor=author, edition=1, guards="guards", content_hash=HASH)


def effective(number: int, day: date, others: tuple[RulesetVersion, ...] = ()) -> tuple[RulesetVersion, ...]:
    return approved(ready(number), others, actor="bartek", content_hash=HASH, effective_from=day, now=NOW)


def test_an_edit_keeps_the_author_and_names_the_editor() -> None:
    changed = edited(draft(), body="new", actor="celina", edition=1, reason="typo")
    assert (changed.body, changed.author, changed.editors, changed.edition) == ("new", "anna", ("anna", "celina"), 2)
    assert changed.reason == "typo"


def test_an_edit_without_a_reason_keeps_the_earlier_one() -> None:
    first = edited(draft(), body="b", actor="anna", edition=1, reason="why")
    assert edited(first, body="c", actor="anna", edition=2, reason=None).reason == "why"


def test_a_stale_edit_is_refused() -> None:
    with pytest.raises(StaleEdition):
        edited(draft(), body="new", actor="anna", edition=2, reason=None)


def test_a_submitted_version_is_not_edited() -> None:
    with pytest.raises(Conflict, match="only a draft"):
        edited(ready(), body="new", actor="anna", edition=2, reason=None)


def test_what_was_checked_is_what_is_submitted() -> None:
    with pytest.raises(StaleEdition):
        submitted(draft(), actor="anna", edition=7, guards="", content_hash=HASH)


@pytest.mark.parametrize("actor", ["anna", "celina", "dorota"])
def test_nobody_who_wrote_or_submitted_it_approves_it(actor: str) -> None:
    written = edited(draft(), body="b", actor="celina", edition=1, reason=None)
    waiting = submitted(written, actor="dorota", edition=2, guards="", content_hash=HASH)
    with pytest.raises(FourEyes):
        approved(waiting, (), actor=actor, content_hash=HASH, effective_from=TODAY, now=NOW)


def test_approval_names_the_content_that_was_read() -> None:
    with pytest.raises(StaleEdition):
        approved(ready(), (), actor="bartek", content_hash="cd" * 32, effective_from=TODAY, now=NOW)


def test_a_draft_is_not_approved() -> None:
    with pytest.raises(Conflict, match="only a submitted"):
        approved(draft(), (), actor="bartek", content_hash=HASH, effective_from=TODAY, now=NOW)


def test_the_first_version_may_take_effect_in_the_past() -> None:
    (version,) = effective(1, date(2020, 1, 1))
    assert version.decides_on(date(2020, 1, 1))
    assert not version.decides_on(date(2019, 12, 31))


def test_a_later_version_does_not_reach_into_the_past() -> None:
    first = effective(1, date(2020, 1, 1))
    with pytest.raises(InvalidInput) as caught:
        effective(2, TODAY - timedelta(days=1), first)
    assert caught.value.field == "effective_from"


def test_a_later_version_supersedes_the_earlier_one_from_its_first_day() -> None:
    first = effective(1, date(2020, 1, 1))
    second, ended = effective(2, TODAY + timedelta(days=5), first)
    last = TODAY + timedelta(days=4)
    assert (ended.number, ended.decides_on(last), second.decides_on(last)) == (1, True, False)
    assert (ended.decides_on(last + timedelta(days=1)), second.decides_on(last + timedelta(days=1))) == (False, True)


def test_an_approved_version_ahead_is_not_overtaken() -> None:
    first = effective(1, date(2020, 1, 1))
    later = effective(2, TODAY + timedelta(days=5), first)
    with pytest.raises(Conflict, match="withdraw it first"):
        effective(3, TODAY, later)


def test_withdrawing_a_version_ahead_gives_its_days_back() -> None:
    first = effective(1, date(2020, 1, 1))
    second, ended = effective(2, TODAY + timedelta(days=5), first)
    gone, heir = withdrawn(second, (ended,), reason="wrong", edition=second.edition, today=TODAY)
    assert (gone.status, heir.effective_to) == ("withdrawn", None)
    assert not any(gone.decides_on(TODAY + timedelta(days=days)) for days in range(10))


def test_withdrawing_an_effective_version_ends_it_today_and_keeps_its_past() -> None:
    (version,) = effective(1, date(2020, 1, 1))
    (gone,) = withdrawn(version, (), reason="wrong", edition=version.edition, today=TODAY)
    assert gone.decides_on(TODAY - timedelta(days=1))
    assert not gone.decides_on(TODAY)


def test_a_superseded_version_is_not_withdrawn() -> None:
    first = effective(1, date(2020, 1, 1))
    _, ended = effective(2, TODAY, first)
    with pytest.raises(Conflict, match="superseded"):
        withdrawn(ended, (), reason="wrong", edition=ended.edition, today=TODAY)


def test_a_withdrawn_version_stays_withdrawn() -> None:
    (gone,) = withdrawn(draft(), (), reason="no", edition=1, today=TODAY)
    with pytest.raises(Conflict, match="withdrawn already"):
        withdrawn(gone, (), reason="no", edition=2, today=TODAY)
    with pytest.raises(Conflict):
        edited(gone, body="b", actor="anna", edition=2, reason=None)


class Life(RuleBasedStateMachine):
    """Random people take random steps on random days; what must never happen is looked for after each."""

    versions = Bundle("versions")
    people = st.sampled_from(["anna", "bartek", "celina"])

    @initialize()
    def begin(self) -> None:
        self.all: dict[int, RulesetVersion] = {}
        self.now = NOW
        self.decided: dict[date, str | None] = {}

    def _store(self, *changed: RulesetVersion) -> None:
        self.all.update({version.number: version for version in changed})

    def _others(self, number: int) -> tuple[RulesetVersion, ...]:
        return tuple(version for other, version in sorted(self.all.items()) if other != number)

    @rule(target=versions, author=people)
    def write(self, author: str) -> int:
        number = len(self.all) + 1
        self._store(draft(number, author))
        return number

    @rule(number=versions, actor=people)
    def edit(self, number: int, actor: str) -> None:
        version = self.all[number]
        try:
            self._store(edited(version, body=f"{actor} wrote", actor=actor, edition=version.edition, reason=None))
        except Conflict:
            assert version.status != "draft"

    @rule(number=versions, actor=people)
    def submit(self, number: int, actor: str) -> None:
        version = self.all[number]
        content = f"{number:064x}"
        try:
            self._store(submitted(version, actor=actor, edition=version.edition, guards="", content_hash=content))
        except Conflict:
            assert version.status != "draft"

    @rule(number=versions, actor=people, days=st.integers(-3, 6))
    def approve(self, number: int, actor: str, days: int) -> None:
        version = self.all[number]
        day = self.now.date() + timedelta(days=days)
        try:
            changed = approved(
                version,
                self._others(number),
                actor=actor,
                content_hash=version.version or "",
                effective_from=day,
                now=self.now,
            )
        except (Conflict, InvalidInput):
            return
        assert version.status == "submitted"
        self._store(*changed)

    @rule(number=versions)
    def withdraw(self, number: int) -> None:
        version = self.all[number]
        with suppress(Conflict):
            self._store(
                *withdrawn(version, self._others(number), reason="no", edition=version.edition, today=self.now.date())
            )

    @rule()
    def sleep(self) -> None:
        """A day passes; what decided on it is remembered."""
        self.decided[self.now.date()] = self._deciding(self.now.date())
        self.now += timedelta(days=1)

    def _deciding(self, day: date) -> str | None:
        deciding = [version for version in self.all.values() if version.decides_on(day)]
        assert len(deciding) <= 1, f"{len(deciding)} versions decide on {day}"
        return deciding[0].version if deciding else None

    @invariant()
    def one_version_decides_each_day(self) -> None:
        for days in range(-10, 20):
            self._deciding(self.now.date() + timedelta(days=days))

    @invariant()
    def two_people_stand_behind_what_decides(self) -> None:
        for version in self.all.values():
            if version.effective_from is not None:
                assert version.approver not in {*version.editors, version.author, version.submitted_by, None}

    @invariant()
    def the_past_does_not_change(self) -> None:
        for day, version in self.decided.items():
            if version is not None:
                assert self._deciding(day) == version


TestLife = Life.TestCase
TestLife.settings = settings(stateful_step_count=30)
