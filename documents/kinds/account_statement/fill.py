"""The account statement out of the books: every movement of a period, with balances that are those of the finances."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from documents.filling.movements import Movement, movements
from documents.filling.request import Request, day_to, not_given
from documents.filling.sources import DocumentSources
from engine.errors import IssueRefused
from engine.law.dated import DAY
from engine.law.periods import months_after
from engine.money import Money


def fill(sources: DocumentSources, request: Request) -> dict[str, Any]:
    """The model of a statement.

    `given` may say `first` and `last`, the days of the period; without them it is the twelve months to the day of the
    statement. Raises IssueRefused when nothing was owed or moved in it; InvalidInput naming the field.
    """
    given = dict(request.given)
    not_given(given, "currencies")
    last = day_to(given.pop("last", given.get("as_of", request.as_of)), "last", request.as_of)
    first = day_to(given.pop("first", months_after(last, -12) + DAY), "first", last)
    moved, overdue = movements(*sources.record.holdings(request), last)
    accounts = [_account(currency, moved, first, overdue) for currency in sorted({one.currency for one in moved})]
    shown = [account for account in accounts if account is not None]
    if not shown:
        raise IssueRefused(
            "account_statement.nothing", f"Nothing of '{request.customer}' was owed or moved from {first} to {last}."
        )
    return {**request.giving(given).letter(), "first": first, "last": last, "currencies": shown}


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
        "currency": currency,
        "opening": Money(currency, opening).text,
        "movements": [_row(one) for one in shown],
        "closing": Money(currency, sum(one.minor for one in own)).text,
        "overdue": Money(currency, overdue.get(currency, 0)).text,
    }


def _row(one: Movement) -> dict[str, Any]:
    side = "debit" if one.minor > 0 else "credit"
    return {"day": one.day, "kind": one.kind, "document": one.document, side: Money(one.currency, abs(one.minor)).text}
