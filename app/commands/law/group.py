"""monitum law: interest, compensation, limitation and the rest of the law in figures, with their working."""

from __future__ import annotations

from datetime import date

import click

from app.commands.law import tables
from app.commands.law.allocation import allocate
from app.commands.law.bad_debt import bad_debt
from app.commands.law.debtor_register import debtor_register
from app.commands.law.options import (
    MONEY,
    PAYMENT,
    PERCENT,
    country_option,
    debtor_option,
    due_option,
    language_option,
    named_options,
    policy_option,
)
from app.commands.law.white_list import white_list
from app.commands.output import DAY, as_json, as_of_option, print_json
from app.installation.system import System
from app.usecases.law.assessment import interest_since_suit, rates_of
from engine.law.claims.compensation import compensation, compensation_interest
from engine.law.claims.interest import delay_interest
from engine.law.claims.limitation import Period, demand_guard, limitation
from engine.law.claims.payments import Payment, settle
from engine.law.due_date import effective_due, maturity
from engine.law.law import Law
from engine.law.policy import Policy
from engine.money import Money
from rules.sentences.words import Language

_LIMITATION = "limitation_"


@click.group("law")
def command() -> None:
    """The law's figures, each with its working: segments, days, rate, source."""


for _one in (allocate, bad_debt, debtor_register, white_list):
    command.add_command(_one)


@command.command("interest")
@click.option("--principal", type=MONEY, required=True, help="Amount due, VAT included, such as '12300 PLN'.")
@due_option
@click.option("--until", type=DAY, help="Day of payment, or of calculation.")
@click.option("--since-suit", "filed", type=DAY, help="Day of the suit: from it on, interest on interest as well.")
@click.option("--payment", "payments", type=PAYMENT, multiple=True, help="'DAY=AMOUNT' or DAY=rest; may be repeated.")
@debtor_option
@click.option("--rate", "rate", help="Name of a rate (monitum law rates); the debtor's by law if not given.")
@click.option("--contract-rate", type=PERCENT, help="Rate of the contract in percent, such as 24.00.")
@country_option
@policy_option
@language_option
@as_json
def interest_(
    principal: Money,
    due: date,
    until: date | None,
    filed: date | None,
    payments: tuple[tuple[date, Money | None], ...],
    debtor: str,
    rate: str | None,
    contract_rate: int | None,
    law: Law,
    policy: Policy,
    language: Language,
    json_output: bool,
) -> None:
    """Interest for delay, by segments; with payments, what each of them covers; with a suit, interest on interest."""
    if rate and contract_rate is not None:
        raise click.UsageError("Give one of --rate and --contract-rate.")
    if bool(payments) == bool(until):
        raise click.UsageError("Give --until, or one --payment or more.")
    if filed and not until:
        raise click.UsageError("Give --until with --since-suit.")
    options = {"principal": "--principal", "debtor": "--debtor", "payment": "--payment", "rate": "--rate"}
    with named_options(**options, filed="--since-suit"):
        rates = rates_of(law, rate, contract_rate, debtor)
        if until and filed:
            sued = interest_since_suit(law, principal, due, until, rates, policy, filed=filed)
            print_json(sued.as_json()) if json_output else tables.show_sued(sued, language)
            return
        if until:
            found = delay_interest(principal, due, until, rates, law.calendar, policy)
            print_json(found.as_json()) if json_output else tables.show_interest(found, language)
            return
        settled = settle(principal, due, [Payment(*payment) for payment in payments], rates, law.calendar, policy)
    print_json(settled.as_json()) if json_output else tables.show_settlement(settled, language)


@command.command("compensation")
@click.option("--amount", type=MONEY, required=True, help="Amount due, VAT included, such as '12300 PLN'.")
@due_option
@click.option(
    "--interest-until", type=DAY, help="Interest on the compensation to a day (policy compensation_interest)."
)
@debtor_option
@country_option
@policy_option
@language_option
@as_json
def compensation_(
    amount: Money,
    due: date,
    interest_until: date | None,
    debtor: str,
    law: Law,
    policy: Policy,
    language: Language,
    json_output: bool,
) -> None:
    """The lump sum for costs of recovery, with threshold, exchange rate and its day."""
    with named_options(amount="--amount", debtor="--debtor"):
        law.tiers().require_debtor(debtor)
        found = compensation(amount, maturity(due, law.calendar, policy), law.tiers(), law.euro(), policy)
        accrued = None
        if interest_until:
            rates = law.rates("statutory_delay")
            accrued = compensation_interest(
                found, effective_due(due, law.calendar, policy), interest_until, rates, policy
            )
    if json_output:
        print_json({**found.as_json(), "interest": accrued.as_json() if accrued else None})
    else:
        tables.show_compensation(found, accrued, language)


@command.command("limitation")
@click.option("--kind", required=True, help="Kind of claim: sale, business, periodic, carriage, ...")
@due_option
@debtor_option
@as_of_option("Whether the claim may be demanded on this day; not told if not given.")
@country_option
@policy_option
@language_option
@as_json
def limitation_(
    kind: str,
    due: date,
    debtor: str,
    as_of: date | None,
    law: Law,
    policy: Policy,
    language: Language,
    json_output: bool,
) -> None:
    """The last day before a claim is time-barred, by every reading of the law."""
    kinds = [name.removeprefix(_LIMITATION) for name in law.parameters if name.startswith(_LIMITATION)]
    if kind not in kinds:
        raise click.BadParameter(f"'{kind}' is none of: {', '.join(kinds) or 'nothing'}.", param_hint="--kind")
    found = limitation(due, law.parameter(f"{_LIMITATION}{kind}", Period), law.days_off, policy)
    guard = demand_guard(debtor, found.last_day, as_of) if as_of else None
    if json_output:
        print_json({**found.as_json(), **(guard.as_json() if guard else {})})
    else:
        tables.show_limitation(found, guard, language)


@command.command("rates")
@click.argument("name", required=False)
@country_option
@as_of_option("Day of the list; today if not given.")
@language_option
@as_json
def rates_(name: str | None, law: Law, as_of: date | None, language: Language, json_output: bool) -> None:
    """Rates of interest with what is known of them; with a NAME, every value with days and source."""
    if name:
        with named_options(rate="NAME"):
            rates = law.rates(name)
        print_json(tables.rate_json(rates)) if json_output else tables.show_rate(rates, language)
        return
    day = as_of or System.from_environment().today()
    listed = law.all_rates().values()
    if json_output:
        print_json([tables.rate_json(rates, day) for rates in listed])
    else:
        tables.show_rates(listed, day, language)
