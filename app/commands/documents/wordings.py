"""monitum documents check: a company's own wordings, before they are used."""

from __future__ import annotations

from pathlib import Path

import click

from app.commands.output import as_json, print_json, print_table
from documents.layout.wording_check import check_wordings


@click.command("check")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@as_json
def check(folder: Path, json_output: bool) -> None:
    """Check a folder of own wordings, <kind>/wording.<language>.yaml, against the samples of their kinds.

    company.yaml names the folder under `wordings`. Exit code 1 when one will not do.
    """
    findings = check_wordings(folder)
    if json_output:
        print_json(
            [{"file": f.file, "ok": f.problem is None, "problem": f.problem, "field": f.field} for f in findings]
        )
    else:
        print_table(("file", "finding"), [(f.file, f.problem or "good") for f in findings])
    if any(finding.problem for finding in findings):
        raise SystemExit(1)
