"""monitum witness: observing a log from another machine, with a key and a folder of its own."""

from __future__ import annotations

import os
import time
from pathlib import Path

import click

from app.commands.output import as_json, print_json
from app.installation.archive import TOKEN, cosigner, observed_log
from app.installation.clock import now
from app.usecases.archive.witness import observe_log
from archive.anchors.cosigner import Observation
from engine.errors import AdapterError


@click.command("witness")
@click.option("--log-key", "log_keys", multiple=True, metavar="VKEY", help="Public key of the log; kept for later.")
@click.option("--url", help=f"The log's API, as https://HOST; a key of scope 'auditor' in {TOKEN}.")
@click.option("--database", metavar="URL", help="The log's database, as a role that is a member of monitum_witness.")
@click.option("--folder", type=click.Path(path_type=Path, file_okay=False), help="Key and memory of the witness.")
@click.option("--name", default="monitum/witness", show_default=True, help="Name of the key that is made at first.")
@click.option("--once", is_flag=True, help="One look, then end.")
@click.option("--every", type=click.IntRange(1, 86_400), default=60, show_default=True, help="Seconds between looks.")
@as_json
def command(
    log_keys: tuple[str, ...],
    url: str | None,
    database: str | None,
    folder: Path | None,
    name: str,
    once: bool,
    every: int,
    json_output: bool,
) -> None:
    """Watch that the log only grows, and sign what was seen. Run it on another machine, under another account.

    The folder (var/witness by default) holds the witness's key, the newest checkpoint and all that was ever seen; keep
    it out of the log's backups. A log that was set back or that forked ends the command with exit code 1 and both
    checkpoints. With --database the signature is kept beside the checkpoint.
    """
    witness = cosigner(folder, name, log_keys)
    click.echo(f"witness {witness.signer.verifier.vkey}", err=True)
    log = observed_log(url, database, os.environ.get(TOKEN), witness.logs)
    while True:
        try:
            _tell(observe_log(witness, log, now()), json_output)
        except AdapterError as error:
            if once:
                raise
            click.echo(f"monitum: {error}", err=True)
        if once:
            return
        time.sleep(every)


def _tell(observed: Observation | None, json_output: bool) -> None:
    if json_output:
        data = (
            {"size": observed.checkpoint.size, "grew": observed.grew, "note": observed.note}
            if observed
            else {"size": 0}
        )
        print_json(data)
    elif observed is None:
        click.echo("The log is empty.")
    elif observed.grew:
        before = f", {observed.before.size} before" if observed.before else ", seen for the first time"
        click.echo(f"{observed.checkpoint.size} entries{before}: it only grew; signed.")
    else:
        click.echo(f"{observed.checkpoint.size} entries, as before.")
