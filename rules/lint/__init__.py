"""Lints: what a ruleset may say but hardly means. One file for each; a file dropped here takes part.

A lint module has SEVERITY ('error' stops submission, 'warning' does not) and
`findings(checked: Checked) -> Iterator[Found]`; its name is the name of the lint. Its docstring says what it is about
and shows, under `Bad:` and `Good:`, parts of a document: the first has this finding alone, the second has none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules
from textwrap import dedent
from types import ModuleType
from typing import Literal

from engine.actions import KINDS, ActionKind
from engine.ruleset.condition import tests
from engine.ruleset.model import ActionSpec, Guard, Rule, Ruleset
from rules.cases.runner import CaseResult
from rules.language.loader import Loaded
from rules.language.problems import Path, Problems, path_text

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Found:
    """What a lint found: a path of the document and a sentence that says what to do."""

    path: Path
    message: str


@dataclass(frozen=True, slots=True)
class LintFinding:
    """A lint's finding with its place in the file."""

    lint: str
    severity: Severity
    path: str
    line: int | None
    message: str

    def __str__(self) -> str:
        return f"{self.severity}: {self.message} [{self.lint}]"


@dataclass(frozen=True, slots=True)
class Described:
    """A lint for people. `bad` and `good`: YAML of parts of a document, `guards` those of the jurisdiction."""

    name: str
    severity: Severity
    text: str
    bad: str
    good: str


@dataclass(frozen=True, slots=True)
class Checked:
    """What lints look at: the loaded document and what its cases did."""

    loaded: Loaded
    results: Sequence[CaseResult]

    @property
    def ruleset(self) -> Ruleset:
        """The ruleset."""
        return self.loaded.ruleset

    def actions(self, trait: Callable[[ActionKind], object]) -> Iterator[tuple[int, Rule, ActionSpec]]:
        """Every action of a kind that has a trait, with its rule and the rule's position."""
        for index, rule in enumerate(self.ruleset.rules):
            for action in rule.then:
                if trait(KINDS[action.kind]):
                    yield index, rule, action


def guards_against(ruleset: Ruleset, kind: str, fact: str) -> tuple[Guard, ...]:
    """The guards that stop a kind of action and read a fact."""
    return tuple(
        guard
        for guard in ruleset.guards
        if (not guard.kinds or kind in guard.kinds) and any(test.fact == fact for test in tests(guard.when))
    )


def sent_stages(ruleset: Ruleset) -> dict[str, list[tuple[int, Rule]]]:
    """The rules that send each stage, with their positions, by stage in ladder order."""
    senders: dict[str, list[tuple[int, Rule]]] = {stage.name: [] for stage in ruleset.ladder.stages}
    for index, rule in enumerate(ruleset.rules):
        for action in rule.then:
            if action.stage in senders:
                senders[action.stage].append((index, rule))
    return senders


def lint_names() -> tuple[str, ...]:
    """The names of all lints."""
    return tuple(sorted(module.name for module in iter_modules(__path__)))


def described() -> tuple[Described, ...]:
    """Every lint by its docstring, in the order of their names."""
    return tuple(_described(name, _module(name)) for name in lint_names())


def _described(name: str, module: ModuleType) -> Described:
    text, _, examples = (module.__doc__ or "").partition("\n\nBad:\n")
    bad, _, good = examples.partition("\n\nGood:\n")
    return Described(name, module.SEVERITY, text, dedent(bad).rstrip(), dedent(good).rstrip())


def _module(name: str) -> ModuleType:
    return import_module(f"{__name__}.{name}")


def lint(checked: Checked) -> tuple[LintFinding, ...]:
    """What every lint finds, in the order of the document."""
    problems = Problems(checked.loaded.tree.file, checked.loaded.tree.lines)
    findings = [
        LintFinding(name, module.SEVERITY, path_text(found.path), problems.line(found.path), found.message)
        for name in lint_names()
        for module in [_module(name)]
        for found in module.findings(checked)
    ]
    return tuple(sorted(findings, key=lambda finding: (finding.line or 0, finding.lint, finding.path)))
