"""The block of an account statement: movements and balances of every currency."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from documents.claims.blocks import Column, table
from documents.layout.blocks import Parts, Setting

#: Label and name of each side.
_SIDES: Final = (("debit", "debit"), ("credit_side", "credit"))


def _accounts(setting: Setting) -> Parts:
    """A table of movements for each currency, framed by its balances."""
    style, labels = setting.style, setting.labels

    columns: list[Column] = [
        ("document", "left", lambda row: row["document"]),
        ("day", "left", lambda row: style.short_date(row["day"])),
        ("movement", "left", lambda row: labels[f"movement_{row['kind']}"]),
        ("debit", "right", lambda row: style.money(row["debit"])),
        ("credit_side", "right", lambda row: style.money(row["credit"])),
        ("balance", "right", lambda row: style.money(row["balance"])),
    ]
    for account in setting.model["currencies"]:
        opening = [["opening", "opening_on", setting.model["first"]]]
        yield {"type": "totals", "pairs": _balances(setting, account, opening), "strong": False}
        yield from table(setting, "movements", columns, account["movements"])
        if not account["movements"]:
            yield {"type": "paragraph", "text": f"{account['currency']}: {labels['no_movements']}"}
        turnover = [
            [labels["debit"], style.money(account["debit"])],
            [labels["credit_side"], style.money(account["credit"])],
        ]
        yield {"type": "totals", "pairs": turnover, "strong": False}
        closing = [["closing", "closing_on", setting.model["last"]], ["overdue", "of_which_overdue", None]]
        yield {"type": "totals", "pairs": _balances(setting, account, closing), "strong": True}


def _balances(setting: Setting, account: Mapping[str, Any], named: Iterable[list[Any]]) -> list[list[str]]:
    pairs = []
    for name, label, day in named:
        text = setting.labels[label].format(day=setting.style.short_date(day) if day else "")
        pairs.append([text, setting.style.money(account[name])])
    return pairs


LAID_OUT: Final[Mapping[str, Callable[[Setting], Iterable[dict[str, Any]]]]] = {"account_movements": _accounts}
