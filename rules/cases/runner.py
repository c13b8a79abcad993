"""Cases run through the engine: green, or red with the reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from engine.conditions.results import TestResult
from engine.decisions.evaluation import Evaluator, choose
from engine.decisions.model import Evaluation, Verdict
from engine.facts.case import CustomerCase
from engine.facts.history import NOTHING_DONE, History
from engine.facts.legal import Contact
from engine.ruleset.condition import FactValue
from engine.ruleset.model import Ruleset
from rules.cases.baseline import AS_OF, ITEM_KEY, customer_case, item_case
from rules.language.cases import STOPPED, Case, action_label
from rules.language.loader import Loaded, load_document
from rules.parameters.loading import known_law


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why one action of a rule came to nothing: its outcome, who stopped it, and the comparisons that failed."""

    rule: str
    action: str
    outcome: str
    by: str | None
    failed: tuple[TestResult, ...]


@dataclass(frozen=True, slots=True)
class CaseResult:
    """What became of a case.

    `expected` and `got`: labels (see Case.expect). `rules` decided, `guards` stopped something. Green when everything
    expected is got and no action was decided that is not expected; guards that also stopped something need no mention.
    `why` explains a red one.
    """

    name: str
    line: int | None
    expected: tuple[str, ...]
    got: tuple[str, ...]
    green: bool
    rules: tuple[str, ...] = ()
    guards: tuple[str, ...] = ()
    why: tuple[Explanation, ...] = ()


def run_cases(document: str | Loaded, *, confirm: bool = True) -> list[CaseResult]:
    """Run every case of a ruleset (YAML text or loaded), in order. confirm: durable-rules decides too.

    Raises RulesetInvalid for a text that cannot be loaded, Disagreement when the evaluators disagree.
    """
    loaded = load_document(document) if isinstance(document, str) else document
    evaluator = Evaluator(loaded.ruleset, confirm=confirm)
    return [run_case(case, loaded.ruleset, evaluator) for case in loaded.cases]


def run_case(case: Case, ruleset: Ruleset, evaluator: Evaluator) -> CaseResult:
    """Run one case. A ruleset that is not for the case's customer decides nothing."""
    built = case_of(case, ruleset)
    if choose([ruleset], built.facts, None) is None:
        return _result(case, None)
    return _result(case, evaluator.evaluate(built, explain=True))


def facts_of_case(case: Case, ruleset: Ruleset) -> list[Mapping[str, FactValue]]:
    """The facts that rules for the case's subject read."""
    built = case_of(case, ruleset)
    return [snapshot.facts for snapshot in (built.items if case.subject == "item" else (built.customer,))]


def case_of(case: Case, ruleset: Ruleset) -> CustomerCase:
    """The engine's case: the baseline with the given facts, and the history that `sent` tells."""
    law = known_law(ruleset.jurisdiction)
    if case.subject == "customer":
        return customer_case(case.given, ruleset, law)
    days = ((stage, AS_OF - timedelta(days=ago)) for stage, ago in case.sent.items())
    sent = tuple(sorted(days, key=lambda step: (step[1], ruleset.ladder.position(step[0]))))
    history = History({ITEM_KEY: sent}, [Contact(day) for _, day in sent]) if sent else NOTHING_DONE
    return item_case(case.given, ruleset, law, history)


def _result(case: Case, evaluation: Evaluation | None) -> CaseResult:
    decisions = evaluation.decisions if evaluation else ()
    decided = [made for made in decisions if all(verdict.subject == case.subject for verdict in made.verdicts)]
    others = [verdict for verdict in (evaluation.others if evaluation else ()) if verdict.subject == case.subject]
    stopped = [verdict for verdict in others if verdict.outcome in STOPPED]
    done = [action_label(made.action) for made in decided]
    got = tuple(dict.fromkeys([*done, *(f"{verdict.outcome}: {verdict.by}" for verdict in stopped)]))
    expected_actions = {label for label in case.expect if label.partition(":")[0] not in STOPPED}
    green = set(case.expect) <= set(got) and set(done) == expected_actions
    return CaseResult(
        name=case.name,
        line=case.line,
        expected=case.expect,
        got=got,
        green=green,
        rules=tuple(dict.fromkeys(rule for made in decided for rule in made.rules)),
        guards=tuple(dict.fromkeys(verdict.by for verdict in stopped if verdict.by)),
        why=() if green else tuple(_explained(verdict) for verdict in others),
    )


def _explained(verdict: Verdict) -> Explanation:
    failed = tuple(test for test in verdict.tests if not test.passed)
    return Explanation(verdict.rule, action_label(verdict.action), verdict.outcome, verdict.by, failed)
