"""Findings about the books at the command line: what somebody should mend, though nothing waits for it."""

from __future__ import annotations

from collections.abc import Sequence

import click

from app.commands.output import print_table
from engine.facts.findings import ADVICE, Finding

#: As many as are listed; JSON has all.
_LISTED = 50


def show(findings: Sequence[Finding]) -> None:
    """The findings as a table, and what mends them."""
    if not findings:
        return
    more = f", the first {_LISTED} of them" if len(findings) > _LISTED else ""
    print_table(
        ("source", "file", "line#", "column", "value", "reason", "customer"),
        [
            (one.source, one.file, one.line, one.column, one.value, one.reason, one.customer)
            for one in findings[:_LISTED]
        ],
        title=f"Findings: {len(findings)}{more}",
    )
    for code in sorted({one.code for one in findings}):
        click.echo(f"{code}: {ADVICE[code]['en']}")
