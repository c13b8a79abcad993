"""Names of stages from version to version: what was sent under an earlier one must count under the next.

What was sent is remembered by the name of its stage. A ladder that has lost the name sends the stage anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from engine.errors import RuleProblem
from engine.ruleset.model import Ladder


def unmapped_stages(before: Ladder, after: Ladder) -> tuple[str, ...]:
    """Stages of a ladder that a later one neither has nor counts (`ladder.renamed`), and those that stand elsewhere in
    it and are not named there, in the order of the earlier ladder."""
    counted = dict(after.renamed)
    now = [stage.name for stage in after.stages if stage.name not in counted]
    earlier = [stage.name for stage in before.stages]
    gone = {*_names(before)} - {stage.name for stage in after.stages} - set(counted)
    elsewhere = moved([name for name in earlier if name in now], [name for name in now if name in earlier])
    return tuple(name for name in _names(before) if name in gone or name in elsewhere)


def stage_problems(ladder: Ladder, earlier: Sequence[Ladder], *, file: str, line: int | None) -> Iterator[RuleProblem]:
    """What keeps a version from following earlier ones, oldest first: names that any of them had, and the order of the
    last."""
    counted = {*(stage.name for stage in ladder.stages), *dict(ladder.renamed)}
    lost = dict.fromkeys(name for before in earlier for name in _names(before) if name not in counted)
    if earlier:
        lost |= dict.fromkeys(unmapped_stages(earlier[-1], ladder))
    for name in lost:
        if name in counted:
            said = f"The stage '{name}' stands elsewhere in the ladder than in the version before"
            hint = f"If it is still the same stage, write 'renamed: {{{name}: {name}}}' in the ladder."
        else:
            said = f"An earlier version has the stage '{name}', which this ladder does not have"
            hint = (
                f"Write in the ladder what it counts as, 'renamed: {{{name}: STAGE}}', or "
                f"'renamed: {{{name}: null}}' if it counts as nothing."
            )
        message = f"{said}: who was sent it would be sent it again."
        yield RuleProblem(message, path="ladder.renamed", file=file, line=line, hint=hint)


def moved(old: Sequence[str], new: Sequence[str]) -> set[str]:
    """The fewest names whose moving turns one order into the other: all but a longest common run of both."""
    places = [old.index(name) for name in new]
    best: list[list[int]] = []
    for place in places:
        before = max((run for run in best if run[-1] < place), key=len, default=[])
        best.append([*before, place])
    kept = {old[place] for place in max(best, key=len, default=[])}
    return {name for name in new if name not in kept}


def _names(ladder: Ladder) -> Iterable[str]:
    """What may have been sent under a ladder or before it."""
    return dict.fromkeys([*(stage.name for stage in ladder.stages), *(old for old, _ in ladder.renamed)])
