"""Which stages of earlier versions a ladder loses."""

from __future__ import annotations

import pytest

from engine.ruleset.model import Ladder, Stage
from rules.versions.stage_names import stage_problems, unmapped_stages


def _ladder(names: str, **renamed: str | None) -> Ladder:
    return Ladder(tuple(Stage(name) for name in names.split()), renamed=tuple(renamed.items()))


@pytest.mark.parametrize(
    ("before", "after", "lost"),
    [
        ("a b c", _ladder("a b c"), ()),
        ("a b", _ladder("a x b y"), ()),
        ("a b c", _ladder("a c"), ("b",)),
        ("a b c", _ladder("a x c"), ("b",)),
        ("a b c", _ladder("a x c", b="x"), ()),
        ("a b c", _ladder("b c", a=None), ()),
        ("a b c", _ladder(""), ("a", "b", "c")),
        ("a b c", _ladder("c a b"), ("c",)),
        ("a b c", _ladder("c a b", c="c"), ()),
        ("a b c d", _ladder("x d b", a="x"), ("b", "c")),
    ],
)
def test_a_stage_is_lost_that_is_gone_or_moved_and_counts_as_nothing(
    before: str, after: Ladder, lost: tuple[str, ...]
) -> None:
    assert unmapped_stages(_ladder(before), after) == lost


def _lost(after: Ladder, *earlier: Ladder) -> list[str]:
    return [problem.message.split("'")[1] for problem in stage_problems(after, earlier, file="", line=None)]


def test_names_of_every_earlier_version_must_count_and_the_order_of_the_last() -> None:
    first, second = _ladder("a b"), _ladder("a c", b="c")
    assert _lost(_ladder("a d", c="d"), first, second) == ["b"]
    assert _lost(_ladder("a d", c="d", b="d"), first, second) == []
    assert _lost(_ladder("c a", b="c"), _ladder("c a"), second) == ["a"]
    assert _lost(_ladder("c a", b="c"), second, _ladder("c a")) == []


def test_what_is_asked_for_is_said() -> None:
    (gone,) = stage_problems(_ladder("b"), [_ladder("a b")], file="r/2", line=6)
    (shifted,) = stage_problems(_ladder("b a"), [_ladder("a b")], file="r/2", line=6)
    assert str(gone) == (
        "r/2:6: An earlier version has the stage 'a', which this ladder does not have: who was sent it would be "
        "sent it again. Write in the ladder what it counts as, 'renamed: {a: STAGE}', or 'renamed: {a: null}' "
        "if it counts as nothing."
    )
    assert shifted.hint == "If it is still the same stage, write 'renamed: {a: a}' in the ladder."
