"""Delivering and settling, over ports alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

import pytest

from app.usecases.deliver import deliver, reconcile
from app.usecases.progress import Progress
from archive.entries.entry import NewEntry
from engine.execution.ports import Moment

NOW = datetime(2026, 3, 12, 11, tzinfo=UTC)
NOON = Moment(NOW, date(2026, 3, 12), 12)


@dataclass
class Reached:
    """A dispatcher and witnesses that reach what they are told to, and an archive that counts its signing."""

    states: Counter[str]
    signed: int = 0
    sources: list[str] = field(default_factory=list)

    def drain(self, moment: Callable[[], Moment], *, source: str, progress: Progress) -> Counter[str]:
        assert moment() == NOON
        self.sources.append(source)
        progress(1, None)
        return self.states

    def settle(self, now: datetime) -> Counter[str]:
        assert now == NOW
        return self.states

    def record(self, entries: Sequence[NewEntry]) -> Sequence[int]:
        raise AssertionError(entries)

    def integrate(self) -> int:
        self.signed += 1
        return 0


@pytest.mark.parametrize(
    ("states", "needed"), [({"done": 3}, False), ({"done": 3, "failed": 1}, True), ({"unknown": 1}, True), ({}, False)]
)
def test_a_person_is_needed_for_what_failed_or_is_unknown(states: dict[str, int], needed: bool) -> None:
    carrier = Reached(Counter(states))
    told: list[tuple[int, int | None]] = []
    done = deliver(carrier, lambda: NOON, source="books", progress=lambda *far: told.append(far))
    assert (done.states, done.needs_a_person) == (states, needed)
    assert (carrier.sources, told) == (["books"], [(1, None)])


@pytest.mark.parametrize(("states", "signed"), [({"done": 1}, 1), ({}, 0)])
def test_what_is_settled_is_signed_at_once(states: dict[str, int], signed: int) -> None:
    witnesses = Reached(Counter(states))
    assert reconcile(witnesses, witnesses, NOW) == states
    assert witnesses.signed == signed
