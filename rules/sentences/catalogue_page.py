"""The fact catalogue as a Markdown page, so that its documentation cannot fall behind."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from engine.facts.catalogue import CATALOGUE, Fact, Scope
from engine.ruleset.condition import OPERATORS
from rules.sentences.words import Language

_WORDS: Final[dict[Language, dict[str, str]]] = {
    "en": {
        "title": "Facts a rule may ask",
        "item": "Of an open item",
        "customer": "Of the customer, in both kinds of rules",
        "head": "fact | type | label | what it is",
        "optional": "may be absent",
        "operators": "Operators",
        "note": "Money is compared in the ruleset's ledger currency and written '50 PLN'; days, counts and percent are "
        "whole numbers; dates are ISO. A comparison with an absent fact is false.",
    },
    "pl": {
        "title": "Fakty, o które może pytać reguła",
        "item": "Pozycji otwartej",
        "customer": "Klienta, w obu rodzajach reguł",
        "head": "fakt | typ | nazwa | co to jest",
        "optional": "może nie być",
        "operators": "Operatory",
        "note": "Kwoty są porównywane w walucie księgi i zapisywane '50 PLN'; dni, liczby i procenty są całkowite; "
        "daty w formacie ISO. Porównanie z faktem, którego nie ma, jest fałszywe.",
    },
}


def catalogue_page(language: Language) -> str:
    """The page in a language, ending with a line end."""
    return "\n".join(_lines(language)) + "\n"


def _lines(language: Language) -> Iterator[str]:
    words = _WORDS[language]
    yield f"# {words['title']}"
    yield ""
    yield words["note"]
    yield ""
    yield f"{words['operators']}: {', '.join(f'`{operator}`' for operator in OPERATORS)}."
    for scope in ("item", "customer"):
        yield from ("", f"## {words[scope]}", "", f"| {words['head']} |", "|---|---|---|---|")
        yield from (_row(fact, language) for fact in CATALOGUE if fact.scope == _scope(scope))


def _scope(name: str) -> Scope:
    return "item" if name == "item" else "customer"


def _row(fact: Fact, language: Language) -> str:
    optional = f" ({_WORDS[language]['optional']})" if fact.optional else ""
    choices = f" {', '.join(f'`{choice}`' for choice in fact.choices)}" if fact.choices else ""
    return f"| `{fact.name}` | {fact.type} | {fact.label[language]} | {fact.help[language]}{optional}{choices} |"
