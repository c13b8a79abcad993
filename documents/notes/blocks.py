"""The blocks of a note: what it charges, in figures and in words, and where to pay."""

from __future__ import annotations

from documents.blocks import BlockContext, Blocks, Parts
from documents.notes.model import total_in_words


def _note_total(context: BlockContext) -> Parts:
    """What a note charges, in figures and in words."""
    model, labels = context.model, context.labels
    yield {"type": "totals", "pairs": [[labels["total"], context.style.money(model["total"])]], "strong": True}
    words = total_in_words(model, context.language)
    yield {"type": "paragraph", "text": f"{labels['in_words']}: {words}"}


def _note_payment(context: BlockContext) -> Parts:
    """Until when and where to pay, under which reference."""
    model, labels = context.model, context.labels
    pairs = context.labelled(
        [
            ("due_date", context.style.date(model["deadline"])),
            *(("account", context.account(account)) for account in model["accounts"]),
            ("payee", model["sender"]["name"]),
            ("transfer_title", model["number"]),
        ]
    )
    yield {"type": "box", "title": labels["payment_details"], "pairs": pairs}


#: Blocks of every note.
NOTE_BLOCKS: Blocks = {"note_total": _note_total, "note_payment": _note_payment}
