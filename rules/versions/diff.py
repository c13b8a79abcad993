"""What changed between two versions of a ruleset, in its own terms: rules, thresholds, ladder, guards; not lines."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeVar

from engine.ruleset.condition import AllOf, Condition, Test
from engine.ruleset.model import ActionSpec, Guard, Rule, Ruleset
from rules.versions.stage_names import moved, unmapped_stages

_Listed = TypeVar("_Listed", Rule, Guard)

ChangeKind = Literal[
    "title", "priority", "ledger_currency", "jurisdiction", "applies_to",
    "stages", "wait", "mode", "catch_up", "notice", "renamed", "stage_unmapped",
    "rule_added", "rule_removed", "rule_moved", "subject", "because",
    "threshold", "condition_added", "condition_removed", "conditions",
    "action_added", "action_removed", "setting",
    "guard_added", "guard_removed", "guard_moved", "guard_effect",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class RulesetChange:
    """One change. `where`: id of the rule or guard, name of the stage, or ''. `detail`: the fact, action kind or
    setting it is about. `old` and `new`: values in engine form, None where there was or is none."""

    kind: ChangeKind
    where: str = ""
    detail: str = ""
    old: object = None
    new: object = None


def diff(old: Ruleset, new: Ruleset) -> tuple[RulesetChange, ...]:
    """Every change from one version to another, in a fixed order; empty when both decide and speak the same."""
    return (*_header(old, new), *_ladder(old, new), *_rules(old, new), *_guards(old, new))


def _header(old: Ruleset, new: Ruleset) -> Iterator[RulesetChange]:
    for language in ("pl", "en"):
        if old.title.get(language) != new.title.get(language):
            yield RulesetChange("title", detail=language, old=old.title.get(language), new=new.title.get(language))
    if old.priority != new.priority:
        yield RulesetChange("priority", old=old.priority, new=new.priority)
    if old.ledger_currency != new.ledger_currency:
        yield RulesetChange("ledger_currency", old=old.ledger_currency, new=new.ledger_currency)
    if old.jurisdiction != new.jurisdiction:
        yield RulesetChange("jurisdiction", old=old.jurisdiction, new=new.jurisdiction)
    if old.applies_to != new.applies_to:
        yield RulesetChange("applies_to", old=old.applies_to, new=new.applies_to)


def _ladder(old: Ruleset, new: Ruleset) -> Iterator[RulesetChange]:
    before, after = old.ladder, new.ladder
    names = [tuple(stage.name for stage in ladder.stages) for ladder in (before, after)]
    if names[0] != names[1]:
        yield RulesetChange("stages", old=names[0], new=names[1])
    yield from (RulesetChange("stage_unmapped", name, old=name) for name in unmapped_stages(before, after))
    counted = dict(before.renamed)
    for name, now in after.renamed:
        if counted.get(name, "") != now:
            yield RulesetChange("renamed", name, old=counted.get(name), new=now)
    waits = {stage.name: stage.wait for stage in before.stages}
    for stage in after.stages:
        if waits.get(stage.name, stage.wait) != stage.wait:
            yield RulesetChange("wait", stage.name, old=waits[stage.name], new=stage.wait)
    if before.mode != after.mode:
        yield RulesetChange("mode", old=before.mode, new=after.mode)
    if before.catch_up != after.catch_up:
        yield RulesetChange("catch_up", old=before.catch_up, new=after.catch_up)
    if before.notice != after.notice:
        yield RulesetChange("notice", old=before.notice, new=after.notice)


def _rules(old: Ruleset, new: Ruleset) -> Iterator[RulesetChange]:
    before = {rule.id: rule for rule in old.rules}
    after = {rule.id: rule for rule in new.rules}
    return _listed(before, after, _rule, ("rule_added", "rule_removed", "rule_moved"))


def _guards(old: Ruleset, new: Ruleset) -> Iterator[RulesetChange]:
    before = {guard.id: guard for guard in old.guards}
    after = {guard.id: guard for guard in new.guards}
    return _listed(before, after, _guard, ("guard_added", "guard_removed", "guard_moved"))


def _listed(
    before: Mapping[str, _Listed],
    after: Mapping[str, _Listed],
    compare: Callable[[_Listed, _Listed], Iterator[RulesetChange]],
    kinds: tuple[ChangeKind, ChangeKind, ChangeKind],
) -> Iterator[RulesetChange]:
    """Changes of an ordered list of named things; `kinds`: for added, removed and moved ones."""
    added, removed, shifted = kinds
    yield from (RulesetChange(removed, name, old=thing) for name, thing in before.items() if name not in after)
    elsewhere = moved([name for name in before if name in after], [name for name in after if name in before])
    for place, (name, thing) in enumerate(after.items()):
        if name not in before:
            yield RulesetChange(added, name, new=thing)
            continue
        if name in elsewhere:
            yield RulesetChange(shifted, name, old=list(before).index(name) + 1, new=place + 1)
        yield from compare(before[name], thing)


def _rule(old: Rule, new: Rule) -> Iterator[RulesetChange]:
    if old.subject != new.subject:
        yield RulesetChange("subject", new.id, old=old.subject, new=new.subject)
    yield from _conditions(new.id, old.when, new.when)
    yield from _actions(old, new)
    if old.because != new.because:
        yield RulesetChange("because", new.id, old=old.because, new=new.because)


def _conditions(where: str, old: Condition, new: Condition) -> Iterator[RulesetChange]:
    """Comparisons of a plain list one by one; anything nested as a whole."""
    before, after = _parts(old), _parts(new)
    gone = [part for part in before if part not in after]
    come = [part for part in after if part not in before]
    if not gone and not come:
        if before != after:
            yield RulesetChange("conditions", where, old=old, new=new)
        return
    for part in gone:
        match = next((other for other in come if _same_question(part, other)), None)
        if isinstance(part, Test) and isinstance(match, Test):
            come.remove(match)
            yield RulesetChange("threshold", where, part.fact, part, match)
        else:
            yield RulesetChange("condition_removed", where, old=part)
    yield from (RulesetChange("condition_added", where, new=part) for part in come)


def _parts(condition: Condition) -> tuple[Condition, ...]:
    return condition.conditions if isinstance(condition, AllOf) else (condition,)


def _same_question(one: Condition, other: Condition) -> bool:
    return isinstance(one, Test) and isinstance(other, Test) and one.fact == other.fact


def _actions(old: Rule, new: Rule) -> Iterator[RulesetChange]:
    before = {action.kind: action for action in old.then}
    after = {action.kind: action for action in new.then}
    for kind, action in before.items():
        if kind not in after:
            yield RulesetChange("action_removed", new.id, kind, old=action)
    for kind, action in after.items():
        if kind in before:
            yield from _settings(new.id, before[kind], action)
        else:
            yield RulesetChange("action_added", new.id, kind, new=action)


def _settings(where: str, old: ActionSpec, new: ActionSpec) -> Iterator[RulesetChange]:
    for name in dict.fromkeys((*old.params, *new.params)):
        if old.params.get(name) != new.params.get(name):
            yield RulesetChange("setting", where, f"{new.kind}.{name}", old.params.get(name), new.params.get(name))


def _guard(old: Guard, new: Guard) -> Iterator[RulesetChange]:
    if _reach(old) != _reach(new):
        yield RulesetChange("guard_effect", new.id, old=old, new=new)
    yield from _conditions(new.id, old.when, new.when)
    if old.because != new.because:
        yield RulesetChange("because", new.id, old=old.because, new=new.because)


def _reach(guard: Guard) -> tuple[object, ...]:
    return guard.subjects, guard.kinds, guard.effect, guard.until
