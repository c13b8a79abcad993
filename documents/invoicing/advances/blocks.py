"""The blocks of advance and final invoices: the order, what it is worth, and the advances paid for it."""

from __future__ import annotations

from typing import Final

from documents.blocks import BlockContext, Blocks, Column, Parts, table
from documents.invoicing.blocks import described, rate_of, sums_table
from documents.model import Facts


def _order_lines(context: BlockContext) -> Parts:
    """What is ordered, with tax line by line (art. 106f par. 1 point 4)."""
    style, prices = context.style, context.model["prices"]
    columns: list[Column] = [
        ("ordered_goods", "left", lambda one: f"{one[0]}. {described(one[1])}"),
        ("quantity", "right", lambda one: style.number(one[1]["quantity"])),
        ("unit", "left", lambda one: one[1]["unit"] or "–"),
        (f"price_{prices}", "right", lambda one: style.price(one[1]["price"])),
        ("value_net", "right", lambda one: style.money(one[1]["net"])),
        ("rate", "right", lambda one: rate_of(one[1]["rate"], style)),
        ("vat", "right", lambda one: style.money(one[1]["vat"])),
    ]
    yield from table(context, "", columns, list(enumerate(context.model["lines"], start=1)))


def _order_rates(context: BlockContext) -> Parts:
    """What the whole order is worth, per rate."""
    yield sums_table(context, "order_rates", context.model["whole"]["rates"], context.model["whole"])


def _advances(context: BlockContext) -> Parts:
    """The advance invoices by number and KSeF number, by rate where they have several, and all of them together."""
    model, style, labels = context.model, context.style, context.labels
    rows: list[tuple[str, Facts]] = []
    for advance in model["advances"]:
        rows.append((advance["number"], advance))
        if len(advance["rates"]) > 1:
            rows += [(labels["of_rate"].format(rate=rate_of(row["rate"], style)), row) for row in advance["rates"]]
    if len(model["advances"]) > 1:
        rows.append((labels["sum"], model["advanced"]))
    columns: list[Column] = [
        ("advance_number", "left", lambda row: row[0]),
        ("issue_date", "left", lambda row: style.short_date(row[1]["issue_date"]) if "issue_date" in row[1] else ""),
        ("ksef_number", "left", lambda row: row[1].get("ksef_number") or ""),
        *((name, "right", lambda row, name=name: style.money(row[1][name])) for name in ("net", "vat", "gross")),
    ]
    yield from table(context, "advances", columns, rows)


ADVANCE_BLOCKS: Final[Blocks] = {"order_lines": _order_lines, "order_rates": _order_rates, "advances": _advances}
