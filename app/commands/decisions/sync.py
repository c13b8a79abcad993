"""monitum sync: mirror the books."""

from __future__ import annotations

from dataclasses import asdict

import click
from sqlalchemy import text

from adapters.database.mirror.sync import SyncReport, sync
from app.commands.output import as_json, print_json, print_table, progress
from app.installation.system import System
from archive.entries.entry import NewEntry
from engine.errors import NotFound


@click.command("sync")
@click.option("--source", help="Only this source; all configured ones if not given.")
@click.option("--accept-shrinkage", is_flag=True, help="Import although more than half of a table's facts vanished.")
@as_json
def command(source: str | None, accept_shrinkage: bool, json_output: bool) -> None:
    """Mirror customers, documents, open items, payments, holds and services from the F-K systems.

    Rows that cannot be read wait in the quarantine, shown here until they are fixed; the rest is imported. Exit code 1
    when rows are in quarantine.
    """
    system = System.from_environment()
    reports = [sync_source(system, name, accept_shrinkage=accept_shrinkage) for name in _names(system, source)]
    waiting = quarantine_of(system, [report.source for report in reports])
    if json_output:
        print_json({"sources": [asdict(report) for report in reports], "quarantine": waiting})
    else:
        _show(reports, waiting)
    if waiting:
        raise SystemExit(1)


def _names(system: System, source: str | None) -> list[str]:
    known = [finance.key for finance in system.books.finance_sources]
    if source is not None and source not in known:
        raise NotFound("source", source)
    return [source] if source else known


def sync_source(system: System, name: str, *, accept_shrinkage: bool = False) -> SyncReport:
    """Sync one source; when facts changed, the archive says so."""
    finance = next(finance for finance in system.books.finance_sources if finance.key == name)
    now = system.clock()
    with progress(f"sync {name}") as show:
        report = sync(
            system.engine, finance, now=now, accept_shrinkage=accept_shrinkage, append=system.archive.append,
            progress=lambda _table, done, total: show(done, total),
        )  # fmt: skip
    if report.wrote:
        counts = {table: asdict(table_counts) for table, table_counts in report.tables.items()}
        with system.engine.begin() as connection:
            system.archive.append(
                connection,
                [NewEntry(kind="source:synced", case=f"source:{name}", at=now, actor="monitum", role="connector",
                          public={"tables": counts, "quarantined": report.quarantined})],
            )  # fmt: skip
    if report.wrote or report.settled:
        system.archive.integrate()
    return report


def quarantine_of(system: System, sources: list[str]) -> list[dict[str, object]]:
    """Rows in quarantine, as plain data."""
    with system.engine.connect() as connection:
        rows = connection.execute(
            text('select source, file, line, "column", value, reason, first_seen from quarantine '
                 "where source = any(:sources) order by source, file, line"),
            {"sources": sources},
        ).mappings()  # fmt: skip
        return [dict(row) for row in rows]


def _show(reports: list[SyncReport], waiting: list[dict[str, object]]) -> None:
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
    if waiting:
        print_table(
            ("source", "file", "line#", "column", "value", "reason"),
            [(row["source"], row["file"], row["line"], row["column"], row["value"], row["reason"]) for row in waiting],
            title=f"Quarantine: {len(waiting)} problem(s). Fix them in the source and sync again.",
        )
