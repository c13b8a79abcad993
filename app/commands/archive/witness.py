"""monitum witness: somebody else's eyes on the log, with a key and a folder of his own."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Final

import click

from adapters.database.archive.anchors.witnessed_log import DatabaseLog
from adapters.database.archive.errors import house_errors
from adapters.database.connection import connect
from adapters.witness.http_log import HttpLog
from app.commands.output import as_json, print_json
from app.installation.clock import now
from app.installation.settings import Settings
from archive.anchors.cosigner import Cosigner, Observation
from archive.log.note import Verifier
from engine.errors import AdapterError, InvalidInput

TOKEN: Final = "MONITUM_WITNESS_TOKEN"  # noqa: S105  the name of a variable


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
    log_keys: tuple[str, ...], url: str | None, database: str | None, folder: Path | None, name: str, once: bool,
    every: int, json_output: bool,
) -> None:  # fmt: skip
    """Watch that the log only grows, and sign what was seen. Run it on another machine, as somebody else.

    The folder (var/witness by default) holds the witness's key, the newest checkpoint and all that was ever seen; keep
    it out of the log's backups. A log that was set back or that forked ends the command with exit code 1 and both
    checkpoints. With --database the signature is kept beside the checkpoint.
    """
    with house_errors():
        witness = Cosigner(
            folder or Settings.from_environment().home / "witness", name=name, logs=list(map(Verifier.parse, log_keys))
        )
    click.echo(f"witness {witness.signer.verifier.vkey}", err=True)
    log = _log(url, database, witness)
    while True:
        try:
            _tell(_look(witness, log), json_output)
        except AdapterError as error:
            if once:
                raise
            click.echo(f"monitum: {error}", err=True)
        if once:
            return
        time.sleep(every)


def _log(url: str | None, database: str | None, witness: Cosigner) -> HttpLog | DatabaseLog:
    if (url is None) == (database is None):
        raise InvalidInput("Say where the log is: either --url or --database.", field="url")
    if database is not None:
        return DatabaseLog(connect(database), witness.logs)
    token = os.environ.get(TOKEN)
    if not token:
        raise InvalidInput(f"Put a key of scope 'auditor' into {TOKEN}; monitum keys create makes one.", field=TOKEN)
    return HttpLog(str(url), token)


def _look(witness: Cosigner, log: HttpLog | DatabaseLog) -> Observation | None:
    with house_errors():
        observed = witness.observe(log.newest(), log.consistency, now())
    if observed is not None and isinstance(log, DatabaseLog):
        log.deliver(observed.note, witness.signer.name)
    return observed


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
