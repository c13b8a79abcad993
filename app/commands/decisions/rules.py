"""monitum rules: read, check and change what decides."""

from __future__ import annotations

import getpass
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import click

from app.commands.output import DAY, as_json, print_json, print_table
from app.installation.system import System
from app.usecases import rulesets
from app.usecases.rulesets import differences, import_text, version_of
from engine.errors import InvalidInput
from engine.ruleset.versions import RulesetVersion, Status
from rules.language.packs import GUARDS_FILE
from rules.sentences.catalogue_page import catalogue_page
from rules.sentences.rule import sentences
from rules.sentences.words import Language
from rules.versions.check import Report, check, check_guards
from rules.versions.lint_page import lint_page


@click.group("rules")
def command() -> None:
    """Rulesets: versions, checks, approval."""


def _me() -> str:
    return getpass.getuser()


def read(path: Path) -> str:
    """The text of a file. Raises InvalidInput naming the file."""
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise InvalidInput(f"{path}: not UTF-8 text.") from error
    except OSError as error:
        raise InvalidInput(f"{path}: {error.strerror}.") from error


_language = click.option("--language", type=click.Choice(["pl", "en"]), default="en", show_default=True)
_by = click.option("--by", default=_me, help="Who does it; the login name if not given.")


@command.command("check")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@as_json
def check_(paths: tuple[Path, ...], json_output: bool) -> None:
    """Check files or folders of rulesets and guards: problems, cases, lints. Exit code 1 when one is not green."""
    reports = [_check(path) for path in _documents(paths)]
    if json_output:
        print_json([_plain(report) for report in reports])
    else:
        for report in reports:
            _show_report(report)
        print_table(
            ("file", "problems#", "cases#", "red#", "findings#", ""),
            [
                (r.file, len(r.problems), len(r.cases), len(r.red), len(r.findings), "ok" if r.green else "NOT GREEN")
                for r in reports
            ],
        )
    if not all(report.green for report in reports):
        raise SystemExit(1)


def _documents(paths: tuple[Path, ...]) -> Iterator[Path]:
    """Files as given; in folders, everything that says it is a ruleset or guards."""
    for path in paths:
        if path.is_file():
            yield path
            continue
        for found in sorted(path.rglob("*.yaml")):
            if found.name == GUARDS_FILE or any(line.startswith("ruleset:") for line in read(found).splitlines()):
                yield found


def _check(path: Path) -> Report:
    text = read(path)
    return check_guards(text, str(path)) if path.name == GUARDS_FILE else check(text, str(path))


def _plain(report: Report) -> dict[str, object]:
    return {
        "file": report.file,
        "version": report.version,
        "green": report.green,
        "problems": [str(problem) for problem in report.problems],
        "cases": [
            {"name": case.name, "green": case.green, "expected": list(case.expected), "got": list(case.got)}
            for case in report.cases
        ],
        "findings": [
            {"lint": finding.lint, "severity": finding.severity, "message": str(finding)} for finding in report.findings
        ],
    }


def _show_report(report: Report) -> None:
    for problem in report.problems:
        click.echo(str(problem), err=True)
    for case in report.red:
        click.echo(
            f"{report.file}:{case.line}: case '{case.name}' expected {list(case.expected)}, got {list(case.got)}",
            err=True,
        )
    for finding in report.findings:
        click.echo(f"{report.file}: {finding}", err=True)


@command.command("list")
@click.option("--status", type=click.Choice(["draft", "submitted", "approved", "withdrawn"]))
@click.option("--effective-on", type=DAY, help="Only versions that decide on this day.")
@as_json
def list_(status: Status | None, effective_on: date | None, json_output: bool) -> None:
    """Versions with their state, author and approver."""
    found = System.from_environment().rules.rulesets.search(status=status, effective_on=effective_on, limit=1000)
    if json_output:
        print_json([_version(version) for version in found])
        return
    print_table(
        ("ruleset", "number#", "status", "content", "author", "approver", "from", "to"),
        [
            (
                v.ruleset,
                v.number,
                v.status,
                (v.version or "")[:12],
                v.author,
                v.approver,
                v.effective_from,
                v.effective_to,
            )
            for v in found
        ],
    )


