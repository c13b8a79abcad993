"""Comparisons that go another way than they read when their fact is absent, and which of them cases have shown.

`is_not` and `none_of` are false for a fact that is absent, though they read as true; what stands under `not` is true
for it, whatever it compares. Orderings read as what they do: nothing is 'at most 5' where nothing is known.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from engine.conditions.evaluator import predicate
from engine.facts.catalogue import BY_NAME
from engine.ruleset.condition import AllOf, AnyOf, Condition, FactValue, Not, Test, tests

_NEGATIVE = frozenset({"is_not", "none_of"})
_OF_PRESENCE = frozenset({"present", "absent"})


@dataclass(frozen=True, slots=True)
class Absence:
    """A comparison that an absent fact turns. `negated`: it stands under `not`, and then holds."""

    test: Test
    negated: bool

    @property
    def advice(self) -> str:
        """What becomes of it, and what to do."""
        fact = self.test.fact
        what = (
            f"'not' over '{fact}' holds" if self.negated else f"'{fact}: {{{self.test.operator}: ...}}' does not hold"
        )
        return (
            f"{what} where {fact} is absent; write a case with '{fact}: null' in which that decides, or ask "
            f"'{fact}: {{absent: yes}}'."
        )


def unshown_absences(condition: Condition, seen: Sequence[Mapping[str, FactValue]]) -> Iterator[Absence]:
    """The comparisons of a condition that would surprise where their fact is absent, once for each fact.

    Not those whose fact the condition itself asks to be present or absent, nor those that a snapshot of `seen` shows:
    the fact is absent there, and the other answer would change what the condition says.
    """
    spoken_of = {test.fact for test in tests(condition) if test.operator in _OF_PRESENCE}
    told: set[str] = set()
    for absence in _surprising(condition):
        fact = absence.test.fact
        if fact in spoken_of or fact in told or any(_turns(condition, fact, facts) for facts in seen):
            continue
        told.add(fact)
        yield absence


def _surprising(condition: Condition, *, negated: bool = False) -> Iterator[Absence]:
    if isinstance(condition, Not):
        yield from _surprising(condition.condition, negated=True)
    elif isinstance(condition, (AllOf, AnyOf)):
        for part in condition.conditions:
            yield from _surprising(part, negated=negated)
    elif _may_turn(condition) if negated else _reads_otherwise(condition):
        yield Absence(condition, negated)


def _may_turn(test: Test) -> bool:
    return BY_NAME[test.fact].optional and test.operator not in _OF_PRESENCE


def _reads_otherwise(test: Test) -> bool:
    """Not of a flag: one that is not yes is no."""
    return test.operator in _NEGATIVE and BY_NAME[test.fact].optional and BY_NAME[test.fact].type != "flag"


def _turns(condition: Condition, fact: str, facts: Mapping[str, FactValue]) -> bool:
    """Whether the condition would say something else, were its comparisons of the absent fact answered otherwise."""
    if facts.get(fact) is not None:
        return False
    return predicate(_answered(condition, fact, True))(facts) != predicate(_answered(condition, fact, False))(facts)


def _answered(condition: Condition, fact: str, answer: bool) -> Condition:  # noqa: FBT001  an answer
    if isinstance(condition, Not):
        return Not(_answered(condition.condition, fact, answer))
    if isinstance(condition, AllOf):
        return AllOf(tuple(_answered(part, fact, answer) for part in condition.conditions))
    if isinstance(condition, AnyOf):
        return AnyOf(tuple(_answered(part, fact, answer) for part in condition.conditions))
    if condition.fact != fact:
        return condition
    return AllOf(()) if answer else AnyOf(())
