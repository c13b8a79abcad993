"""monitum law allocate: which debts a payment pays."""

from __future__ import annotations

from datetime import date

import click

from app.commands.law.options import DEBT, PAYMENT, language_option, named_options
from app.commands.law.tables import say, words
from app.commands.output import as_json, print_json, print_table
from engine.law.claims.allocation import Credited, DueDebt
from engine.law.claims.allocation import allocate as credit
from engine.money import Money
from rules.sentences.words import Language


@click.command("allocate")
@click.option("--payment", type=PAYMENT, required=True, help="'DAY=AMOUNT', such as '2026-06-01=900 PLN'.")
@click.option(
    "--debt",
    "debts",
    type=DEBT,
    multiple=True,
    required=True,
    help="'NAME=DUE=OPEN AMOUNT', such as 'FV/7=2026-03-02=700 PLN'; may be repeated.",
)
@click.option("--designated", metavar="NAME", help="The debt that the debtor named with the payment.")
@language_option
@as_json
def allocate(
    payment: tuple[date, Money | None],
    debts: tuple[DueDebt, ...],
    designated: str | None,
    language: Language,
    json_output: bool,
) -> None:
    """Which debts a payment pays: the one the debtor named, then those due, the oldest first (k.c. art. 451)."""
    day, amount = payment
    if amount is None:
        raise click.BadParameter("name the amount that was paid.", param_hint="--payment")
    with named_options(payment="--payment", debts="--debt", designated="--designated"):
        found = credit(amount, day, debts, designated)
    print_json(found.as_json()) if json_output else _show(found, debts, language)


def _show(found: Credited, debts: tuple[DueDebt, ...], language: Language) -> None:
    """Every debt, those that are paid first and in their order."""
    by_name = {debt.id: debt for debt in debts}
    names = (*found.order, *(name for name in by_name if name not in found.order))
    print_table(
        words(language, "debt", "due_day", "open", "credited", "remains"),
        [
            (name, by_name[name].due, by_name[name].open, found.by_debt[name], _left(by_name[name], found))
            for name in names
        ],
    )
    say(language, "left", found.left)


def _left(debt: DueDebt, found: Credited) -> Money:
    return Money(debt.open.currency, debt.open.minor - found.by_debt[debt.id].minor)