def _version(version: RulesetVersion) -> dict[str, object]:
    return {name: getattr(version, name) for name in (
        "ruleset", "number", "status", "version", "author", "submitted_by", "approver", "reason", "effective_from",
        "effective_to", "edition", "created_at", "approved_at")}  # fmt: skip


@command.command("show")
@click.argument("ruleset")
@click.option("--number", type=int, help="Version number; the newest if not given.")
@_language
@as_json
def show(ruleset: str, number: int | None, language: Language, json_output: bool) -> None:
    """A version's rules and guards as sentences."""
    system = System.from_environment()
    version = version_of(system.rules.library, ruleset, number)
    told = sentences(system.rules.library.ruleset(version), language)
    if json_output:
        print_json({**_version(version), "sentences": told})
        return
    click.echo(f"{version.ruleset} version {version.number}, {version.status}")
    print_table(("rule", "what it says"), told.items())


@command.command("diff")
@click.argument("ruleset")
@click.argument("old", type=int)
@click.argument("new", type=int)
@_language
@as_json
def diff_(ruleset: str, old: int, new: int, language: Language, json_output: bool) -> None:
    """What differs in meaning between two versions."""
    said = differences(System.from_environment().rules.library, ruleset, old, new, language)
    if json_output:
        print_json(said)
    else:
        click.echo("\n".join(said) or "No difference in meaning.")


@command.command("export")
@click.argument("ruleset")
@click.option("--number", type=int, help="Version number; the newest if not given.")
def export(ruleset: str, number: int | None) -> None:
    """The text of a version, as written."""
    click.echo(version_of(System.from_environment().rules.library, ruleset, number).body, nl=False)


@command.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--reason", help="Why; kept with the version.")
@_by
def import_(file: Path, reason: str | None, by: str) -> None:
    """Store a file as a new draft, or as the new text of the draft there is."""
    system = System.from_environment()
    stored = import_text(
        system.rules.library, system.records.archive, read(file), file=str(file), actor=by, reason=reason
    )
    name, number = stored.ruleset, stored.number
    click.echo(f"{name} version {number} is a draft. Next: monitum rules submit {name} {number}")


@command.command("submit")
@click.argument("ruleset")
@click.argument("number", type=int)
@_by
def submit(ruleset: str, number: int, by: str) -> None:
    """Freeze a draft for approval; its cases must be green."""
    system = System.from_environment()
    version = rulesets.submit(system.rules.library, system.records.archive, ruleset, number, actor=by)
    click.echo(f"{ruleset} version {number} submitted as {version.version}. Another person may approve it.")


@command.command("approve")
@click.argument("ruleset")
@click.argument("number", type=int)
@click.option("--from", "effective_from", type=DAY, required=True, help="First day on which it decides.")
@_by
def approve(ruleset: str, number: int, effective_from: date, by: str) -> None:
    """Let a submitted version decide from a day on. The author of a version cannot approve it."""
    system = System.from_environment()
    rulesets.approve(
        system.rules.library, system.records.archive, ruleset, number, actor=by, effective_from=effective_from
    )
    click.echo(f"{ruleset} version {number} decides from {effective_from}.")


@command.command("withdraw")
@click.argument("ruleset")
@click.argument("number", type=int)
@click.option("--reason", required=True)
@_by
def withdraw(ruleset: str, number: int, reason: str, by: str) -> None:
    """Give a version up; an effective one ends today."""
    system = System.from_environment()
    rulesets.withdraw(system.rules.library, system.records.archive, ruleset, number, actor=by, reason=reason)
    click.echo(f"{ruleset} version {number} withdrawn.")


@command.command("facts")
@_language
def facts(language: Language) -> None:
    """The fact catalogue, as a Markdown page: what a rule may ask."""
    click.echo(catalogue_page(language), nl=False)


@command.command("lints")
def lints() -> None:
    """What `rules check` finds besides mistakes, as a Markdown page with a bad and a good example of each."""
    click.echo(lint_page(), nl=False)
