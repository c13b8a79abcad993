"""Options of `monitum law`, and errors that name the option they are about."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any, Final, TypeVar

import click
from marshmallow import ValidationError

from app.commands.output import DAY
from engine.errors import InvalidInput
from engine.facts.catalogue import CUSTOMER_KINDS
from engine.law.claims.allocation import DueDebt
from engine.law.law import Law
from engine.law.policy import Policy
from engine.money import Money, parse_money
from rules.parameters.loading import jurisdictions, law
from rules.parameters.values import hundredths

_F = TypeVar("_F", bound=Callable[..., Any])


class _MoneyType(click.ParamType[Money]):
    """An amount with its currency."""

    name = "money"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Money:
        try:
            return value if isinstance(value, Money) else parse_money(value)
        except InvalidInput as error:
            self.fail(str(error), param, ctx)


class _PercentType(click.ParamType[int]):
    """Percent with two decimals, as hundredths."""

    name = "percent"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        try:
            return value if isinstance(value, int) else hundredths(value)
        except ValidationError as error:
            self.fail(str(error.messages[0]), param, ctx)


class _PaymentType(click.ParamType[tuple[date, Money | None]]):
    """DAY=AMOUNT, or DAY=rest for everything owed on the day."""

    name = "payment"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[date, Money | None]:
        if isinstance(value, tuple):
            return value
        day, _, amount = value.partition("=")
        if not amount:
            self.fail(f"'{value}' is not a payment; write it as '2026-03-02=4000 PLN' or 2026-03-02=rest.", param, ctx)
        return DAY.convert(day, param, ctx), None if amount == "rest" else MONEY.convert(amount, param, ctx)


class _DebtType(click.ParamType[DueDebt]):
    """NAME=DUE=AMOUNT."""

    name = "debt"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> DueDebt:
        if isinstance(value, DueDebt):
            return value
        # from the right, since numbers of invoices may hold '='
        name, due, amount = (["", "", "", *value.rsplit("=", 2)])[-3:]
        if not name:
            self.fail(f"'{value}' is not a debt; write it as 'FV/7=2026-03-02=700 PLN'.", param, ctx)
        return DueDebt(name, DAY.convert(due, param, ctx), MONEY.convert(amount, param, ctx))


MONEY: Final = _MoneyType()
PERCENT: Final = _PercentType()
PAYMENT: Final = _PaymentType()
DEBT: Final = _DebtType()


def _policy(_ctx: click.Context, param: click.Parameter, values: tuple[str, ...]) -> Policy:
    pairs = dict(value.partition("=")[::2] for value in values)
    try:
        return Policy.of(pairs)
    except InvalidInput as error:
        raise click.BadParameter(str(error), param=param) from error


def _law(_ctx: click.Context, _param: click.Parameter, value: str) -> Law:
    return law(value)


policy_option: Final[Callable[[_F], _F]] = click.option(
    "--policy",
    multiple=True,
    callback=_policy,
    metavar="NAME=VALUE",
    help="A choice the law leaves open (docs/law.md).",
)
country_option: Final[Callable[[_F], _F]] = click.option(
    "--country", "law", type=click.Choice(jurisdictions()), default="pl", show_default=True, callback=_law
)
language_option: Final[Callable[[_F], _F]] = click.option(
    "--language", type=click.Choice(["pl", "en"]), default="en", show_default=True
)
debtor_option: Final[Callable[[_F], _F]] = click.option(
    "--debtor", type=click.Choice(CUSTOMER_KINDS), default="business", show_default=True
)
due_option: Final[Callable[[_F], _F]] = click.option(
    "--due", type=DAY, required=True, help="Due date, as written on the invoice."
)


@contextmanager
def named_options(**options: str) -> Iterator[None]:
    """Wrong input becomes wrong usage of an option. `options`: field of the error -> option.

    Raises click.BadParameter.
    """
    try:
        yield
    except InvalidInput as error:
        if error.field not in options:
            raise
        raise click.BadParameter(str(error), param_hint=options[error.field or ""]) from error
