"""monitum law bad-debt: the relief for an unpaid invoice, in VAT and in income tax."""

from __future__ import annotations

from datetime import date

import click

from app.commands.law.options import MONEY, country_option, due_option, language_option, named_options
from app.commands.law.tables import say
from app.commands.output import DAY, as_json, print_json
from app.usecases.law.assessment import bad_debt_relief
from engine.law.law import Law
from engine.money import Money
from rules.sentences.words import Language


@click.command("bad-debt")
@click.option("--net", type=MONEY, required=True, help="Net value of the invoice, such as '10000 PLN'.")
@click.option("--vat", type=MONEY, required=True, help="Its VAT.")
@click.option("--paid", type=MONEY, help="What was paid of it, VAT included; nothing if not given.")
@due_option
@click.option("--issued", type=DAY, required=True, help="Day of issue.")
@country_option
@language_option
@as_json
def bad_debt(
    net: Money, vat: Money, paid: Money | None, due: date, issued: date, law: Law, language: Language, json_output: bool
) -> None:
    """Day 90 of an unpaid invoice, its JPK period, what may be corrected, and until when (VAT act art. 89a)."""
    with named_options(net="--net", vat="--vat", paid="--paid"):
        relief = bad_debt_relief(law, net, vat, paid or Money(net.currency, 0), due, issued)
    if json_output:
        print_json(relief.as_json())
        return
    found = relief.found
    say(language, "bad_debt_day", found.day)
    say(language, "period", found.period)
    say(language, "open_net", found.net)
    say(language, "open_vat", found.vat)
    say(language, "vat_last_day", relief.vat_last_day)
    say(language, "income_last_day", relief.income_last_day)
    say(language, "basis", found.basis[language])
