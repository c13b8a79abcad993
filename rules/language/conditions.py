"""Written conditions into the engine's tree. A list is all of its entries; `any` and `not` nest."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final, get_args

from engine.conditions.normal_form import require_few_alternatives
from engine.errors import InvalidInput, RuleProblem
from engine.facts.catalogue import BY_NAME, Fact, Scope, facts_of
from engine.ruleset.condition import OPERATORS, ORDERING, AllOf, AnyOf, Condition, Not, Operator, Test
from rules.language.problems import Path, Problems, did_you_mean
from rules.language.values import example, read_value

_ORDERED_TYPES: Final = frozenset({"money", "days", "count", "percent", "date"})
_LISTS: Final = frozenset({"one_of", "none_of"})
_PRESENCE: Final = frozenset({"present", "absent"})
#: The words that nest conditions; no fact may have such a name.
NESTING: Final = ("any", "not")
_BY_WORD: Final[dict[str, Operator]] = dict(zip(OPERATORS, get_args(Operator), strict=True))

#: The facts that are known before a ruleset is chosen.
CHOOSING: Final = ("source", "customer_kind", "segment", "country")


def facts_for(subjects: Collection[Scope]) -> tuple[str, ...]:
    """The names of the facts that the snapshot of every one of these subjects carries."""
    return tuple(fact.name for fact in facts_of("customer" if "customer" in subjects else "item"))


def operators_of(fact: Fact) -> tuple[Operator, ...]:
    """The operators that make sense for a fact: ordering for numbers, money and dates, presence for optional facts."""
    return tuple(
        operator
        for operator in OPERATORS
        if (operator not in ORDERING or fact.type in _ORDERED_TYPES)
        and (operator not in _PRESENCE or fact.optional)
        and (operator not in _LISTS or fact.type != "flag")
    )


@dataclass(frozen=True, slots=True)
class ConditionReader:
    """Reads conditions.

    facts: the names that may be used here; others are refused because of `limit`. currency: what amounts must be in,
    None in guards. stages: values the fact `stage` may take, None for any.
    """

    problems: Problems
    facts: Collection[str]
    limit: str
    currency: str | None
    stages: Collection[str] | None = None

    def read(self, raw: Any, path: Path) -> AllOf:
        """A list of conditions as 'all of them'. Problems are noted, never raised."""
        condition = self._all(raw, path)
        try:
            require_few_alternatives(condition)
        except RuleProblem as problem:
            self.problems.add(path, problem.message, problem.hint)
        return condition

    def _all(self, raw: Any, path: Path) -> AllOf:
        return AllOf(tuple(self._entries(raw, path)))

    def _entries(self, raw: Any, path: Path) -> list[Condition]:
        if not isinstance(raw, list):
            self.problems.add(path, f"'{path[-1]}' must be a list of conditions, each on its own line with '- '.")
            return []
        return [part for index, entry in enumerate(raw) for part in self._entry(entry, (*path, index))]

    def _entry(self, entry: Any, path: Path) -> list[Condition]:
        if isinstance(entry, list):
            return [self._all(entry, path)]
        if not isinstance(entry, dict) or len(entry) != 1:
            self.problems.add(
                path,
                "A condition is one 'fact: value' or one 'fact: {operator: value}'.",
                "Write each fact as its own list entry.",
            )
            return []
        ((word, value),) = entry.items()
        path = (*path, word)
        if word == "any":
            return [AnyOf(tuple(self._alternatives(value, path)))]
        if word == "not":
            return [Not(self._all(value, path))]
        fact = self._fact(word, path)
        return [] if fact is None else self._tests(fact, value, path)

    def _alternatives(self, raw: Any, path: Path) -> list[Condition]:
        if not isinstance(raw, list) or not raw:
            self.problems.add(path, "'any' must be a list with at least one condition.")
            return []
        alternatives = [self._entry(entry, (*path, index)) for index, entry in enumerate(raw)]
        return [parts[0] if len(parts) == 1 else AllOf(tuple(parts)) for parts in alternatives]

    def _fact(self, word: str, path: Path) -> Fact | None:
        fact = BY_NAME.get(word)
        if fact is None:
            self.problems.add(path, f"There is no fact '{word}'.", did_you_mean(word, [*self.facts, *NESTING]))
        elif word not in self.facts:
            self.problems.add(path, f"'{word}' cannot be used here: {self.limit}.")
            return None
        return fact

    def _tests(self, fact: Fact, value: Any, path: Path) -> list[Condition]:
        if not isinstance(value, dict):
            return self._test(fact, "is", value, path)
        if not value:
            self.problems.add(path, f"'{fact.name}' has no operator.", f"Write '{fact.name}: {example(fact)}'.")
        return [test for word, operand in value.items() for test in self._test(fact, word, operand, (*path, word))]

    def _test(self, fact: Fact, word: str, operand: Any, path: Path) -> list[Condition]:
        allowed = operators_of(fact)
        operator = _BY_WORD.get(word)
        if operator is None:
            self.problems.add(path, f"There is no operator '{word}'.", did_you_mean(word, allowed))
        elif operator not in allowed:
            reason = "is always known" if operator in _PRESENCE else f"is {fact.type}"
            self.problems.add(
                path, f"'{operator}' does not fit '{fact.name}', which {reason}.", f"Use {', '.join(allowed)}."
            )
        else:
            try:
                test = Test(fact.name, operator, self._operand(fact, operator, operand))
            except InvalidInput as error:
                self.problems.add(path, str(error))
            else:
                self._check_stage(test, path)
                return [test]
        return []

    def _operand(self, fact: Fact, operator: Operator, raw: Any) -> Any:
        if operator in _PRESENCE:
            if raw is not True:
                raise InvalidInput(f"'{operator}' takes yes: '{fact.name}: {{{operator}: yes}}'.")
            return None
        if operator == "between":
            return self._range(fact, raw)
        if operator in _LISTS:
            if not isinstance(raw, list) or not raw:
                raise InvalidInput(f"'{operator}' needs a list such as [{example(fact, self.currency)}].")
            values = tuple(read_value(fact, value, self.currency) for value in raw)
            if len(set(values)) < len(values):
                raise InvalidInput(f"'{operator}' names a value twice.")
            return values
        return read_value(fact, raw, self.currency)

    def _range(self, fact: Fact, raw: Any) -> tuple[int, int]:
        if not isinstance(raw, list) or len(raw) != 2:
            raise InvalidInput(f"'between' needs two values, both included: '{fact.name}: {{between: [low, high]}}'.")
        low, high = (int(read_value(fact, value, self.currency)) for value in raw)
        if low > high:
            raise InvalidInput(f"'between' for '{fact.name}' has its lower end above its upper end.")
        return low, high

    def _check_stage(self, test: Test, path: Path) -> None:
        if test.fact != "stage" or self.stages is None:
            return
        named = test.value if isinstance(test.value, tuple) else (test.value,)
        for stage in named:
            if stage is not None and stage not in self.stages:
                self.problems.add(path, f"The ladder has no stage '{stage}'.", did_you_mean(stage, self.stages))
