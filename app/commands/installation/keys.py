"""monitum keys: who may use the API."""

from __future__ import annotations

import click

from api.access.authorization import SCOPES
from app.commands.output import as_json, print_json, print_table
from app.installation.system import System
from app.usecases.api_keys import create_key, revoke_key


@click.group("keys")
def command() -> None:
    """API keys, stored as hashes."""


@command.command("create")
@click.argument("owner")
@click.option(
    "--scope", "scopes", multiple=True, required=True, type=click.Choice(sorted(SCOPES)), help="May be repeated."
)
@click.option("--days", type=click.IntRange(1, 3650), default=365, show_default=True, help="Days until it expires.")
@as_json
def create(owner: str, scopes: tuple[str, ...], days: int, json_output: bool) -> None:
    """Create a key for a person or system. The key is shown once."""
    system = System.from_environment()
    secret, record = create_key(
        system.web.api_keys, system.records.archive, owner, scopes, now=system.clock(), days=days
    )
    if json_output:
        print_json({"id": record.id, "owner": owner, "scopes": list(scopes), "key": secret})
    else:
        click.echo(secret)
        click.echo("Shown once. Use it as: Authorization: Bearer KEY", err=True)


@command.command("list")
@as_json
def list_(json_output: bool) -> None:
    """All keys, without their secrets."""
    keys = System.from_environment().web.api_keys.all()
    rows = [(k.id, k.owner, " ".join(k.scopes), k.expires_at, k.last_used_at, k.revoked_at) for k in keys]
    names = ("id", "owner", "scopes", "expires", "last used", "revoked")
    if json_output:
        print_json([dict(zip(names, row, strict=True)) for row in rows])
    else:
        print_table(names, rows)


@command.command("revoke")
@click.argument("key_id")
@click.option("--by", required=True, help="Who revokes it.")
def revoke(key_id: str, by: str) -> None:
    """End a key at once."""
    system = System.from_environment()
    revoke_key(system.web.api_keys, system.records.archive, key_id, actor=by, now=system.clock())
    click.echo(f"{key_id} revoked.")
