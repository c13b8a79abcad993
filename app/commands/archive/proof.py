"""monitum archive proof: one entry with the proof that it is in the signed log."""

from __future__ import annotations

from base64 import b64encode

import click

from app.commands.output import as_json, print_json
from app.installation.system import System


@click.command("proof")
@click.argument("entry", type=int)
@as_json
def proof(entry: int, json_output: bool) -> None:
    """Print the proof of ENTRY as text (C2SP tlog-proof). Check it anywhere: python3 verify.py --proof FILE

    The personal part of the entry stays encrypted in it.
    """
    found = System.from_environment().records.audit.proof(entry)
    if json_output:
        print_json(
            {
                "entry": entry,
                "leaf": found.seq,
                "body": b64encode(found.body).decode(),
                "hashes": [value.hex() for value in found.hashes],
                "checkpoint": found.checkpoint,
            }
        )
    else:
        click.echo(found.text, nl=False)
