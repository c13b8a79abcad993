"""Everything that can be said about a document before it decides anything: problems, cases, lints."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.errors import RuleProblem, RulesetInvalid
from rules.cases.absences import unshown_absences
from rules.cases.edges import untested_edges
from rules.cases.guard_cases import read_guard_cases, run_guard_cases
from rules.cases.runner import CaseResult, facts_of_case, run_cases
from rules.language.guards import LoadedGuards, load_guards_document
from rules.language.loader import load_document
from rules.language.problems import Path, path_text
from rules.lint import Checked, LintFinding, lint


@dataclass(frozen=True, slots=True)
class Report:
    """What was found. `version`: the content hash, None when the document cannot be loaded or is a guards document.

    With problems there are neither case results nor findings: nothing could run.
    """

    file: str
    version: str | None = None
    problems: tuple[RuleProblem, ...] = ()
    cases: tuple[CaseResult, ...] = ()
    findings: tuple[LintFinding, ...] = ()

    @property
    def red(self) -> tuple[CaseResult, ...]:
        """The cases that failed."""
        return tuple(case for case in self.cases if not case.green)

    @property
    def errors(self) -> tuple[LintFinding, ...]:
        """The findings that stop submission."""
        return tuple(finding for finding in self.findings if finding.severity == "error")

    @property
    def green(self) -> bool:
        """True when the document may be submitted: no problem, no red case, no error among the findings."""
        return not (self.problems or self.red or self.errors)


def check(text: str, file: str = "", *, guards: str | None = None, confirm: bool = True) -> Report:
    """Check a ruleset document. file: named in problems. guards: as load_ruleset. confirm: durable-rules decides too.

    A wrong document is a report, not an error.
    """
    try:
        loaded = load_document(text, file=file, guards=guards)
        results = tuple(run_cases(loaded, confirm=confirm))
    except RulesetInvalid as error:
        return Report(file, problems=error.problems)
    return Report(file, loaded.ruleset.version, cases=results, findings=lint(Checked(loaded, results)))


def check_guards(text: str, file: str = "", *, confirm: bool = True) -> Report:
    """Check a guards document: its problems, its cases, and whether they show each guard at its edges and without
    the facts that it denies."""
    try:
        loaded = load_guards_document(text, file=file)
        results = tuple(run_guard_cases(loaded, confirm=confirm))
    except RulesetInvalid as error:
        return Report(file, problems=error.problems)
    return Report(file, cases=results, findings=tuple(_guard_findings(loaded, results)))


def _guard_findings(loaded: LoadedGuards, results: tuple[CaseResult, ...]) -> Iterator[LintFinding]:
    shown = {guard for result in results for guard in result.guards}
    seen = [facts for case, probe in read_guard_cases(loaded) for facts in facts_of_case(case, probe)]
    for index, guard in enumerate(loaded.guards):
        path: Path = ("guards", index)
        line = loaded.tree.lines.get(path)
        if guard.id not in shown:
            message = f"'{guard.id}' stops nothing in any case; write one in which it does."
            yield LintFinding("guard_without_case", "error", path_text(path), line, message)
        for edge in untested_edges(guard.when, seen, loaded.cases_currency):
            yield LintFinding("untested_edge", "warning", path_text(path), line, f"'{guard.id}': no case has {edge}.")
        for absence in unshown_absences(guard.when, seen):
            message = f"'{guard.id}': {absence.advice}"
            yield LintFinding("untested_absence", "warning", path_text(path), line, message)
