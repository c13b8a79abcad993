"""The block of a compensation note: every late payment with its lump sum."""

from __future__ import annotations

from collections.abc import Sequence

from documents.blocks import BlockContext, Blocks, Column, Parts, table
from documents.model import Facts
from documents.notes.blocks import NOTE_BLOCKS


def _compensation_rows(context: BlockContext) -> Parts:
    yield from compensations(context, context.model["rows"])


def compensations(context: BlockContext, rows: Sequence[Facts]) -> Parts:
    """One line a late payment: claim, lump sum, rate and its day, amount."""
    style = context.style
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
    yield from table(context, "compensation_by_document", columns, rows, "wide")
    converted = [_converted(context, row) for row in rows if row["claim_rate"]]
    if converted:
        yield {"type": "list", "lines": converted}


def _converted(context: BlockContext, row: Facts) -> str:
    """How a claim in another currency was measured against the threshold."""
    style, claim, rate = context.style, row["claim"], row["claim_rate"]
    factor, day = style.price(rate["rate"]), style.short_date(rate["day"])
    return f"{row['document']}: {style.money(claim)} × {factor} ({day}) = {style.money(row['claim_pln'])}"


BLOCKS: Blocks = {**NOTE_BLOCKS, "compensation_rows": _compensation_rows}
