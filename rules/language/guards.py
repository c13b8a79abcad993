"""YAML text of a pack's guards into the engine's guards, with the cases that test them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from engine.actions import KINDS
from engine.ruleset.condition import AllOf
from engine.ruleset.model import Guard, GuardEffect
from rules.language.conditions import ConditionReader, facts_for
from rules.language.document import GuardsShape, load_shape
from rules.language.problems import Path, Problems, did_you_mean
from rules.language.yaml_tree import Tree, read_tree

_EFFECTS: Final[tuple[GuardEffect, ...]] = ("forbid", "defer")
#: Guards documents kept for the process, by their text; there is one for each jurisdiction.
KEPT: Final = 32
LIMIT: Final = "the guard is for customers, and it belongs to an open item"


@dataclass(frozen=True, slots=True)
class LoadedGuards:
    """A guards document: `data` as written, `cases` with defaults filled in, amounts of cases in `cases_currency`."""

    tree: Tree
    jurisdiction: str
    guards: tuple[Guard, ...]
    cases: tuple[Mapping[str, Any], ...]
    cases_currency: str


def load_guards(text: str, *, file: str = "") -> tuple[Guard, ...]:
    """The guards of a YAML text, in document order. Raises RulesetInvalid."""
    return load_guards_document(text, file=file).guards


@lru_cache(KEPT)
def load_guards_document(text: str, *, file: str = "") -> LoadedGuards:
    """The guards of a YAML text with everything else it says, read once for the process. Raises RulesetInvalid."""
    tree = read_tree(text, file=file)
    problems = Problems(file, tree.lines)
    shaped = load_shape(GuardsShape(), tree.data, problems)
    guards = [_guard(raw, ("guards", index), problems) for index, raw in enumerate(shaped["guards"])]
    check_unique([guard.id for guard in guards], "guards", problems)
    problems.raise_any()
    return LoadedGuards(tree, shaped["jurisdiction"], tuple(guards), tuple(shaped["cases"]), shaped["cases_currency"])


def check_unique(ids: list[str], key: str, problems: Problems) -> None:
    """Note every id of a list of things that an earlier one has already."""
    for index, name in enumerate(ids):
        if name in ids[:index]:
            problems.add((key, index, "id"), f"The id '{name}' is used twice.")


def _guard(raw: Mapping[str, Any], path: Path, problems: Problems) -> Guard:
    effects = [effect for effect in _EFFECTS if effect in raw]
    if len(effects) != 1:
        problems.add(path, "A guard has exactly one of 'forbid' and 'defer'.")
        return Guard(raw["id"], tuple(raw["for_"]), (), "forbid", AllOf(()))
    effect = effects[0]
    if (effect == "defer") != ("until" in raw):
        problems.add(path, "'until' goes with 'defer', and 'defer' needs it.")
    subjects = tuple(raw["for_"])
    reader = ConditionReader(problems, facts_for(subjects), LIMIT, None)
    kinds = _kinds(raw.get(effect), (*path, effect), problems)
    when = reader.read(raw["when"], (*path, "when"))
    return Guard(raw["id"], subjects, kinds, effect, when, raw["because"], raw.get("until"))


def _kinds(raw: Any, path: Path, problems: Problems) -> tuple[str, ...]:
    """Action kinds; 'all' is the empty tuple, as the engine has it."""
    if raw == "all":
        return ()
    if not isinstance(raw, list) or not raw:
        problems.add(path, f"'{path[-1]}' is all, or a list of action kinds.", did_you_mean("", KINDS))
        return ()
    for index, kind in enumerate(raw):
        if kind not in KINDS:
            problems.add((*path, index), f"There is no action '{kind}'.", did_you_mean(kind, KINDS))
    return tuple(str(kind) for kind in raw)
