"""Rules of the engine back into the form in which people write them."""

from __future__ import annotations

from datetime import date
from typing import Any

from engine.facts.catalogue import BY_NAME, Fact
from engine.money import Money
from engine.ruleset.condition import AllOf, AnyOf, Condition, FactValue, Not, Test
from engine.ruleset.model import ActionSpec, Guard, Rule


def written_conditions(condition: Condition, currency: str) -> list[Any]:
    """A condition as the list under `when`, ready for YAML or JSON; reading it gives the same condition back.

    currency: of amounts; '' where only 0 occurs (guards).
    """
    parts = condition.conditions if isinstance(condition, AllOf) else (condition,)
    return [_entry(part, currency) for part in parts]


def _entry(condition: Condition, currency: str) -> Any:
    if isinstance(condition, Test):
        return {condition.fact: _operand(condition, currency)}
    if isinstance(condition, AnyOf):
        return {"any": [_entry(part, currency) for part in condition.conditions]}
    if isinstance(condition, Not):
        return {"not": written_conditions(condition.condition, currency)}
    return written_conditions(condition, currency)


def _operand(test: Test, currency: str) -> Any:
    if test.value is None:
        return {test.operator: True}
    fact = BY_NAME[test.fact]
    if isinstance(test.value, tuple):
        return {test.operator: [written_value(fact, value, currency) for value in test.value]}
    value = written_value(fact, test.value, currency)
    return value if test.operator == "is" else {test.operator: value}


def written_value(fact: Fact, value: FactValue, currency: str) -> FactValue:
    """A value of a fact as written: '50.00 PLN', 2026-12-31, 14, true, a word."""
    if value is None or isinstance(value, bool | str):
        return value
    if fact.type == "money":
        return str(Money(currency, value)) if value and currency else value
    return date.fromordinal(value).isoformat() if fact.type == "date" else value


def written_action(action: ActionSpec) -> dict[str, Any]:
    """An action as written, with its defaults."""
    settings = {name: list(value) if isinstance(value, tuple) else value for name, value in action.params.items()}
    return {action.kind: settings}


def written_rule(rule: Rule, currency: str) -> dict[str, Any]:
    """A rule as written."""
    return {
        "id": rule.id,
        "for": rule.subject,
        "when": written_conditions(rule.when, currency),
        "then": [written_action(action) for action in rule.then],
        "because": rule.because,
    }


def written_guard(guard: Guard) -> dict[str, Any]:
    """A guard as written."""
    until = {"until": guard.until} if guard.until else {}
    return {
        "id": guard.id,
        "for": list(guard.subjects),
        guard.effect: list(guard.kinds) or "all",
        **until,
        "when": written_conditions(guard.when, ""),
        "because": guard.because,
    }
