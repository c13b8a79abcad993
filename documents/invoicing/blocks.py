"""The blocks an invoice is laid out from: lines, sums per rate, total, annotations, payment."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from documents.blocks import BlockContext, Blocks, Labels, Parts
from documents.invoicing.margin import MARGIN
from documents.invoicing.payment.terms import TRANSFER
from documents.model import Facts
from documents.text.formats import Formats
from documents.text.words import in_words
from engine.money import Money

#: More columns leave too little room for descriptions beside them.
_NARROW: Final = 7
#: Type of the invoice -> title of its sums per rate.
_RATES: Final = {"KOR": "rates_changed", "ZAL": "rates_advance", "ROZ": "rates_left"}
_Column = tuple[str, str, Callable[[int, Facts], str | None]]


def _lines(context: BlockContext) -> Parts:
    yield from _table(context, "", list(enumerate(context.model["lines"], start=1)))


def _changes(context: BlockContext) -> Parts:
    """Corrected lines before and after."""
    for state in ("before", "after"):
        rows = [(change["position"], change[state]) for change in context.model["changes"] if change[state]]
        yield from _table(context, context.labels[f"lines_{state}"], rows)


def _table(context: BlockContext, title: str, rows: Sequence[tuple[int, Facts]]) -> Parts:
    """Lines; columns that no line fills are left out."""
    if not rows:
        return
    style, prices = context.style, context.model["prices"]

    def amount(name: str) -> Callable[[int, Facts], str | None]:
        return lambda _, line: style.money(line[name]) if line[name] else None

    columns: list[_Column] = [
        ("goods", "left", lambda number, line: f"{number}. {described(line)}"),
        ("quantity", "right", lambda _, line: style.number(line["quantity"])),
        ("unit", "left", lambda _, line: line["unit"]),
        (f"price_{prices}", "right", lambda _, line: style.price(line["price"])),
        ("discount", "right", amount("discount")),
        (f"value_{prices}", "right", amount("value")),
        ("rate", "right", lambda _, line: None if line["rate"] == MARGIN else rate_of(line["rate"], style)),
        ("vat", "right", amount("vat")),
        *([] if prices == "gross" else [("value_gross", "right", amount("gross"))]),
    ]
    cells = [[cell(number, line) for _, _, cell in columns] for number, line in rows]
    kept = [place for place in range(len(columns)) if any(row[place] for row in cells)]
    yield {
        "type": "table",
        "title": title,
        "form": "plain" if len(kept) <= _NARROW else "wide",
        "head": [context.labels[columns[place][0]] for place in kept],
        "align": [columns[place][1] for place in kept],
        "rows": [[row[place] or "–" for place in kept] for row in cells],
    }


def described(line: Facts) -> str:
    """The description with its classification and the mark of annex 15."""
    codes = [f"PKWiU {line['pkwiu']}" if line["pkwiu"] else "", f"CN {line['cn']}" if line["cn"] else "", line["gtu"]]
    shown = ", ".join(code for code in codes if code)
    return f"{line['description']} ({shown})" if shown else str(line["description"])


def rate_of(code: str, style: Formats) -> str:
    """The code of a rate, with the sign of percent where it is a number."""
    return code + style.percent if code.isdigit() else code


def _rates(context: BlockContext) -> Parts:
    """Net, tax and gross per rate, and together. Under the margin scheme nothing, since no tax may be shown."""
    model = context.model
    if not model.get("margin"):
        yield sums_table(context, _RATES.get(model["type"], "rates"), model["rates"], model)


def sums_table(context: BlockContext, title: str, rates: Sequence[Facts], whole: Facts) -> dict[str, Any]:
    """Net, tax and gross per rate, and together; the tax in PLN where it is stated."""
    labels, style = context.labels, context.style
    names = ["net", "vat", "gross", *(["vat_pln"] if whole.get("vat_pln") else [])]
    rows = [[rate_of(row["rate"], style), *(style.money(row[name]) for name in names)] for row in rates]
    together = [labels["sum"], *(style.money(whole[name]) for name in names)]
    return {
        "type": "table",
        "title": labels[title],
        "form": "narrow",
        "head": [labels["rate"], *(labels[name] for name in names)],
        "align": ["left", *("right" for _ in names)],
        "rows": [*rows, *([together] if len(rows) > 1 else [])],
    }


def _payable(context: BlockContext) -> Parts:
    """What is to be paid, or what a correction changes; in words."""
    model, labels, style = context.model, context.labels, context.style
    partly = model["paid"] and model["payable"]["amount"]
    shown = model["payable"] if partly else model["gross"]
    if "corrected" in model:
        label = "to_return" if shown["amount"] < 0 else "to_pay_more"
    else:
        paid = "advance_paid" if model["type"] == "ZAL" else "paid"
        label = "payable" if partly or not model["paid"] else paid
    shown = {**shown, "amount": abs(shown["amount"])} if label == "to_return" else shown
    if partly:
        before = [[labels["gross_total"], style.money(model["gross"])], [labels["paid"], style.money(model["paid"])]]
        yield {"type": "totals", "pairs": before, "strong": False}
    yield {"type": "totals", "pairs": [[labels[label], style.money(shown)]], "strong": True}
    words = in_words(Money.of(abs(shown["amount"]), model["currency"]), context.language)
    yield {"type": "remark", "text": f"{labels['in_words']}: {words}"}


def _annotations(context: BlockContext) -> Parts:
    """The words the law asks for, the basis of exemption, the rate of exchange, notes."""
    model, labels, style = context.model, context.labels, context.style
    marks = ("split_payment", "reverse_charge", "cash_accounting", "self_billing")
    said = [labels[mark] for mark in marks if model[mark]]
    if model.get("margin"):
        said.append(labels[f"margin_{model['margin']}"])
    if model["exemption"]:
        said.append(f"{labels['exemption']}: {model['exemption']['text']}")
    if exchange := model["exchange"]:
        table = f", {labels['table']} {exchange['table']}" if exchange["table"] else ""
        rate = style.number(exchange["rate"])
        said.append(f"1 {model['currency']} = {rate} PLN{table} ({style.short_date(exchange['day'])})")
    if lines := [*said, *model["notes"]]:
        yield {"type": "list", "lines": lines}


def _payment(context: BlockContext) -> Parts:
    """How, until when and where to pay, and what was paid before; nothing where neither is the case."""
    model, labels, style = context.model, context.labels, context.style
    payment, account = model["payment"], model["payment"]["account"]
    open_still = model["payable"]["amount"] > 0
    if not open_still and not model["paid"]:
        return
    parts = [
        [
            labels["paid_part"].format(day=style.short_date(part["paid_on"])),
            f"{style.money(part['amount'])}, {_form(part, labels)}",
        ]
        for part in payment["parts"]
    ]
    transfer = payment["form"] == TRANSFER and open_still
    rest = context.labelled(
        [
            ("payment_form", _form(payment, labels) if open_still or payment["paid_on"] else None),
            ("paid_on", payment["paid_on"] and style.date(payment["paid_on"])),
            ("due_date", style.date(payment["due_date"]) if payment["due_date"] and open_still else None),
            ("payee", model["payee"] and model["payee"]["name"] if transfer else None),
            ("account", context.account(account) if account and transfer else None),
            ("transfer_title", model["number"] if transfer else None),
        ]
    )
    yield {"type": "box", "title": labels["payment"], "pairs": [*parts, *rest]}


def _form(paid: Facts, labels: Labels) -> str:
    return str(paid["description"] or labels[f"form_{paid['form']}"])


def _corrected(context: BlockContext) -> Parts:
    """Which invoice is corrected, and why."""
    model, labels, style = context.model, context.labels, context.style
    corrected, before = model["corrected"], model["buyer_before"]
    pairs = context.labelled(
        [
            ("corrected_number", corrected["number"]),
            ("issue_date", style.date(corrected["issue_date"])),
            ("ksef_number", corrected["ksef_number"]),
            ("reason", model["reason"]),
            ("buyer_before", ", ".join([before["name"], *before["address"]]) if before else None),
        ]
    )
    yield {"type": "box", "title": labels["corrected"], "pairs": pairs}


BLOCKS: Blocks = {
    "invoice_lines": _lines,
    "changes": _changes,
    "rates": _rates,
    "payable": _payable,
    "annotations": _annotations,
    "payment": _payment,
    "corrected": _corrected,
}
