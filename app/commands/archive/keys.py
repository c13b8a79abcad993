"""monitum archive keys: what signs the log and wraps the keys of subjects, over the years."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from app.commands.output import as_json, print_json, print_table
from app.installation.system import System
from app.usecases.archive.anchors import keep_cosignature

_which = click.option(
    "--key",
    "which",
    type=click.Choice(["log", "kek"]),
    default="log",
    show_default=True,
    help="The key that signs the log, or the one that wraps the keys of subjects.",
)
_by = click.option("--by", required=True, help="Who does it; kept in the archive.")


@click.group("keys")
def keys() -> None:
    """Keys of the archive. Their folder is MONITUM_HOME/keys: back it up apart from the database."""


@keys.command("list")
@as_json
def list_(json_output: bool) -> None:
    """Public keys of the log and of its witnesses, and on which sizes of the log each counts."""
    ring = System.from_environment().records.keys
    rows = [(key.vkey, key.first, key.last, "signs" if key.last is None else "ended") for key in ring.verifiers]
    rows += [(witness.vkey, 0, None, "witness") for witness in ring.witnesses]
    names = ("key", "from", "until", "state")
    if json_output:
        print_json([dict(zip(names, row, strict=True)) for row in rows])
    else:
        print_table(("key", "from#", "until#", "state"), rows)


@keys.command("rotate")
@_which
@_by
def rotate(which: str, by: str) -> None:
    """Make a new key that works beside the old one, until 'retire'.

    A log key signs from the next checkpoint on, and the old one too, so that the log verifies with either:
    give the new one to auditors and witnesses, then retire the old one. A key-encryption key wraps all keys of subjects
    anew, as the administrator of the database (MONITUM_ADMIN_DATABASE_URL).
    """
    system = System.from_environment()
    life = system.records.key_life(by)
    if which == "kek":
        click.echo(f"{life.rotate_kek(system.database.administrator())} keys wrapped anew.")
    else:
        click.echo(life.rotate().vkey)
    click.echo(f"Then: monitum archive keys retire --key {which} --by WHO", err=True)


@keys.command("retire")
@_which
@_by
def retire(which: str, by: str) -> None:
    """End the overlap: the old key works no more and its secret is removed. Back up the folder before."""
    system = System.from_environment()
    life = system.records.key_life(by)
    if which == "kek":
        click.echo(f"{life.retire_kek(system.database.administrator())} keys wrapped by the new key alone.")
    else:
        click.echo(f"{life.retire().vkey} signs alone.")


@keys.command("restart")
@_by
@click.option("--reason", required=True, help="What was lost and why; kept in the archive.")
def restart(by: str, reason: str) -> None:
    """Go on under a new name when entries that were signed are lost for good.

    Only after a restore that is behind what was signed. The old name signs nothing more, because it may never
    contradict itself; what it signed last is set aside beside the keys and named in the archive. Witnesses must be told
    the new key.
    """
    system = System.from_environment()
    click.echo(system.records.key_life(by).restart(reason).vkey)


@keys.command("trust")
@click.argument("vkey")
def trust(vkey: str) -> None:
    """Count the cosignatures of a witness, by the public key that 'monitum witness' prints."""
    system = System.from_environment()
    click.echo(f"{system.records.anchors.trust_witness(vkey)} is a witness of this log.")


@click.command("cosign")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True, allow_dash=True))
def cosign(file: Path) -> None:
    """Keep a witness's signature: FILE is the note from its folder ('-': standard input)."""
    system = System.from_environment()
    note = sys.stdin.read() if str(file) == "-" else file.read_text("utf-8")
    keep_cosignature(system.records.anchors, system.records.archive, note)
    click.echo("Kept.")
