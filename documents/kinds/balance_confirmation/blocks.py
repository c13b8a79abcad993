"""The blocks of a balance confirmation: credits, and what is confirmed."""

from __future__ import annotations

from documents.blocks import BlockContext, Blocks, Column, Parts, table
from documents.model import Facts


def _credit_rows(context: BlockContext) -> Parts:
    """Credit notes and payments that settle nothing yet."""
    style = context.style
    columns: list[Column] = [
        ("document", "left", lambda row: row["document"]),
        ("issue_date", "left", lambda row: style.short_date(row["issue_date"])),
        ("unused", "right", lambda row: style.money(row["open"])),
    ]
    yield from table(context, "credit", columns, context.model["credit_rows"])


def _balances(context: BlockContext) -> Parts:
    """Debit, credit and balance of each currency, and the party it favours."""
    style, labels = context.style, context.labels
    columns: list[Column] = [
        ("currency", "left", lambda row: row["currency"]),
        ("our_claims", "right", lambda row: style.money(row["debit"])),
        ("your_claims", "right", lambda row: style.money(row["credit"])),
        ("balance", "right", lambda row: style.money({**row["balance"], "amount": abs(row["balance"]["amount"])})),
        ("in_favour", "left", lambda row: labels[_favoured(row)]),
    ]
    yield from table(context, "balances", columns, context.model["balances"])


def _favoured(row: Facts) -> str:
    amount = row["balance"]["amount"]
    if amount == 0:
        return "nobody"
    return "creditor" if amount > 0 else "debtor"


BLOCKS: Blocks = {"credit_rows": _credit_rows, "balances": _balances}
