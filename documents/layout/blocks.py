"""The blocks of a message as a layout gets them: paragraph, list, table, totals, box, signature, all in plain text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from documents.model import Model
from documents.text.formats import Formats

Labels = Mapping[str, str]
#: What a block becomes.
Parts = Iterable[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Setting:
    """What a block is made from: its text if it has one, the model, the language, its words and conventions."""

    text: str
    language: str
    model: Model
    labels: Labels
    style: Formats

    def labelled(self, pairs: Iterable[tuple[str, str | None]]) -> list[list[str]]:
        """Pairs of a label's name and a value as [label, value]; those without a value are left out."""
        return [[self.labels[name], value] for name, value in pairs if value]

    @staticmethod
    def account(account: Mapping[str, Any]) -> str:
        """An account number in groups of four, with bank and BIC."""
        spaced = " ".join(account["iban"][start : start + 4] for start in range(0, len(account["iban"]), 4))
        bank = ", ".join(part for part in (account["bank"], account["bic"] and f"BIC {account['bic']}") if part)
        return f"{spaced} ({bank})" if bank else spaced

    def amounts(self, label: str, amounts: Iterable[Mapping[str, Any]]) -> list[list[str]]:
        """One pair for each currency."""
        return self.labelled((label, self.style.money(amount)) for amount in amounts)


def _paragraph(setting: Setting) -> Parts:
    yield {"type": "paragraph", "text": setting.text}


def _list(setting: Setting) -> Parts:
    yield {"type": "list", "lines": [line.strip() for line in setting.text.splitlines() if line.strip()]}


def _items(setting: Setting) -> Parts:
    """The table of open items; days past due only where one is past due."""
    rows, style = setting.model["rows"], setting.style
    if not rows:
        return
    columns: list[tuple[str, str, Callable[[Mapping[str, Any]], str]]] = [
        ("document", "left", lambda row: str(row["document"])),
        ("issue_date", "left", lambda row: style.short_date(row["issue_date"])),
        ("due_date", "left", lambda row: style.short_date(row["due_date"])),
        ("days_past_due", "right", lambda row: str(row["days_past_due"]) if row["days_past_due"] > 0 else "–"),
        ("original", "right", lambda row: style.money(row["original"])),
        ("open", "right", lambda row: style.money(row["open"])),
    ]
    if all(row["days_past_due"] <= 0 for row in rows):
        columns = [column for column in columns if column[0] != "days_past_due"]
    yield {
        "type": "table",
        "title": "",
        "head": [setting.labels[name] for name, _, _ in columns],
        "align": [align for _, align, _ in columns],
        "rows": [[cell(row) for _, _, cell in columns] for row in rows],
    }


def _totals(setting: Setting) -> Parts:
    for label, amounts, strong in (("total", "totals", True), ("credit", "credits", False)):
        pairs = setting.amounts(label, setting.model[amounts])
        if pairs:
            yield {"type": "totals", "pairs": pairs, "strong": strong}


def _accounts(setting: Setting) -> Parts:
    """Where to pay: the sender's accounts in the currencies of the message."""
    model, pairs = setting.model, []
    for account in model["accounts"]:
        currency = f" ({account['currency']})" if account["currency"] else ""
        pairs.append([setting.labels["account"] + currency, setting.account(account)])
    if pairs:
        title = model["case_reference"] or setting.labels["invoice_numbers"]
        pairs += setting.labelled([("payee", model["sender"]["name"]), ("transfer_title", title)])
        yield {"type": "box", "title": setting.labels["payment_details"], "pairs": pairs}


def _facts(setting: Setting) -> Parts:
    """What an internal message is about."""
    model, customer = setting.model, setting.model["customer"]
    before = [
        ("customer", customer["name"]),
        ("customer_key", customer["key"]),
        ("customer_tax_id", customer["tax_id"]),
        ("services", ", ".join(model["services"])),
        ("as_of", setting.labels["on_day"].format(day=setting.style.date(model["as_of"]))),
    ]
    after = [("rules", ", ".join(model["rules"])), ("case_reference", model["case_reference"])]
    pairs = setting.labelled(before) + setting.amounts("overdue", model["overdue"]) + setting.labelled(after)
    yield {"type": "box", "title": "", "pairs": pairs}


def _signature(setting: Setting) -> Parts:
    sender = setting.model["sender"]
    signatory = sender["signatory"] or {"name": None, "role": None}
    lines = [line for line in (signatory["name"], signatory["role"], sender["name"]) if line]
    yield {"type": "signature", "regards": setting.labels["regards"], "lines": lines}


#: How each block of a wording file is laid out; one block may give several parts, or none.
LAID_OUT: Final[Mapping[str, Callable[[Setting], Parts]]] = {
    "paragraph": _paragraph,
    "list": _list,
    "items": _items,
    "totals": _totals,
    "accounts": _accounts,
    "facts": _facts,
    "signature": _signature,
}
