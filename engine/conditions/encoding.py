"""Conditions and snapshots in the form that durable-rules decides correctly.

Conditions become disjunctive normal form over single comparisons, one durable rule for each disjunct. Facts become
integers and text, never null: an optional fact is a value and a presence flag, a flag is 0 or 1.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

from engine.conditions.normal_form import Disjuncts, normal_form, require_few_alternatives
from engine.errors import FactInvalid, RuleProblem
from engine.facts.catalogue import BY_NAME, INTEGER_LIMIT
from engine.ruleset.condition import Condition, FactValue, Test

Comparator = Literal["$eq", "$neq", "$lt", "$lte", "$gt", "$gte"]


@dataclass(frozen=True, slots=True, order=True)
class Comparison:
    """One comparison of one encoded field with a constant."""

    field: str
    comparator: Comparator
    value: int | str

    def definition(self) -> dict[str, object]:
        """As durable-rules writes it."""
        bare: dict[str, object] = {self.field: self.value}
        return bare if self.comparator == "$eq" else {self.comparator: bare}


def presence(fact: str) -> str:
    """The name of the field that tells whether an optional fact is present."""
    return f"{fact}_known"


def disjuncts(condition: Condition, *, rule: str) -> Disjuncts[Comparison]:
    """The condition in disjunctive normal form; empty when it can never hold.

    Raises RuleProblem naming the rule when there are more than engine.conditions.normal_form.LIMIT alternatives.
    """
    require_few_alternatives(condition, rule)
    return normal_form(condition, _comparing)


def _comparing(test: Test, wanted: bool) -> Disjuncts[Comparison]:  # noqa: FBT001  as Comparing has it
    if test.operator in {"present", "absent"}:
        present = (test.operator == "present") == wanted
        if BY_NAME[test.fact].optional:
            return (_known(test.fact, present=present),)
        return ((),) if present else ()
    if wanted:
        known = _known(test.fact, present=True)
        return tuple((*known, *way) for way in _compared(test, negated=False))
    absent = (_known(test.fact, present=False),) if BY_NAME[test.fact].optional else ()
    return (*absent, *_compared(test, negated=True))


def _known(fact: str, *, present: bool) -> tuple[Comparison, ...]:
    return (Comparison(presence(fact), "$eq", int(present)),) if BY_NAME[fact].optional else ()


_PLAIN: Final[Mapping[str, tuple[Comparator, Comparator]]] = {
    "is": ("$eq", "$neq"),
    "is_not": ("$neq", "$eq"),
    "at_least": ("$gte", "$lt"),
    "more_than": ("$gt", "$lte"),
    "at_most": ("$lte", "$gt"),
    "less_than": ("$lt", "$gte"),
}


def _compared(test: Test, *, negated: bool) -> Disjuncts[Comparison]:
    """The comparison itself, or its opposite, of a fact that is present."""
    fact, operator = test.fact, test.operator
    if not isinstance(test.value, tuple):
        return ((Comparison(fact, _PLAIN[operator][negated], _constant(test)),),)
    if operator == "between":
        low, high = (int(end) for end in test.value)
        if negated:
            return ((Comparison(fact, "$lt", low),), (Comparison(fact, "$gt", high),))
        return ((Comparison(fact, "$gte", low), Comparison(fact, "$lte", high)),)
    if (operator == "one_of") != negated:
        return tuple((Comparison(fact, "$eq", value),) for value in test.value)
    return (tuple(Comparison(fact, "$neq", value) for value in test.value),)


def _constant(test: Test) -> int | str:
    value = test.value
    if isinstance(value, str):
        return value
    if isinstance(value, int):
        return int(value)
    raise RuleProblem(f"'{test.fact}: {test.operator}' has no value.", path=test.fact)


class Encoder:
    """Writes snapshots as flat JSON facts with the given facts only.

    Each gets the constant `sid`, an `id` and the field `k`, which every durable rule tests. Snapshots are alike: what
    follows from the types of their values is worked out once for each combination of types that is met.
    """

    def __init__(self, facts: Iterable[str]) -> None:
        self._names = tuple(facts)
        self._layouts: dict[tuple[type, ...], _Layout] = {}

    def encode(self, facts: Mapping[str, FactValue]) -> str:
        """The JSON of one snapshot. Raises FactInvalid for a value its fact does not allow, or one that is missing."""
        values = [facts.get(name) for name in self._names]
        types = tuple(map(type, values))
        layout = self._layouts.get(types)
        if layout is None:
            layout = self._layouts[types] = _Layout.of(self._names, values)
        return layout.write(self._names, values)


@dataclass(frozen=True, slots=True)
class _Layout:
    """How values of given types are written. `numbers` and `texts`: the places of integers and texts among them."""

    template: str
    numbers: tuple[int, ...]
    texts: tuple[int, ...]

    @classmethod
    def of(cls, names: Sequence[str], values: Sequence[FactValue]) -> _Layout:
        """The layout for values of these types. Raises FactInvalid for a type that a fact does not have."""
        template = '{"sid":"0","id":1,"k":1'
        numbers, texts = [], []
        for place, (name, value) in enumerate(zip(names, values, strict=True)):
            _require_type(name, value)
            if value is None:
                template += f',"{name}":%.0s{_absent(name)}'
            elif isinstance(value, bool | int):
                template += f',"{name}":%d'
                if not isinstance(value, bool):
                    numbers.append(place)
            else:
                template += f',"{name}":%s'
                texts.append(place)
            if BY_NAME[name].optional:
                template += f',"{presence(name)}":{int(value is not None)}'
        return cls(template + "}", tuple(numbers), tuple(texts))

    def write(self, names: Sequence[str], values: list[FactValue]) -> str:
        """The JSON; replaces texts in `values`. Raises FactInvalid for an integer out of range, unwritable text."""
        for place in self.numbers:
            if not -INTEGER_LIMIT <= values[place] <= INTEGER_LIMIT:  # type: ignore[operator]  # an int by layout
                raise FactInvalid(
                    names[place], values[place], f"it must lie between -{INTEGER_LIMIT} and {INTEGER_LIMIT}"
                )
        for place in self.texts:
            values[place] = _text(names[place], str(values[place]))
        return self.template % tuple(values)


_TYPES: Final[Mapping[str, tuple[type, str]]] = {
    "flag": (bool, "it must be yes or no"),
    "choice": (str, "it must be text"),
    "text": (str, "it must be text"),
}


def _require_type(name: str, value: FactValue) -> None:
    fact = BY_NAME[name]
    wanted, problem = _TYPES.get(fact.type, (int, "it must be a whole number"))
    if value is None:
        if not fact.optional:
            raise FactInvalid(name, None, "it must be known")
    elif not (isinstance(value, str) if wanted is str else type(value) is wanted):
        raise FactInvalid(name, value, problem)


def _absent(name: str) -> str:
    """What stands for a fact that is absent."""
    return '""' if BY_NAME[name].type in {"choice", "text"} else "0"


def _text(name: str, value: str) -> str:
    try:
        return _quoted(value)
    except UnicodeEncodeError as error:
        raise FactInvalid(name, value, "it must be text that UTF-8 can write") from error


@lru_cache(maxsize=4096)
def _quoted(text: str) -> str:
    text.encode()
    return json.dumps(text, ensure_ascii=False)
