"""The block of an account statement: movements and balances of every currency."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from documents.blocks import BlockContext, Blocks, Column, Parts, table


def _accounts(context: BlockContext) -> Parts:
    """A table of movements for each currency, framed by its balances."""
    style, labels = context.style, context.labels

    columns: list[Column] = [
        ("document", "left", lambda row: row["document"]),
        ("day", "left", lambda row: style.short_date(row["day"])),
        ("movement", "left", lambda row: labels[f"movement_{row['kind']}"]),
        ("debit", "right", lambda row: style.money(row["debit"])),
        ("credit_side", "right", lambda row: style.money(row["credit"])),
        ("balance", "right", lambda row: style.money(row["balance"])),
    ]
    for account in context.model["currencies"]:
        opening = [["opening", "opening_on", context.model["first"]]]
        yield {"type": "totals", "pairs": _balances(context, account, opening), "strong": False}
        yield from table(context, "movements", columns, account["movements"])
        if not account["movements"]:
            yield {"type": "paragraph", "text": f"{account['currency']}: {labels['no_movements']}"}
        turnover = [
            [labels["debit"], style.money(account["debit"])],
            [labels["credit_side"], style.money(account["credit"])],
        ]
        yield {"type": "totals", "pairs": turnover, "strong": False}
        closing = [["closing", "closing_on", context.model["last"]], ["overdue", "of_which_overdue", None]]
        yield {"type": "totals", "pairs": _balances(context, account, closing), "strong": True}


def _balances(context: BlockContext, account: Mapping[str, Any], named: Iterable[list[Any]]) -> list[list[str]]:
    pairs = []
    for name, label, day in named:
        text = context.labels[label].format(day=context.style.short_date(day) if day else "")
        pairs.append([text, context.style.money(account[name])])
    return pairs


BLOCKS: Blocks = {"account_movements": _accounts}
