"""The blocks of a message as a layout gets them: paragraph, list, table, totals, box, signature, all in plain text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from documents.model import CheckedModel
from documents.text.formats import Formats

Labels = Mapping[str, str]
#: What a block becomes: one part of a page, several, or none.
Parts = Iterable[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class BlockContext:
    """What a block is made from: its text if it has one, the model, the language, its words and conventions."""

    text: str
    language: str
    model: CheckedModel
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


#: Blocks by the word a wording file has for them.
Blocks = Mapping[str, Callable[[BlockContext], Parts]]
#: Label of a column, side (left, right), and what stands in it for a row.
Column = tuple[str, str, Callable[[Any], str]]


def table(
    context: BlockContext, title: str, columns: Sequence[Column], rows: Sequence[Any], form: str = "plain"
) -> Parts:
    """A table, perhaps with the label of a title; nothing without rows. `form` wide: many columns, below the first."""
    if rows:
        yield {
            "type": "table",
            "title": context.labels[title] if title else "",
            "form": form,
            "head": [context.labels[name] for name, _, _ in columns],
            "align": [side for _, side, _ in columns],
            "rows": [[cell(row) for _, _, cell in columns] for row in rows],
        }


def _paragraph(context: BlockContext) -> Parts:
    yield {"type": "paragraph", "text": context.text}


def _list(context: BlockContext) -> Parts:
    yield {"type": "list", "lines": [line.strip() for line in context.text.splitlines() if line.strip()]}


def _items(context: BlockContext) -> Parts:
    """The table of open items; days past due only where one is past due."""
    rows, style = context.model["rows"], context.style
    columns: list[Column] = [
        ("document", "left", lambda row: row["document"]),
        ("issue_date", "left", lambda row: style.short_date(row["issue_date"])),
        ("due_date", "left", lambda row: style.short_date(row["due_date"])),
        ("days_past_due", "right", lambda row: str(row["days_past_due"]) if row["days_past_due"] > 0 else "–"),
        ("original", "right", lambda row: style.money(row["original"])),
        ("open", "right", lambda row: style.money(row["open"])),
    ]
    if all(row["days_past_due"] <= 0 for row in rows):
        columns = [column for column in columns if column[0] != "days_past_due"]
    yield from table(context, "", columns, rows)


def _totals(context: BlockContext) -> Parts:
    for label, amounts, strong in (("total", "totals", True), ("credit", "credits", False)):
        pairs = context.amounts(label, context.model[amounts])
        if pairs:
            yield {"type": "totals", "pairs": pairs, "strong": strong}


def _accounts(context: BlockContext) -> Parts:
    """Where to pay: the sender's accounts in the currencies of the message."""
    model, pairs = context.model, []
    for account in model["accounts"]:
        currency = f" ({account['currency']})" if account["currency"] else ""
        pairs.append([context.labels["account"] + currency, context.account(account)])
    if pairs:
        title = model["case_reference"] or context.labels["invoice_numbers"]
        pairs += context.labelled([("payee", model["sender"]["name"]), ("transfer_title", title)])
        yield {"type": "box", "title": context.labels["payment_details"], "pairs": pairs}


def _facts(context: BlockContext) -> Parts:
    """What an internal message is about."""
    model, customer = context.model, context.model["customer"]
    before = [
        ("customer", customer["name"]),
        ("customer_key", customer["key"]),
        ("customer_tax_id", customer["tax_id"]),
        ("services", ", ".join(model["services"])),
        ("as_of", context.labels["on_day"].format(day=context.style.date(model["as_of"]))),
    ]
    after = [("rules", ", ".join(model["rules"])), ("case_reference", model["case_reference"])]
    pairs = context.labelled(before) + context.amounts("overdue", model["overdue"]) + context.labelled(after)
    yield {"type": "box", "title": "", "pairs": pairs}


def _enclosures(context: BlockContext) -> Parts:
    """Which invoices go with the message, and which should and do not."""
    for name in ("enclosed", "not_enclosed"):
        if context.model[name]:
            numbers = ", ".join(context.model[name])
            yield {"type": "paragraph", "text": f"{context.labels[name]}: {numbers}."}


def _signature(context: BlockContext) -> Parts:
    sender = context.model["sender"]
    signatory = sender["signatory"] or {"name": None, "role": None}
    lines = [line for line in (signatory["name"], signatory["role"], sender["name"]) if line]
    yield {"type": "signature", "regards": context.labels["regards"], "lines": lines}


#: The block that says which invoices go with a message.
ENCLOSURES: Final = "enclosures"
#: Blocks that any wording may use.
BLOCKS: Blocks = {
    "paragraph": _paragraph,
    "list": _list,
    "items": _items,
    "totals": _totals,
    "accounts": _accounts,
    "facts": _facts,
    ENCLOSURES: _enclosures,
    "signature": _signature,
}
