"""YAML text of a ruleset into what the engine uses. Every problem of a text is reported at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from babel.numbers import list_currencies

from engine.ruleset.condition import Condition
from engine.ruleset.model import Rule, Ruleset
from rules.language.actions import ActionReader
from rules.language.canonical import version_of
from rules.language.cases import Case, CaseReader
from rules.language.conditions import CHOOSING, ConditionReader, facts_for
from rules.language.document import RulesetShape, load_shape
from rules.language.guards import LoadedGuards, check_unique, load_guards, load_guards_document
from rules.language.ladder import read_ladder
from rules.language.packs import pack, packs
from rules.language.problems import Path, Problems, did_you_mean
from rules.language.yaml_tree import Tree, read_tree

__all__ = ["Loaded", "load_document", "load_guards", "load_ruleset"]

_ITEM_ONLY: Final = "the rule is for customers, and it belongs to an open item"
_NOT_CHOOSING: Final = f"'applies_to' may only use {', '.join(CHOOSING)}"


@dataclass(frozen=True, slots=True)
class Loaded:
    """A ruleset with the document it came from and its cases."""

    ruleset: Ruleset
    tree: Tree
    guards: LoadedGuards
    cases: tuple[Case, ...]


def load_ruleset(text: str, *, file: str = "", guards: str | None = None) -> Ruleset:
    """The ruleset of a YAML (or JSON) text, bound to its guards and named by the hash of both.

    file: named in problems. guards: YAML text of the guards; None takes the pack that `jurisdiction` names.
    Raises RulesetInvalid with every problem found.
    """
    return load_document(text, file=file, guards=guards).ruleset


def load_document(text: str, *, file: str = "", guards: str | None = None) -> Loaded:
    """As load_ruleset, with cases and line numbers kept."""
    tree = read_tree(text, file=file)
    problems = Problems(file, tree.lines)
    shaped = load_shape(RulesetShape(), tree.data, problems)
    bound = _guards(shaped["jurisdiction"], guards, problems)
    ruleset = _ruleset(shaped, tree, bound, problems)
    cases = CaseReader(problems, ruleset).read(shaped["cases"])
    problems.raise_any()
    return Loaded(ruleset, tree, bound, cases)


def _guards(jurisdiction: str, text: str | None, problems: Problems) -> LoadedGuards:
    names = [known.name for known in packs()]
    if text is not None:
        bound = load_guards_document(text, file="guards")
        if bound.jurisdiction != jurisdiction:
            problems.add(("jurisdiction",), f"The guards given are those of '{bound.jurisdiction}'.")
        return bound
    if jurisdiction not in names:
        problems.add(
            ("jurisdiction",), f"There is no jurisdiction pack '{jurisdiction}'.", did_you_mean(jurisdiction, names)
        )
        problems.raise_any()
    named = pack(jurisdiction)
    return load_guards_document(named.guards_text(), file=str(named.guards))


def _ruleset(shaped: Mapping[str, Any], tree: Tree, bound: LoadedGuards, problems: Problems) -> Ruleset:
    currency = shaped["ledger_currency"]
    if currency not in list_currencies():
        problems.add(("ledger_currency",), f"There is no currency '{currency}'.")
    ladder = read_ladder(shaped["ladder"], problems)
    stages = tuple(stage.name for stage in ladder.stages)
    rules = [_rule(raw, ("rules", index), currency, stages, problems) for index, raw in enumerate(shaped["rules"])]
    check_unique([rule.id for rule in rules], "rules", problems)
    return Ruleset(
        id=shaped["ruleset"],
        version=version_of(tree.data, bound.tree.data),
        title=dict(shaped["title"]),
        ledger_currency=currency,
        jurisdiction=shaped["jurisdiction"],
        ladder=ladder,
        rules=tuple(rules),
        guards=bound.guards,
        applies_to=_applies_to(shaped["applies_to"], problems),
        priority=shaped["priority"],
    )


def _applies_to(raw: Any, problems: Problems) -> Condition | None:
    if raw is None:
        return None
    return ConditionReader(problems, CHOOSING, _NOT_CHOOSING, None).read(raw, ("applies_to",))


def _rule(raw: Mapping[str, Any], path: Path, currency: str, stages: tuple[str, ...], problems: Problems) -> Rule:
    subject = raw["for_"]
    conditions = ConditionReader(problems, facts_for((subject,)), _ITEM_ONLY, currency, stages)
    when = conditions.read(raw["when"], (*path, "when"))
    then = ActionReader(problems, stages).read(raw["then"], subject, (*path, "then"))
    return Rule(raw["id"], subject, when, then, raw["because"])
