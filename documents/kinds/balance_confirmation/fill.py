"""The balance confirmation out of the books: everything open on a day, in the days in which balances are confirmed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from documents.filling.account import Account
from documents.filling.request import Request, day_to, not_given
from documents.filling.sources import DocumentSources
from engine.errors import IssueRefused
from engine.law.conduct.balance_confirmation import ConfirmationTime, confirmation_window
from engine.law.law import Law
from engine.money import Money


def fill(sources: DocumentSources, request: Request) -> dict[str, Any]:
    """The model of a confirmation.

    `given` may say `balance_date` and `year_end` (last day of the fiscal year; 31 December if not given). Raises
    IssueRefused for a day of the letter or the balance outside the window of the accounting act, for a consumer, for
    disputed or doubtful claims, and when there is nothing to confirm; InvalidInput naming the field.
    """
    given = dict(request.given)
    not_given(given, "rows", "credit_rows", "balances", "basis")
    law = sources.law("pl")
    letter_day = day_to(given.get("as_of", request.as_of), "as_of", request.as_of)
    of_day = day_to(given.setdefault("balance_date", letter_day), "balance_date", letter_day)
    basis = _in_time(law, letter_day, of_day, given.pop("year_end", None))
    account, later = (sources.record.account(request, day) for day in (of_day, letter_day))
    _allowed(request, account, {item.key: item.holds for item in later.items})
    return {"basis": basis, **request.giving(given).letter(), **_rows(account)}


def _in_time(law: Law, letter_day: date, of_day: date, year_end: object) -> dict[str, str]:
    """The basis. Raises IssueRefused naming the rule when a day is outside the window."""
    times = law.parameter("balance_confirmation", ConfirmationTime)
    end = date(letter_day.year if letter_day.month > 6 else letter_day.year - 1, 12, 31)
    if year_end is not None:
        end = day_to(year_end, "year_end", date.max)
    window = confirmation_window(end, times)
    for day in (letter_day, of_day):
        if day not in window:
            raise IssueRefused(
                "pl.balance_confirmation.window",
                f"{day} is not within {window.earliest} to {window.latest}, the time of confirmations, "
                f"{times.basis['en']}.",
            )
    return dict(times.basis)


def _allowed(request: Request, account: Account, holds: Mapping[str, frozenset[str]]) -> None:
    """Raises IssueRefused naming the rule (accounting act art. 26 par. 1 points 2 and 3). `holds`: by item, on the day
    of the letter."""
    if account.debtor == "consumer":
        raise IssueRefused(
            "pl.balance_confirmation.consumer", f"'{request.customer}' is a consumer and keeps no books to compare."
        )
    for rule, reasons in (("disputed", {"dispute", "complaint"}), ("doubtful", {"insolvency"})):
        held = [item.document for item in account.open_items if holds[item.key] & reasons]
        if held:
            raise IssueRefused(
                f"pl.balance_confirmation.{rule}",
                f"Claims that are {rule} are not confirmed but verified with their documents: {', '.join(held)}.",
            )
    if not account.open_items and not account.credits:
        raise IssueRefused("pl.balance_confirmation.nothing", f"Nothing of '{request.customer}' is open.")


def _rows(account: Account) -> dict[str, Any]:
    rows = [
        {
            "document": item.document,
            "issue_date": item.issue_date,
            "due_date": item.due_date,
            "currency": item.currency,
            "original": Money(item.currency, item.original_minor).text,
            "open": Money(item.currency, item.open_minor).text,
        }
        for item in account.open_items
    ]
    credits_ = [
        {
            "document": credit.document,
            "issue_date": credit.issue_date,
            "currency": credit.currency,
            "open": Money(credit.currency, credit.open_minor).text,
        }
        for credit in account.credits
    ]
    return {"rows": rows, "credit_rows": credits_, "balances": _balances(account)}


def _balances(account: Account) -> list[dict[str, str]]:
    debit: dict[str, int] = {}
    credit: dict[str, int] = {}
    for item in account.open_items:
        debit[item.currency] = debit.get(item.currency, 0) + item.open_minor
    for one in account.credits:
        credit[one.currency] = credit.get(one.currency, 0) + one.open_minor
    return [
        {
            "currency": currency,
            "debit": Money(currency, debit.get(currency, 0)).text,
            "credit": Money(currency, credit.get(currency, 0)).text,
            "balance": Money(currency, debit.get(currency, 0) - credit.get(currency, 0)).text,
        }
        for currency in sorted(debit.keys() | credit.keys())
    ]
