"""monitum release: what a new version needs before it serves."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import Final

import click

from adapters.database.connection import schema_version
from app.installation.settings import ADMINISTRATOR, Settings
from app.installation.system import System
from engine.errors import Conflict, NotFound
from rules.language.loader import load_ruleset
from rules.language.packs import packs

#: Shipped rulesets decide on every day that can be asked about.
_EVER: Final = date(2000, 1, 1)


@click.command("release")
@click.option(
    "--as", "administrator", metavar="URL", help="The database as its administrator, for MONITUM_ADMIN_DATABASE_URL."
)
def command(administrator: str | None) -> None:
    """Migrate the database and store the shipped rulesets that it does not have yet.

    Migrating needs an administrator of the database: a superuser, or its owner if he may create roles. The application
    itself runs as the role in DATABASE_URL, which is created with the password there when it does not exist, and can
    only insert into and read the archive.
    """
    given = {ADMINISTRATOR: administrator} if administrator else {}
    system = System(Settings.from_environment(os.environ | given))
    system.database.prepare()
    click.echo(f"database at migration {schema_version(system.engine)[0]}")
    for line in import_shipped(system):
        click.echo(line)


def import_shipped(system: System) -> list[str]:
    """Store shipped rulesets that are unknown, as written by 'monitum' and approved by 'release'.

    One that is stored with other content is submitted as a new version, for people to approve: an update of Monitum
    never changes by itself what is decided.
    """
    files = [path for pack in packs() for path in pack.rulesets]
    files += [folder / "ruleset.yaml" for folder in system.settings.sources if (folder / "ruleset.yaml").exists()]
    return [line for path in files if (line := _import(system, path))]


def _import(system: System, path: Path) -> str | None:
    text = path.read_text("utf-8")
    shipped = load_ruleset(text, file=path.name)
    try:
        stored = system.rulesets.versions(shipped.id)
    except NotFound:
        stored = []
    if any(version.version == shipped.version for version in stored):
        return None
    try:
        draft = system.library.draft(shipped.id, text, actor="monitum", reason="shipped with Monitum")
    except Conflict:
        return f"{shipped.id}: the shipped text changed, but a draft of it is being worked on; nothing was stored"
    system.library.submit(shipped.id, draft.number, actor="monitum")
    if stored:
        return f"{shipped.id} version {draft.number} submitted: the shipped text changed; somebody must approve it"
    system.library.approve(
        shipped.id, draft.number, actor="release", content_hash=shipped.version, effective_from=_EVER
    )
    return f"{shipped.id} version {draft.number} stored and approved"
