"""monitum sync: mirror the books."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

import click

from app.commands.decisions.findings import show as show_findings
from app.commands.output import as_json, print_failures, print_json, print_table, progress
from app.installation.system import System
from app.usecases.sync import age_told, for_each, sources_of, sync_source
from engine.execution.reports import Quarantined, SyncReport


@click.command("sync")
@click.option("--source", help="Only this source; all configured ones if not given.")
@click.option("--accept-shrinkage", is_flag=True, help="Import although more than half of a table's facts vanished.")
@as_json
def command(source: str | None, accept_shrinkage: bool, json_output: bool) -> None:
    """Mirror customers, documents, open items, payments, holds and services from the F-K systems.

    Rows that cannot be read wait in the quarantine, shown here until they are fixed; the rest is imported. Findings,
    such as an e-mail address that is none, are shown until they are mended, and keep nothing waiting. A source
    that cannot be read at all is named and does not keep the others waiting. Exit code 1 when rows are in quarantine,
    books are in doubt (monitum doubts says whose) or a source was not read.
    """
    system = System.from_environment()
    mirror = system.books.mirror

    def sync(name: str) -> SyncReport:
        with progress(f"sync {name}") as bar:
            return sync_source(
                mirror,
                system.records.archive,
                name,
                now=system.clock(),
                accept_shrinkage=accept_shrinkage,
                progress=bar,
            )

    reports, failed = for_each(sources_of(mirror, source), sync)
    waiting = mirror.quarantined([report.source for report in reports])
    found = mirror.findings([report.source for report in reports])
    states = {state.key: state for state in system.books.facts.sources()}
    if json_output:
        print_json(
            {
                "sources": [{**asdict(report), **states[report.source].age} for report in reports],
                "quarantine": [asdict(problem) for problem in waiting],
                "findings": [one.as_json() for one in found],
                "failed": [{"source": name, "code": error.code, "error": str(error)} for name, error in failed.items()],
            }
        )
    else:
        _show(reports, waiting)
        show_findings(found)
        for report in reports:
            click.echo(f"{report.source}: {age_told(states[report.source], system.clock())}.")
    for report in reports:
        for what in report.ahead:
            click.echo(f"monitum: {report.source}: {what}, which is yet to come: set the clocks right", err=True)
    print_failures(failed)
    if waiting or failed or any(report.in_doubt or report.ahead for report in reports):
        raise SystemExit(1)


def _show(reports: Sequence[SyncReport], waiting: Sequence[Quarantined]) -> None:
    columns = ("source", "table", "read#", "added#", "changed#", "closed#", "ended#", "unchanged#")
    print_table(
        columns,
        [
            (report.source, table, c.read, c.added, c.changed, c.closed, c.ended, c.unchanged)
            for report in reports
            for table, c in report.tables.items()
        ],
    )
    for report in reports:
        if report.skipped_unchanged:
            click.echo(f"{report.source}: the files have not changed since the last sync; nothing to do.")
        if report.retried:
            click.echo(f"{report.source}: {report.retried} message(s) that were stuck are tried again.")
        if report.in_doubt:
            whom = "every customer" if report.all_in_doubt else f"{report.in_doubt} customer(s)"
            click.echo(f"{report.source}: books in doubt of {whom}; nothing adverse is done. Why: monitum doubts")
    if waiting:
        print_table(
            ("source", "file", "line#", "column", "value", "reason", "customer"),
            [(one.source, one.file, one.line, one.column, one.value, one.reason, one.customer) for one in waiting],
            title=f"Quarantine: {len(waiting)} problem(s). Fix them in the source and sync again.",
        )
