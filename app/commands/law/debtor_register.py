"""monitum law debtor-register: whether a debtor may be entered in a debtor register, and what is missing."""

from __future__ import annotations

from datetime import date

import click

from app.commands.law.labels import LABELS
from app.commands.law.options import (
    MONEY,
    country_option,
    debtor_option,
    due_option,
    language_option,
    named_options,
    policy_option,
)
from app.commands.law.tables import say
from app.commands.output import DAY, as_json, as_of_option, print_json
from app.installation.system import System
from app.usecases.law.assessment import register_preconditions, register_update
from engine.law.conduct.debtor_register import Preconditions
from engine.law.law import Law
from engine.law.policy import Policy
from engine.money import Money
from rules.sentences.words import Language


@click.command("debtor-register")
@click.option("--overdue", type=MONEY, required=True, help="Everything that is overdue, such as '640 PLN'.")
@due_option
@click.option("--warned", type=DAY, help="Day on which the warning that names the register was sent.")
@click.option("--title", "by_title", is_flag=True, help="There is an enforcement title against the consumer.")
@click.option("--paid", type=DAY, help="Day of a payment: until when an entry must be changed or deleted.")
@debtor_option
@as_of_option("Day of the entry; today if not given.")
@country_option
@policy_option
@language_option
@as_json
def debtor_register(
    overdue: Money,
    due: date,
    warned: date | None,
    by_title: bool,
    paid: date | None,
    debtor: str,
    as_of: date | None,
    law: Law,
    policy: Policy,
    language: Language,
    json_output: bool,
) -> None:
    """Whether a debtor may be entered in a debtor register (BIG). Exit code 1 when something is missing."""
    day = as_of or System.from_environment().today()
    with named_options(total="--overdue", warned="--warned", by_title="--title"):
        found = register_preconditions(law, debtor, overdue, due, day, policy, warned=warned, by_title=by_title)
    update_by = register_update(law, paid) if paid else None
    if json_output:
        print_json({**found.as_json(), "update_by": update_by})
    else:
        _show(found, update_by, language)
    if found.missing:
        raise SystemExit(1)


def _show(found: Preconditions, update_by: date | None, language: Language) -> None:
    say(language, "overdue", found.entry.total)
    say(language, "days_overdue", found.entry.days)
    if not found.by_title:
        say(language, "least", found.entry.least)
        say(language, "least_days", found.entry.least_days)
    if found.earliest:
        say(language, "earliest_entry", found.earliest)
    say(language, "entry_allowed", not found.missing)
    if found.missing:
        say(language, "missing", ", ".join(LABELS[name][language] for name in found.missing))
    if update_by:
        say(language, "update_by", update_by)
    say(language, "basis", found.entry.basis[language])
