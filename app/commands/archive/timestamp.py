"""monitum archive timestamp: an authority's word for when the log was as it is."""

from __future__ import annotations

from pathlib import Path

import click

from app.commands.output import as_json, print_json
from app.installation.system import System
from app.usecases.archive.anchors import timestamp_log


@click.command("timestamp")
@click.option("--tsa", required=True, metavar="URL", help="The time-stamping authority (RFC 3161 over HTTP).")
@click.option(
    "--ca",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="Its root certificate (PEM), to be trusted from now on; needed the first time.",
)
@as_json
def timestamp(tsa: str, ca: Path | None, json_output: bool) -> None:
    """Have the newest checkpoint time-stamped and keep the answer; 'archive verify' checks it ever after.

    Only the checkpoint's hash leaves. Run it daily: whatever the log held by then cannot be forged later without the
    authority.
    """
    system = System.from_environment()
    done = timestamp_log(system.records.anchors, system.records.archive, tsa, ca.read_bytes() if ca else None)
    if json_output:
        print_json({"size": done.size, "tsa": done.tsa, "at": done.at})
    else:
        click.echo(f"The checkpoint of {done.size} entries was there on {done.at:%Y-%m-%d %H:%M:%S} UTC, says {tsa}.")
