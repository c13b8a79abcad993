"""The account statement out of the books: every movement of a period, with balances that are those of the finances."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from adapters.issuing.account_movements import Movement, movements_of
from adapters.issuing.claims import amount_text, not_given
from adapters.issuing.desk import Desk, Request, day_of, letter
from engine.errors import InvalidInput, IssueRefused
from engine.law.dated import DAY
from engine.law.periods import months_after


def account_statement(desk: Desk, request: Request) -> dict[str, Any]:
    """The model of a statement.

    `given` may say `first` and `last`, the days of the period; without them it is the twelve months to the day of the
    statement. Raises IssueRefused when nothing was owed or moved in it; InvalidInput naming the field.
    """
    given = dict(request.given)
    not_given(given, "currencies")
    last = _day(given.pop("last", given.get("as_of", request.as_of)), "last", request.as_of)
    first = _day(given.pop("first", months_after(last, -12) + DAY), "first", last)
    moved, overdue = movements_of(desk.connection, request.source, request.customer, last, request.at)
    accounts = [_account(currency, moved, first, overdue) for currency in sorted({one.currency for one in moved})]
    shown = [account for account in accounts if account is not None]
    if not shown:
        raise IssueRefused(
            "account_statement.nothing", f"Nothing of '{request.customer}' was owed or moved from {first} to {last}."
        )
    return {**letter(replace(request, given=given)), "first": first, "last": last, "currencies": shown}


def _day(value: object, field: str, latest: date) -> date:
    day = day_of(value)
    if day is None or day > latest:
        raise InvalidInput(f"{field}: write a day, {latest} or before.", field=field)
    return day


def _account(
    currency: str, moved: Iterable[Movement], first: date, overdue: Mapping[str, int]
) -> dict[str, Any] | None:
    """One currency; None when nothing was owed and nothing moved."""
    own = [one for one in moved if one.currency == currency]
    opening = sum(one.minor for one in own if one.day < first)
    shown = [one for one in own if one.day >= first]
    if not opening and not shown:
        return None
    return {
        "currency": currency, "opening": amount_text(opening, currency),
        "movements": [_row(one) for one in shown],
        "closing": amount_text(sum(one.minor for one in own), currency),
        "overdue": amount_text(overdue.get(currency, 0), currency),
    }  # fmt: skip


def _row(one: Movement) -> dict[str, Any]:
    side = "debit" if one.minor > 0 else "credit"
    return {"day": one.day, "kind": one.kind, "document": one.document, side: amount_text(abs(one.minor), one.currency)}
