"""The blocks of a letter about wrong particulars of an invoice."""

from __future__ import annotations

from documents.blocks import BlockContext, Blocks, Column, Parts, table


def _invoice(context: BlockContext) -> Parts:
    """Which invoice it is about."""
    invoice, style = context.model["invoice"], context.style
    pairs = context.labelled(
        [
            ("corrected_number", invoice["number"]),
            ("issue_date", style.date(invoice["issue_date"])),
            ("ksef_number", invoice["ksef_number"]),
        ]
    )
    yield {"type": "box", "title": context.labels["corrected"], "pairs": pairs}


def _particulars(context: BlockContext) -> Parts:
    """What stands there and what should."""
    columns: list[Column] = [
        ("particular", "left", lambda row: row["name"]),
        ("was", "left", lambda row: row["was"]),
        ("should_be", "left", lambda row: row["should_be"]),
    ]
    yield from table(context, "", columns, context.model["particulars"])


BLOCKS: Blocks = {"named_invoice": _invoice, "particulars": _particulars}
