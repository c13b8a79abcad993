"""Changes between versions as sentences, and as plain data with the sentences beside."""

from __future__ import annotations

from typing import Any, Final

from engine.actions import KINDS
from engine.ruleset.condition import AllOf, AnyOf, Not, Test
from engine.ruleset.model import ActionSpec, Guard, Rule, Ruleset
from rules.language.serialized import written_action, written_conditions, written_guard, written_rule
from rules.sentences import words
from rules.sentences.quantities import days
from rules.sentences.rule import action_text, condition_text, guard_sentence, rule_sentence
from rules.sentences.words import Both, Language
from rules.versions.diff import ChangeKind, RulesetChange, diff


def _both(pl: str, en: str) -> Both:
    return {"pl": pl, "en": en}


_SENTENCES: Final[dict[ChangeKind, Both]] = {
    "title": _both("Tytuł ({detail}): {old} → {new}.", "Title ({detail}): {old} → {new}."),
    "priority": _both("Pierwszeństwo zestawu: {old} → {new}.", "Priority of the ruleset: {old} → {new}."),
    "ledger_currency": _both("Waluta księgi: {old} → {new}.", "Ledger currency: {old} → {new}."),
    "jurisdiction": _both("Jurysdykcja: {old} → {new}.", "Jurisdiction: {old} → {new}."),
    "applies_to": _both("Kogo dotyczy: {old} → {new}.", "Whom it is for: {old} → {new}."),
    "stages": _both("Etapy drabiny: {old} → {new}.", "Stages of the ladder: {old} → {new}."),
    "wait": _both("Etap „{where}” czeka: {old} → {new}.", "Stage “{where}” waits: {old} → {new}."),
    "mode": _both("Tryb drabiny: {old} → {new}.", "Mode of the ladder: {old} → {new}."),
    "catch_up": _both("Nadrabianie zaległych etapów: {old} → {new}.", "Catching up on missed stages: {old} → {new}."),
    "notice": _both("Etap będący wezwaniem: {old} → {new}.", "Stage that is the notice: {old} → {new}."),
    "renamed": _both(
        "Wysłany etap „{where}” liczy się jako: {new}.", "A stage “{where}” that was sent counts as: {new}."
    ),
    "stage_unmapped": _both(
        "Etap „{where}” zniknął z drabiny lub zmienił w niej miejsce, a ladder.renamed nie mówi, jako co się liczy: "
        "kto go dostał, dostałby go znowu.",
        "The stage “{where}” has gone from the ladder or stands elsewhere in it, and ladder.renamed does not say "
        "what it counts as: who was sent it would be sent it again.",
    ),
    "rule_added": _both("Nowa reguła „{where}”: {new}", "New rule “{where}”: {new}"),
    "rule_removed": _both("Usunięta reguła „{where}”: {old}", "Removed rule “{where}”: {old}"),
    "rule_moved": _both(
        "Reguła „{where}” przesunięta z miejsca {old} na {new}.", "Rule “{where}” moved from place {old} to {new}."
    ),
    "subject": _both("Reguła „{where}” dotyczy: {old} → {new}.", "Rule “{where}” is for: {old} → {new}."),
    "because": _both("„{where}”, podstawa: {old} → {new}.", "“{where}”, basis: {old} → {new}."),
    "threshold": _both("„{where}”: {old} → {new}.", "“{where}”: {old} → {new}."),
    "condition_added": _both("„{where}”, nowy warunek: {new}.", "“{where}”, new condition: {new}."),
    "condition_removed": _both("„{where}”, usunięty warunek: {old}.", "“{where}”, removed condition: {old}."),
    "conditions": _both("„{where}”, warunki: {old} → {new}.", "“{where}”, conditions: {old} → {new}."),
    "action_added": _both("„{where}”, nowe działanie: {new}.", "“{where}”, new action: {new}."),
    "action_removed": _both("„{where}”, usunięte działanie: {old}.", "“{where}”, removed action: {old}."),
    "setting": _both("„{where}”, {detail}: {old} → {new}.", "“{where}”, {detail}: {old} → {new}."),
    "guard_added": _both("Nowe zabezpieczenie „{where}”: {new}", "New guard “{where}”: {new}"),
    "guard_removed": _both("Usunięte zabezpieczenie „{where}”: {old}", "Removed guard “{where}”: {old}"),
    "guard_moved": _both(
        "Zabezpieczenie „{where}” przesunięte z miejsca {old} na {new}.",
        "Guard “{where}” moved from place {old} to {new}.",
    ),
    "guard_effect": _both(
        "Zabezpieczenie „{where}” zmienia skutek: {old} → {new}", "Guard “{where}” changes its effect: {old} → {new}"
    ),
}
_NOBODY: Final = _both("brak", "none")


def change_sentence(change: RulesetChange, old_currency: str, new_currency: str, language: Language) -> str:
    """One change in words. The currencies are the ledger currencies of both versions."""
    return _SENTENCES[change.kind][language].format(
        where=change.where,
        detail=_detail(change, language),
        old=_said(change, change.old, old_currency, language),
        new=_said(change, change.new, new_currency, language),
    )


def _detail(change: RulesetChange, language: Language) -> str:
    if change.kind != "setting":
        return change.detail
    name, _, setting = change.detail.partition(".")
    kind = KINDS[name]
    return f"{kind.label[language]}, {kind.parameters[setting].label[language]}"


def _said(change: RulesetChange, value: object, currency: str, language: Language) -> str:
    if isinstance(value, Rule):
        return rule_sentence(value, currency, language)
    if isinstance(value, Guard):
        return guard_sentence(value, language)
    if isinstance(value, ActionSpec):
        return action_text(value, language)
    if isinstance(value, Test | AllOf | AnyOf | Not):
        return condition_text(value, currency, language)
    return _plain(change, value, language)


def _plain(change: RulesetChange, value: object, language: Language) -> str:
    if value is None or value == "":
        return _NOBODY[language]
    if isinstance(value, tuple):
        return ", ".join(str(part) for part in value)
    return days(value, language) if change.kind == "wait" and isinstance(value, int) else str(value)


def diff_data(old: Ruleset, new: Ruleset) -> list[dict[str, Any]]:
    """The changes as plain JSON data: kind, where, detail, old and new as written, and the sentence pl and en."""
    return [
        {
            "kind": change.kind,
            "where": change.where,
            "detail": change.detail,
            "old": _written(change.old, old.ledger_currency),
            "new": _written(change.new, new.ledger_currency),
            "sentence": {
                language: change_sentence(change, old.ledger_currency, new.ledger_currency, language)
                for language in words.LANGUAGES
            },
        }
        for change in diff(old, new)
    ]


def _written(value: object, currency: str) -> Any:
    if isinstance(value, Rule):
        return written_rule(value, currency)
    if isinstance(value, Guard):
        return written_guard(value)
    if isinstance(value, ActionSpec):
        return written_action(value)
    if isinstance(value, Test | AllOf | AnyOf | Not):
        return written_conditions(value, currency)
    return list(value) if isinstance(value, tuple) else value
