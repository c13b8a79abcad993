"""What ships: every pack and sample ruleset is green, and its cases notice any threshold moved by one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from documents.catalogue import kind_of
from engine.decisions.evaluation import Evaluator
from engine.errors import NotFound
from engine.ruleset.condition import ORDERING, AllOf, AnyOf, Condition, Not, Test
from rules.cases.guard_cases import run_guard_cases
from rules.cases.runner import run_case
from rules.language.cases import STOPPED
from rules.language.guards import load_guards_document
from rules.language.loader import Loaded, load_document
from rules.language.packs import pack, packs
from rules.versions.check import check, check_guards

_ROOT = Path(__file__).parents[3]
_SAMPLES = sorted((_ROOT / "adapters" / "finance" / "csv_folder" / "samples").glob("*/ruleset.yaml"))
RULESETS = [path for found in packs() for path in found.rulesets] + _SAMPLES
GUARDS = [found.guards for found in packs()]


def _named(path: Path) -> str:
    return f"{path.parent.name}-{path.stem}"


def test_both_packs_ship_with_a_ruleset_for_businesses_and_one_for_consumers() -> None:
    assert {found.name: [path.stem for path in found.rulesets] for found in packs()} == {
        "eu": ["b2b", "consumer"],
        "pl": ["b2b", "consumer"],
    }
    assert [path.parent.name for path in _SAMPLES] == ["ibm"]


def test_an_unknown_pack_is_not_found() -> None:
    with pytest.raises(NotFound, match="jurisdiction pack 'xx'"):
        pack("xx")


@pytest.mark.parametrize("path", RULESETS, ids=_named)
def test_shipped_ruleset_is_green_by_both_evaluators_without_a_finding(path: Path) -> None:
    report = check(path.read_text(encoding="utf-8"), str(path))
    assert report.problems == ()
    assert [(case.name, case.expected, case.got) for case in report.red] == []
    assert report.findings == ()
    assert report.cases


@pytest.mark.parametrize("path", GUARDS, ids=_named)
def test_shipped_guards_are_green_by_both_evaluators_without_a_finding(path: Path) -> None:
    report = check_guards(path.read_text(encoding="utf-8"), str(path))
    assert report.problems == ()
    assert [(case.name, case.expected, case.got) for case in report.red] == []
    assert report.findings == ()


@pytest.mark.parametrize("path", RULESETS, ids=_named)
def test_every_wording_of_a_shipped_rule_is_a_document_for_its_reader(path: Path) -> None:
    readers = {"remind": "customer", "notify": "staff"}
    for rule in load_document(path.read_text(encoding="utf-8")).ruleset.rules:
        for action in rule.then:
            if action.kind in readers:
                assert kind_of(str(action.params["wording"])).audience == readers[action.kind]


def _shifted(test: Test) -> Iterator[Test]:
    """The comparison with a bound moved by one."""
    if test.operator not in ORDERING:
        return
    for step in (-1, 1):
        if isinstance(test.value, tuple):
            low, high = (int(value) for value in test.value)
            yield replace(test, value=(low + step, high))
            yield replace(test, value=(low, high + step))
        else:
            yield replace(test, value=int(test.value or 0) + step)


def _mutants(condition: Condition) -> Iterator[Condition]:
    """The condition with one bound moved by one, or with one part left out."""
    if isinstance(condition, Test):
        yield from _shifted(condition)
        return
    if isinstance(condition, Not):
        yield from (Not(inner) for inner in _mutants(condition.condition))
        return
    kind = AllOf if isinstance(condition, AllOf) else AnyOf
    parts = condition.conditions
    for place, part in enumerate(parts):
        # the engine itself suspends nobody twice and reinstates nobody who runs; the rule says it for its readers
        if not (isinstance(part, Test) and part.fact == "suspended"):
            yield kind(parts[:place] + parts[place + 1 :])
        yield from (kind((*parts[:place], mutant, *parts[place + 1 :])) for mutant in _mutants(part))


def _greens(loaded: Loaded) -> set[str]:
    """Names of the cases that are green by the rules alone, without any guard."""
    bare = replace(loaded.ruleset, guards=())
    evaluator = Evaluator(bare, confirm=False)
    own = [case for case in loaded.cases if not any(label.startswith(STOPPED) for label in case.expect)]
    return {case.name for case in own if run_case(case, bare, evaluator).green}


@pytest.mark.parametrize("path", RULESETS, ids=_named)
def test_cases_notice_every_moved_bound_and_every_missing_condition(path: Path) -> None:
    loaded = load_document(path.read_text(encoding="utf-8"))
    greens = _greens(loaded)
    unnoticed = []
    for place, rule in enumerate(loaded.ruleset.rules):
        for mutant in _mutants(rule.when):
            rules = (*loaded.ruleset.rules[:place], replace(rule, when=mutant), *loaded.ruleset.rules[place + 1 :])
            if greens <= _greens(replace(loaded, ruleset=replace(loaded.ruleset, rules=rules))):
                unnoticed.append((rule.id, mutant))
    assert unnoticed == []


@pytest.mark.parametrize("path", GUARDS, ids=_named)
def test_cases_notice_every_moved_bound_and_every_missing_condition_of_guards(path: Path) -> None:
    loaded = load_guards_document(path.read_text(encoding="utf-8"))
    unnoticed = []
    for place, guard in enumerate(loaded.guards):
        for mutant in _mutants(guard.when):
            guards = (*loaded.guards[:place], replace(guard, when=mutant), *loaded.guards[place + 1 :])
            if all(result.green for result in run_guard_cases(replace(loaded, guards=guards), confirm=False)):
                unnoticed.append((guard.id, mutant))
    assert unnoticed == []
