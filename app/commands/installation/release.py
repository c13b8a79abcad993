"""monitum release: what a new version needs before it serves."""

from __future__ import annotations

import os

import click

from app.installation.settings import ADMINISTRATOR, Settings
from app.installation.system import System
from app.usecases.release import import_shipped


@click.command("release")
@click.option(
    "--as", "administrator", metavar="URL", help="The database as its administrator, for MONITUM_ADMIN_DATABASE_URL."
)
def command(administrator: str | None) -> None:
    """Migrate the database and store the shipped rulesets that it does not have yet.

    Migrating needs an administrator of the database: a superuser, or its owner with the right to create roles. The
    application itself runs as the role in DATABASE_URL, which is created with the password there when it does not
    exist, and can only insert into and read the archive.
    """
    given = {ADMINISTRATOR: administrator} if administrator else {}
    system = System(Settings.from_environment(os.environ | given))
    system.database.prepare()
    click.echo(f"database at migration {system.database.schema()[0]}")
    for line in import_shipped(system.rules.library, system.rules.shipped):
        click.echo(line)
