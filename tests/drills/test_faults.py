"""Books with a fault: what they make Monitum do, the true books allow; and somebody is told of the fault."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.databases import fresh_database
from tests.drills.faults.judge import Acts, Court
from tests.drills.faults.kinds import KINDS, UNTOLD


@pytest.fixture(scope="module")
def court(_template: tuple[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Court]:
    with fresh_database(_template) as url:
        made = Court(tmp_path_factory.mktemp("faults"), url)
        yield made
        made.close()


def test_there_are_forty_kinds_of_faults() -> None:
    assert len(KINDS) >= 40
    assert set(KINDS) > UNTOLD


def test_a_severer_stage_a_higher_amount_and_a_suspension_are_each_beyond_what_is_allowed() -> None:
    allowed = Acts(stage=1, asked=100)
    assert not Acts(1, 100).beyond(allowed)
    assert not Acts().beyond(Acts())
    assert [Acts(2, 100).beyond(allowed), Acts(1, 101).beyond(allowed), Acts(0, 1, True).beyond(allowed)] == [True] * 3


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in UNTOLD])
def test_nothing_is_done_that_the_true_books_forbid_and_the_fault_is_seen(court: Court, kind: str) -> None:
    trials = next(filter(None, (list(court.trials(kind, seed)) for seed in range(20))))
    assert {trial.known: trial.wrong for trial in trials} == {False: {}, True: {}}
    assert all(trial.seen for trial in trials)
