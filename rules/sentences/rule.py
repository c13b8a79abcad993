"""A rule as one plain sentence in Polish or English. It is never typed; it follows from the rule."""

from __future__ import annotations

from collections.abc import Sequence

from engine.actions import KINDS, ActionParameter
from engine.facts.catalogue import BY_NAME, Fact
from engine.ruleset.condition import AllOf, AnyOf, Condition, Not, Test
from engine.ruleset.model import ActionSpec, Guard, Rule, Ruleset
from rules.language.actions import Setting
from rules.sentences import words
from rules.sentences.quantities import days, quantity
from rules.sentences.words import Both, Language


def rule_sentence(rule: Rule, currency: str, language: Language) -> str:
    """'When the open amount is at least 50.00 PLN and ..., remind: stage ...'. currency: the ledger currency."""
    then = _joined([action_text(action, language) for action in rule.then], words.AND, language)
    basis = words.BASIS[language].format(rule.because.rstrip(".")) if rule.because else ""
    return f"{_when(rule.when, currency, language)}, {then}.{basis}"


def guard_sentence(guard: Guard, language: Language) -> str:
    """What a guard stops, and when."""
    named = [words.QUOTED[language].format(KINDS[kind].label[language]) for kind in guard.kinds]
    kinds = ", ".join(named) or words.EVERYTHING[language]
    if guard.effect == "defer":
        until = words.UNTIL[guard.until or ""][language]
        then = words.DEFER[language].format(kinds, until=until)
    else:
        then = words.FORBID[language].format(kinds)
    basis = words.BASIS[language].format(guard.because.rstrip(".")) if guard.because else ""
    return f"{_when(guard.when, '', language)}, {then}.{basis}"


def sentences(ruleset: Ruleset, language: Language) -> dict[str, str]:
    """The sentence of every rule, then of every guard, by id, in document order."""
    told = {rule.id: rule_sentence(rule, ruleset.ledger_currency, language) for rule in ruleset.rules}
    return told | {guard.id: guard_sentence(guard, language) for guard in ruleset.guards}


def _when(condition: Condition, currency: str, language: Language) -> str:
    if isinstance(condition, AllOf) and not condition.conditions:
        return words.ALWAYS[language]
    return words.WHEN[language].format(condition_text(condition, currency, language))


def condition_text(condition: Condition, currency: str, language: Language) -> str:
    """A condition as a clause, without the 'when'."""
    if isinstance(condition, Test):
        return test_text(condition, currency, language)
    if isinstance(condition, Not):
        return words.NOT[language].format(condition_text(condition.condition, currency, language))
    if not condition.conditions:
        return words.NEVER[language] if isinstance(condition, AnyOf) else words.ALWAYS[language].lower()
    if len(condition.conditions) == 1:
        return condition_text(condition.conditions[0], currency, language)
    parts = [
        f"({text})" if isinstance(part, AllOf | AnyOf) and len(part.conditions) > 1 else text
        for part in condition.conditions
        for text in [condition_text(part, currency, language)]
    ]
    return _joined(parts, words.EITHER if isinstance(condition, AnyOf) else words.AND, language)


def test_text(test: Test, currency: str, language: Language) -> str:
    """One comparison as a clause."""
    fact = BY_NAME[test.fact]
    if test.operator in {"present", "absent"}:
        said = words.KNOWN if test.operator == "present" else words.UNKNOWN
        return said[language].format(fact.label[language])
    if fact.type == "flag":
        return words.FLAGS[fact.name][bool(test.value) == (test.operator == "is_not")][language]
    return _clause(fact, test, currency, language)


def _clause(fact: Fact, test: Test, currency: str, language: Language) -> str:
    subject = words.SUBJECTS[fact.name][language]
    ranged = test.operator == "between"
    values = test.value if isinstance(test.value, tuple) else (test.value,)
    spoken = [quantity(fact, value, currency, language, genitive=ranged) for value in values]
    if test.operator in {"one_of", "is_not", "none_of"}:
        denied = test.operator != "one_of"
        link = words.NOR if denied and language == "pl" else words.OR
        # a comparison with an absent fact is false, also this one
        known = words.AND_KNOWN[language] if denied and fact.optional else ""
        return f"{subject.noun} {subject.no if denied else subject.verb} {_joined(spoken, link, language)}{known}"
    if test.operator == "is" and fact.type in {"choice", "text"}:
        return f"{subject.noun} {subject.verb} {spoken[0]}"
    moment = fact.type == "date" or fact.name == "days_past_due"
    predicate = (words.MOMENT if moment else words.QUANTITY)[test.operator][language]
    return f"{subject.noun} {subject.verb} {predicate.format(*spoken)}"


def action_text(action: ActionSpec, language: Language) -> str:
    """An action with its settings: 'remind (stage “demand”, ...)'."""
    kind = KINDS[action.kind]
    settings = [_setting(kind.parameters[name], value, language) for name, value in action.params.items()]
    label = kind.label[language]
    return f"{label} ({'; '.join(settings)})" if settings else label


def _setting(parameter: ActionParameter, value: Setting, language: Language) -> str:
    label = parameter.label[language]
    if parameter.type == "days":
        return f"{label} {days(int(str(value)), language)}"
    values = value if isinstance(value, tuple) else (str(value),)
    quoted = [
        words.CODES[code][language] if code in words.CODES else words.QUOTED[language].format(code) for code in values
    ]
    return f"{label}: {', '.join(quoted)}"


def _joined(parts: Sequence[str], link: Both, language: Language) -> str:
    """a, b and c."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {link[language]} {parts[-1]}"
