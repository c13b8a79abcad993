"""The cases of a guards document: one action that nothing but the guards can stop, allowed or stopped by which."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from engine.actions import KINDS, ActionKind
from engine.decisions.evaluation import Evaluator
from engine.facts.catalogue import Scope
from engine.ruleset.condition import AllOf
from engine.ruleset.model import ActionSpec, Ladder, Rule, Ruleset, Stage
from rules.cases.runner import CaseResult, run_case
from rules.language.cases import STOPPED, Case, action_label, read_given
from rules.language.guards import LoadedGuards
from rules.language.problems import Path, Problems, did_you_mean

_PROBE: Final = "probe"
ALLOWED: Final = "allowed"


def run_guard_cases(loaded: LoadedGuards, *, confirm: bool = True) -> list[CaseResult]:
    """Run every case of a guards document, in order. Raises RulesetInvalid when one cannot be read."""
    evaluators: dict[str, Evaluator] = {}
    results = []
    for case, probe in read_guard_cases(loaded):
        if probe.version not in evaluators:
            evaluators[probe.version] = Evaluator(probe, confirm=confirm)
        results.append(run_case(case, probe, evaluators[probe.version]))
    return results


def read_guard_cases(loaded: LoadedGuards) -> list[tuple[Case, Ruleset]]:
    """The cases of a guards document, each with the ruleset that puts its action to the guards.

    Raises RulesetInvalid with every problem found.
    """
    problems = Problems(loaded.tree.file, loaded.tree.lines)
    reader = _Reader(loaded, problems)
    cases = [reader.read(raw, ("cases", index)) for index, raw in enumerate(loaded.cases)]
    problems.raise_any()
    return [pair for pair in cases if pair is not None]


class _Reader:
    """Reads guard cases into ordinary cases of rulesets with one rule that always matches."""

    def __init__(self, loaded: LoadedGuards, problems: Problems) -> None:
        self._loaded = loaded
        self._problems = problems
        self._stoppers = {
            f"{'forbidden' if guard.effect == 'forbid' else 'deferred'}: {guard.id}" for guard in loaded.guards
        }

    def read(self, raw: Mapping[str, Any], path: Path) -> tuple[Case, Ruleset] | None:
        """The case and the ruleset it runs with; None, with a problem noted, when its action makes no sense."""
        kind, subject = KINDS.get(raw["action"]), raw["for_"]
        if kind is None or subject not in kind.subjects:
            usable = [name for name, known in KINDS.items() if subject in known.subjects]
            self._problems.add(
                (*path, "action"),
                f"There is no action '{raw['action']}' for: {subject}.",
                did_you_mean(raw["action"], usable),
            )
            return None
        action = _bare(kind)
        given = read_given(raw["given"], subject, self._loaded.cases_currency, (*path, "given"), self._problems)
        label = self._expected(raw["expect"], (*path, "expect"))
        expect = action_label(action) if label == ALLOWED else label
        case = Case(raw["name"], subject, given, (expect,), {}, self._problems.line(path))
        return case, _probe(self._loaded, action, subject)

    def _expected(self, raw: Any, path: Path) -> str:
        if raw == ALLOWED:
            return ALLOWED
        label = ""
        if isinstance(raw, dict) and len(raw) == 1:
            ((word, guard),) = raw.items()
            label = f"{word}: {guard}"
        if label not in self._stoppers:
            self._problems.add(
                path,
                f"Expected is {ALLOWED}, or {' or '.join(STOPPED)} with the guard that does it.",
                did_you_mean(label, sorted(self._stoppers)),
            )
        return label


def _bare(kind: ActionKind) -> ActionSpec:
    """The action with nothing but what it must have."""
    defaults = {name: each.default for name, each in kind.parameters.items() if each.default is not None}
    needed = {
        name: each.choices[:1] if each.type == "list" else _PROBE
        for name, each in kind.parameters.items()
        if each.required
    }
    return ActionSpec(kind.name, {**defaults, **needed})


def _probe(loaded: LoadedGuards, action: ActionSpec, subject: Scope) -> Ruleset:
    rule = Rule(f"{_PROBE}.{action.kind}", subject, AllOf(()), (action,))
    return Ruleset(
        id=_PROBE,
        version=f"{_PROBE}:{subject}:{action.kind}",
        title={"pl": _PROBE, "en": _PROBE},
        ledger_currency=loaded.cases_currency,
        jurisdiction=loaded.jurisdiction,
        ladder=Ladder((Stage(_PROBE),)),
        rules=(rule,),
        guards=loaded.guards,
    )
