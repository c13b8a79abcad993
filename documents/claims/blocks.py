"""The blocks of notes and balance confirmations: what is claimed with its working, where to pay, what is confirmed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from documents.claims.note import total_in_words
from documents.layout.blocks import Parts, Setting
from documents.model import Model

#: Label of a column, side, and what stands in it for a row.
Column = tuple[str, str, Callable[[Any], str]]


def table(setting: Setting, title: str, columns: Sequence[Column], rows: Sequence[Any], form: str = "plain") -> Parts:
    """A table with a title; nothing without rows. `form` wide: many columns, below the first."""
    if rows:
        yield {
            "type": "table",
            "title": setting.labels[title],
            "form": form,
            "head": [setting.labels[name] for name, _, _ in columns],
            "align": [side for _, side, _ in columns],
            "rows": [[cell(row) for _, _, cell in columns] for row in rows],
        }


def _interest_rows(setting: Setting) -> Parts:
    """One line a delay: the claim, since when it was due in effect, how many days are charged."""
    style = setting.style
    columns: list[Column] = [
        ("document", "left", lambda row: row["document"]),
        ("issue_date", "left", lambda row: style.short_date(row["issue_date"])),
        ("due_date", "left", lambda row: style.short_date(row["due_date"])),
        ("effective_due", "left", lambda row: style.short_date(row["effective_due"])),
        ("original", "right", lambda row: style.money(row["principal"])),
        ("days", "right", lambda row: str(row["days"])),
        ("interest", "right", lambda row: style.money(row["interest"])),
    ]
    yield from table(setting, "interest_by_document", columns, setting.model["rows"], "wide")


def _segments(setting: Setting) -> Parts:
    """The working: every stretch of days with one principal and one rate."""
    style, labels = setting.style, setting.labels
    columns: list[Column] = [
        ("document", "left", lambda pair: pair[0]["document"]),
        ("first_day", "left", lambda pair: style.short_date(pair[1]["first"])),
        ("last_day", "left", lambda pair: style.short_date(pair[1]["last"])),
        ("days", "right", lambda pair: str(pair[1]["days"])),
        ("principal", "right", lambda pair: style.money(pair[1]["principal"])),
        ("yearly_rate", "right", lambda pair: f"{style.price(pair[1]['rate'])}{style.percent}"),
        ("interest", "right", lambda pair: style.money(pair[1]["amount"])),
        ("rate_source", "left", lambda pair: pair[1]["source"]),
    ]
    rows = setting.model["rows"]
    yield from table(setting, "working", columns, [(row, one) for row in rows for one in row["segments"]], "wide")
    charged = [f"{row['document']}: {labels['charged_by']} {row['charged_by']}" for row in rows if row["charged_by"]]
    if charged:
        yield {"type": "list", "lines": charged}


def _settled(setting: Setting) -> Parts:
    """What was settled of the claims, and when."""
    style = setting.style
    columns: list[Column] = [
        ("document", "left", lambda pair: pair[0]["document"]),
        ("settled_on", "left", lambda pair: style.short_date(pair[1]["day"])),
        ("settled_amount", "right", lambda pair: style.money(pair[1]["amount"])),
    ]
    pairs = [(row, part) for row in setting.model["rows"] for part in row["settled"]]
    yield from table(setting, "settled", columns, pairs)


def _compensation_rows(setting: Setting) -> Parts:
    yield from compensations(setting, setting.model["rows"])


def compensations(setting: Setting, rows: Sequence[Model]) -> Parts:
    """One line a late payment: claim, lump sum, rate and its day, amount."""
    style = setting.style
    columns: list[Column] = [
        ("document", "left", lambda row: row["document"]),
        ("issue_date", "left", lambda row: style.short_date(row["issue_date"])),
        ("due_date", "left", lambda row: style.short_date(row["due_date"])),
        ("maturity", "left", lambda row: style.short_date(row["maturity"])),
        ("claim", "right", lambda row: style.money(row["claim_pln"])),
        ("lump_sum", "right", lambda row: style.money(row["lump"])),
        ("exchange_rate", "right", lambda row: style.price(row["conversion"]["rate"])),
        ("rate_day", "left", lambda row: style.short_date(row["conversion"]["day"])),
        ("compensation", "right", lambda row: style.money(row["amount"])),
    ]
    yield from table(setting, "compensation_by_document", columns, rows, "wide")
    converted = [_converted(setting, row) for row in rows if row["claim_rate"]]
    if converted:
        yield {"type": "list", "lines": converted}


def _converted(setting: Setting, row: Model) -> str:
    """How a claim in another currency was measured against the threshold."""
    style, claim, rate = setting.style, row["claim"], row["claim_rate"]
    factor, day = style.price(rate["rate"]), style.short_date(rate["day"])
    return f"{row['document']}: {style.money(claim)} × {factor} ({day}) = {style.money(row['claim_pln'])}"


def _note_total(setting: Setting) -> Parts:
    """What a note charges, in figures and in words."""
    model, labels = setting.model, setting.labels
    yield {"type": "totals", "pairs": [[labels["total"], setting.style.money(model["total"])]], "strong": True}
    words = total_in_words(model, setting.language)
    yield {"type": "paragraph", "text": f"{labels['in_words']}: {words}"}


def _note_payment(setting: Setting) -> Parts:
    """Until when and where to pay, under which reference."""
    model, labels = setting.model, setting.labels
    pairs = setting.labelled([
        ("due_date", setting.style.date(model["deadline"])),
        *(("account", setting.account(account)) for account in model["accounts"]),
        ("payee", model["sender"]["name"]),
        ("transfer_title", model["number"]),
    ])  # fmt: skip
    yield {"type": "box", "title": labels["payment_details"], "pairs": pairs}


def _credit_rows(setting: Setting) -> Parts:
    """Credit notes and payments that settle nothing yet."""
    style = setting.style
    columns: list[Column] = [
        ("document", "left", lambda row: row["document"]),
        ("issue_date", "left", lambda row: style.short_date(row["issue_date"])),
        ("unused", "right", lambda row: style.money(row["open"])),
    ]
    yield from table(setting, "credit", columns, setting.model["credit_rows"])


def _balances(setting: Setting) -> Parts:
    """Debit, credit and balance of each currency, and in whose favour it is."""
    style, labels = setting.style, setting.labels
    columns: list[Column] = [
        ("currency", "left", lambda row: row["currency"]),
        ("our_claims", "right", lambda row: style.money(row["debit"])),
        ("your_claims", "right", lambda row: style.money(row["credit"])),
        ("balance", "right", lambda row: style.money({**row["balance"], "amount": abs(row["balance"]["amount"])})),
        ("in_favour", "left", lambda row: labels[_favoured(row)]),
    ]
    yield from table(setting, "balances", columns, setting.model["balances"])


def _favoured(row: Model) -> str:
    amount = row["balance"]["amount"]
    if amount == 0:
        return "nobody"
    return "creditor" if amount > 0 else "debtor"


LAID_OUT: Final[Mapping[str, Callable[[Setting], Iterable[dict[str, Any]]]]] = {
    "interest_rows": _interest_rows,
    "interest_segments": _segments,
    "settled_parts": _settled,
    "compensation_rows": _compensation_rows,
    "note_total": _note_total,
    "note_payment": _note_payment,
    "credit_rows": _credit_rows,
    "balances": _balances,
}
