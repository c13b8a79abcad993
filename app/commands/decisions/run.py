"""monitum run: decide a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import click

from app.commands.output import as_json, as_of_option, print_failures, print_json, print_table, progress
from app.installation.system import System
from app.usecases.decide import decide_day, synced_sources
from app.usecases.sync import for_each
from engine.execution.reports import RunReport


@click.command("run")
@as_of_option()
@click.option("--source", help="Only this source; all synced ones if not given.")
@click.option("--dry-run", is_flag=True, help="Decide and count, write and send nothing.")
@click.option("--full", is_flag=True, help="Every customer, also when a run of the day was finished before.")
@as_json
def command(as_of: date | None, source: str | None, dry_run: bool, full: bool, json_output: bool) -> None:
    """Decide for every customer what happens on a day, and write decisions, actions and archive entries.

    A run that was killed goes on where it stopped when the same command is given again. A second run of a finished day
    adds nothing but what follows from changes: it looks only at the customers with new rows since,
    as long as rules, rates, law, program and the age of the data say the same. Actions are carried out by the worker.
    Exit code 1 when the run would suspend unusually many: then its suspensions wait until two people approved them; and
    when a source could not be decided, which does not keep the others waiting.
    """
    system = System.from_environment()
    day = as_of or system.today()

    def decide(name: str) -> RunReport:
        with progress(f"run {name} {day}") as bar:
            return decide_day(system.rules.library, system.runs, name, day, dry_run=dry_run, full=full, progress=bar)

    reports, failed = for_each(synced_sources(system.books.facts, source), decide)
    if json_output:
        print_json([_plain(report) for report in reports])
    else:
        _show(reports)
    held = [f"{report.source}: {report.held}" for report in reports if report.held]
    if held:
        click.echo("\n".join([*held, "Look at them: monitum proposals list"]), err=True)
    print_failures(failed)
    if held or failed:
        raise SystemExit(1)


def _plain(report: RunReport) -> dict[str, object]:
    return {
        "run": report.run_id,
        "source": report.source,
        "as_of": report.as_of,
        "batches": report.batches,
        "resumed_batches": report.resumed,
        "counts": dict(report.counts),
        "held": report.held,
        "since_run": report.since_run,
    }


def _show(reports: Sequence[RunReport]) -> None:
    """Decisions per rule and the totals, as tables."""
    rules = [
        (report.source, name.removeprefix("rule:"), count)
        for report in reports
        for name, count in report.counts.items()
        if name.startswith("rule:")
    ]
    print_table(("source", "rule", "decisions#"), rules, title="Decisions by rule")
    print_table(
        ("source", "day", "customers#", "open items#", "new decisions#", "new actions#", "no rate#", "no ruleset#"),
        [
            (
                report.source,
                report.as_of,
                report.counts.get("customers", 0),
                report.counts.get("items", 0),
                "dry run" if report.run_id is None else report.counts.get("decisions", 0),
                "" if report.run_id is None else report.counts.get("actions", 0),
                report.counts.get("rate_missing", 0),
                report.counts.get("without_ruleset", 0),
            )
            for report in reports
        ],
    )
    for report in reports:
        if report.since_run is not None:
            click.echo(
                f"{report.source}: only the customers with new rows since run "
                f"{report.since_run}. For all customers: monitum run --full"
            )
