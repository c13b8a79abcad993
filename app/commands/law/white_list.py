"""monitum law white-list: whether an account is on the taxpayers' white list, by its flat file."""

from __future__ import annotations

import json
from pathlib import Path

import click

from app.commands.law.labels import LABELS
from app.commands.law.options import language_option, named_options
from app.commands.law.tables import say
from app.commands.output import as_json, print_json
from app.usecases.law.white_list import look_up
from rules.sentences.words import Language


@click.command("white-list")
@click.argument("taxpayer", metavar="NIP")
@click.argument("account")
@click.option(
    "--file",
    "path",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    required=True,
    help="Flat file of the Ministry of Finance, unpacked.",
)
@language_option
@as_json
def white_list(taxpayer: str, account: str, path: Path, language: Language, json_output: bool) -> None:
    """Whether ACCOUNT (26 digits or an IBAN) of a taxpayer is on the white list of the file's day (VAT act art. 96b).

    Look up the account that letters and invoices print before a debtor does. Exit code 1 when it is not on the list.
    """
    with named_options(taxpayer="NIP", account="ACCOUNT", file="--file"):
        found = look_up(_read(path), taxpayer, account)
    if json_output:
        print_json(found.as_json())
    else:
        say(language, "list_day", found.day)
        say(language, "status", LABELS[found.status or "not_listed"][language])
        if found.mask:
            say(language, "mask", found.mask)
    if found.status is None:
        raise SystemExit(1)


def _read(path: Path) -> object:
    try:
        return json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise click.BadParameter(f"{path}: {error}", param_hint="--file") from error
