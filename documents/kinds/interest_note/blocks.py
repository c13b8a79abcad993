"""The blocks of an interest note: every delay, its working, and what was settled."""

from __future__ import annotations

from documents.blocks import BlockContext, Blocks, Column, Parts, table
from documents.notes.blocks import NOTE_BLOCKS


def _interest_rows(context: BlockContext) -> Parts:
    """One line a delay: the claim, since when it was due in effect, how many days are charged."""
    style = context.style
    columns: list[Column] = [
        ("document", "left", lambda row: row["document"]),
        ("issue_date", "left", lambda row: style.short_date(row["issue_date"])),
        ("due_date", "left", lambda row: style.short_date(row["due_date"])),
        ("effective_due", "left", lambda row: style.short_date(row["effective_due"])),
        ("original", "right", lambda row: style.money(row["principal"])),
        ("days", "right", lambda row: str(row["days"])),
        ("interest", "right", lambda row: style.money(row["interest"])),
    ]
    yield from table(context, "interest_by_document", columns, context.model["rows"], "wide")


def _segments(context: BlockContext) -> Parts:
    """The working: every stretch of days with one principal and one rate."""
    style, labels = context.style, context.labels
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
    rows = context.model["rows"]
    yield from table(context, "working", columns, [(row, one) for row in rows for one in row["segments"]], "wide")
    charged = [f"{row['document']}: {labels['charged_by']} {row['charged_by']}" for row in rows if row["charged_by"]]
    if charged:
        yield {"type": "list", "lines": charged}


def _settled(context: BlockContext) -> Parts:
    """What was settled of the claims, and when."""
    style = context.style
    columns: list[Column] = [
        ("document", "left", lambda pair: pair[0]["document"]),
        ("settled_on", "left", lambda pair: style.short_date(pair[1]["day"])),
        ("settled_amount", "right", lambda pair: style.money(pair[1]["amount"])),
    ]
    pairs = [(row, part) for row in context.model["rows"] for part in row["settled"]]
    yield from table(context, "settled", columns, pairs)


BLOCKS: Blocks = {
    **NOTE_BLOCKS,
    "interest_rows": _interest_rows,
    "interest_segments": _segments,
    "settled_parts": _settled,
}
