"""The condition tree: what both evaluators read. Two-valued: a comparison with an absent fact is false."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

#: A fact as the engine sees it: money in minor units, dates as proleptic ordinals, days, counts and percent as
#: integers, flags as bool, choices and text as str; None means absent.
FactValue: TypeAlias = int | bool | str | None

Operator = Literal[
    "is", "is_not", "at_least", "more_than", "at_most", "less_than", "between", "one_of", "none_of", "present", "absent"
]
OPERATORS: tuple[Operator, ...] = get_args(Operator)
ORDERING: frozenset[str] = frozenset({"at_least", "more_than", "at_most", "less_than", "between"})


@dataclass(frozen=True, slots=True)
class Test:
    """One comparison of one fact. `value` is typed like the fact; a pair for `between` (both ends included), a tuple
    for `one_of` and `none_of`, None for `present` and `absent`. Every comparison with an absent fact is false, also
    `is_not` and `none_of`."""

    __test__ = False  # not a pytest class

    fact: str
    operator: Operator
    value: FactValue | tuple[int, ...] | tuple[str, ...] = None


@dataclass(frozen=True, slots=True)
class AllOf:
    """True when every condition is; an empty one is true."""

    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """True when at least one condition is; an empty one is false."""

    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """True when the condition is false."""

    condition: Condition


Condition: TypeAlias = Test | AllOf | AnyOf | Not


def tests(condition: Condition) -> Iterator[Test]:
    """Every comparison of a tree, in writing order."""
    if isinstance(condition, Test):
        yield condition
    elif isinstance(condition, Not):
        yield from tests(condition.condition)
    else:
        for part in condition.conditions:
            yield from tests(part)
