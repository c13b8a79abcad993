"""Conditions multiplied out: the ways in which a condition can be true, each a set of comparisons that all hold.

Negation is pushed to the comparisons. What a comparison becomes there is up to the reader: durable-rules takes encoded
fields, proofs take sets of values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import product
from math import prod
from typing import Final, TypeAlias, TypeVar

from engine.errors import RuleProblem
from engine.facts.catalogue import BY_NAME
from engine.ruleset.condition import AllOf, Condition, Not, Test

T = TypeVar("T")

#: Ways of being true that a condition may have: each becomes a durable rule, and more of them cannot be read.
LIMIT: Final = 64

#: The ways in which a comparison holds or, where the flag is false, does not.
Comparing: TypeAlias = Callable[[Test, bool], Iterable[tuple[T, ...]]]
#: Alternatives, each of which is a set of things that all hold. An empty set always holds, no alternative never.
Disjuncts: TypeAlias = tuple[tuple[T, ...], ...]


def normal_form(condition: Condition, comparing: Comparing[T]) -> Disjuncts[T]:
    """The condition in disjunctive normal form, without repetitions. It must have at most LIMIT alternatives."""
    return _ways(condition, comparing, wanted=True)


def require_few_alternatives(condition: Condition, name: str | None = None) -> None:
    """Raise RuleProblem when a condition, that of the named rule, has more than LIMIT alternatives."""
    if alternatives(condition) > LIMIT:
        owner = f" of '{name}'" if name else ""
        problem = f"The conditions{owner} have more than {LIMIT} ways to be true."
        raise RuleProblem(problem, path=name or "", hint="Split them.")


def alternatives(condition: Condition, *, wanted: bool = True) -> int:
    """In how many ways a condition can be true (or, with wanted=False, false) once any, not and lists of values are
    multiplied out; repeated ways counted again."""
    if isinstance(condition, Test):
        return _of_test(condition, wanted=wanted)
    if isinstance(condition, Not):
        return alternatives(condition.condition, wanted=not wanted)
    counts = [alternatives(part, wanted=wanted) for part in condition.conditions]
    return prod(counts) if isinstance(condition, AllOf) == wanted else sum(counts)


def _of_test(test: Test, *, wanted: bool) -> int:
    listed = len(test.value) if isinstance(test.value, tuple) else 1
    if wanted:
        return listed if test.operator == "one_of" else 1
    missing = 1 if BY_NAME[test.fact].optional else 0
    return missing + (listed if test.operator in {"none_of", "between"} else 1)


def _ways(condition: Condition, comparing: Comparing[T], *, wanted: bool) -> Disjuncts[T]:
    if isinstance(condition, Test):
        return tuple(comparing(condition, wanted))
    if isinstance(condition, Not):
        return _ways(condition.condition, comparing, wanted=not wanted)
    parts = [_ways(part, comparing, wanted=wanted) for part in condition.conditions]
    if isinstance(condition, AllOf) != wanted:
        return _distinct(way for part in parts for way in part)
    joined: Disjuncts[T] = ((),)
    for part in parts:
        joined = _distinct((*left, *right) for left, right in product(joined, part))
    return joined


def _distinct(ways: Iterable[tuple[T, ...]]) -> Disjuncts[T]:
    """Each way once, and in it each thing once."""
    return tuple(dict.fromkeys(tuple(dict.fromkeys(way)) for way in ways))
