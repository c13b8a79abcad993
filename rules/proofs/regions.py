"""Conditions as regions: for every way a condition can be true, the values each fact may have.

What lints need to prove that a rule can never be true, or never without an earlier one: both evaluators decide single
snapshots, this module speaks of all of them. A negated comparison is also true where its fact is absent, as the engine
has it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from operator import itemgetter
from typing import TypeAlias

from engine.conditions.normal_form import normal_form
from engine.facts.catalogue import BY_NAME, INTEGER_LIMIT, Fact
from engine.ruleset.condition import Condition, Test

_LOW, _HIGH = -INTEGER_LIMIT - 1, INTEGER_LIMIT + 1


@dataclass(frozen=True, slots=True)
class Values:
    """A set of values of one fact: `spans` of integers (both ends in, apart, ascending) or `words`, which
    `inverted` turns into all other words; `absent`: whether the fact may be missing."""

    spans: tuple[tuple[int, int], ...] = ()
    words: frozenset[object] = frozenset()
    inverted: bool = False
    absent: bool = False

    @property
    def empty(self) -> bool:
        """True when no value, not even none, is in the set."""
        return not (self.spans or self.words or self.inverted or self.absent)

    def meet(self, other: Values) -> Values:
        """What is in both."""
        spans = tuple((max(a, c), min(b, d)) for a, b in self.spans for c, d in other.spans if max(a, c) <= min(b, d))
        absent = self.absent and other.absent
        if self.inverted and other.inverted:
            return Values(spans, self.words | other.words, inverted=True, absent=absent)
        if self.inverted:
            return Values(spans, other.words - self.words, absent=absent)
        words = self.words - other.words if other.inverted else self.words & other.words
        return Values(spans, words, absent=absent)

    def within(self, other: Values) -> bool:
        """True when everything here is also there."""
        return self.meet(other) == self


#: The values each named fact may have; facts not named may have any.
Region: TypeAlias = Mapping[str, Values]


def regions(condition: Condition) -> tuple[Region, ...]:
    """The ways a condition can be true that are possible at all; empty: it never is.

    Never more than engine.conditions.normal_form.alternatives counts.
    """
    ways = [_met(way) for way in normal_form(condition, _comparing)]
    possible = [way for way in ways if not any(values.empty for values in way.values())]
    return tuple({tuple(sorted(way.items(), key=itemgetter(0))): way for way in possible}.values())


def covered(inner: Iterable[Region], outer: Iterable[Region]) -> bool:
    """True when every inner region lies wholly within one of the outer ones (so the inner condition implies the outer;
    False says nothing)."""
    rooms = tuple(outer)
    return all(
        any(all(fact in region and region[fact].within(values) for fact, values in room.items()) for room in rooms)
        for region in inner
    )


def _comparing(test: Test, wanted: bool) -> tuple[tuple[tuple[str, Values]], ...]:  # noqa: FBT001  as Comparing has it
    return (((test.fact, values_of(test, wanted=wanted)),),)


def _met(way: Iterable[tuple[str, Values]]) -> dict[str, Values]:
    """What each fact may be where all of that holds."""
    met: dict[str, Values] = {}
    for fact, values in way:
        met[fact] = met[fact].meet(values) if fact in met else values
    return met


def values_of(test: Test, *, wanted: bool = True) -> Values:
    """The values of its fact for which a comparison is true; with wanted=False, those for which it is not."""
    fact = BY_NAME[test.fact]
    if test.operator in {"present", "absent"}:
        present = (test.operator == "present") == wanted
        return _everything(fact) if present else Values(absent=True)
    values = _words(fact, test) if fact.type in {"flag", "choice", "text"} else Values(_spans(test))
    return values if wanted else _complement(fact, values)


def _everything(fact: Fact) -> Values:
    if fact.type == "text":
        return Values(inverted=True)
    if fact.type in {"flag", "choice"}:
        return Values(words=_known(fact))
    return Values(((_LOW, _HIGH),))


def _known(fact: Fact) -> frozenset[object]:
    return frozenset((True, False)) if fact.type == "flag" else frozenset(fact.choices)


def _complement(fact: Fact, values: Values) -> Values:
    if fact.type == "text":
        return Values(words=values.words, inverted=not values.inverted, absent=fact.optional)
    if fact.type in {"flag", "choice"}:
        return Values(words=_known(fact) - values.words, absent=fact.optional)
    return Values(_apart(values.spans), absent=fact.optional)


def _words(fact: Fact, test: Test) -> Values:
    named = frozenset(test.value) if isinstance(test.value, tuple) else frozenset((test.value,))
    if test.operator in {"is", "one_of"}:
        return Values(words=named)
    return Values(words=named, inverted=True) if fact.type == "text" else Values(words=_known(fact) - named)


def _spans(test: Test) -> tuple[tuple[int, int], ...]:
    numbers = sorted(int(value or 0) for value in (test.value if isinstance(test.value, tuple) else (test.value,)))
    low, high = numbers[0], numbers[-1]
    named = tuple((number, number) for number in numbers)
    return {
        "is": named,
        "one_of": named,
        "is_not": _apart(named),
        "none_of": _apart(named),
        "between": ((low, high),),
        "at_least": ((low, _HIGH),),
        "more_than": ((low + 1, _HIGH),),
        "at_most": ((_LOW, high),),
        "less_than": ((_LOW, high - 1),),
    }[test.operator]


def _apart(spans: tuple[tuple[int, int], ...]) -> tuple[tuple[int, int], ...]:
    """All integers but those of the spans."""
    gaps, start = [], _LOW
    for low, high in spans:
        gaps.append((start, low - 1))
        start = high + 1
    return tuple(span for span in (*gaps, (start, _HIGH)) if span[0] <= span[1])
