"""Composition: a model and its wording become one page of plain text blocks, which mail and letter lay out.

Everything is formatted here, so that a layout places text and never formats a number.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

from documents.blocks import ENCLOSURES, BlockContext, Labels
from documents.catalogue import DocumentKind
from documents.invoicing.frame import invoice_frame
from documents.model import CheckedModel
from documents.text.formats import Formats, formats
from documents.text.wording import WordingText
from documents.text.wording_file import Block
from documents.text.yaml_text import read_text_tree
from engine.errors import InvalidInput

#: A page: dict, list and str only.
Page = dict[str, Any]

_LABELS: Final = Path(__file__).parent / "labels.yaml"


@cache
def _labels() -> dict[str, Labels]:
    loaded: dict[str, Labels] = read_text_tree(_LABELS.read_text("utf-8"), _LABELS.name)
    return loaded


def compose(kind: DocumentKind, language: str, model: CheckedModel, own: WordingText | None = None) -> Page:
    """The page of a message: subject, heading, head and foot, and blocks of the types paragraph, remark, list, table,
    totals, box and signature. `own`: the company's wording, if not the shipped one. Raises InvalidInput naming what the
    wording misses, or the block that shows what this kind has not."""
    wording = kind.wording(language, own)
    filled = wording.fill(model)
    labels, style = _labels()[language], formats(language)
    blocks: list[dict[str, Any]] = []
    for block in _with_enclosures(filled.blocks, model):
        try:
            blocks += kind.blocks[block.type](BlockContext(block.text, language, model, labels, style))
        except KeyError as error:
            where = f"{wording.where}: {block.type}"
            raise InvalidInput(f"{where}: '{kind.name}' has no {error.args[0]}.", field=where) from error
    frame = (
        invoice_frame(model, labels, style) if kind.layout == "invoice" else _frame(kind.audience, model, labels, style)
    )
    return {
        "language": language,
        "layout": kind.layout,
        "subject": filled.subject,
        "heading": filled.heading,
        "title": kind.title[language],
        "blocks": blocks,
        **frame,
    }


def _with_enclosures(blocks: Sequence[Block], model: CheckedModel) -> Iterator[Block]:
    """The blocks of a wording, and what is enclosed before the signature where a wording of one's own does not say it:
    nobody is to look for a file that did not come."""
    unsaid = bool(model.get("enclosed") or model.get("not_enclosed"))
    unsaid = unsaid and all(block.type != ENCLOSURES for block in blocks)
    for block in blocks:
        if unsaid and block.type == "signature":
            yield Block(ENCLOSURES, "")
            unsaid = False
        yield block
    if unsaid:
        yield Block(ENCLOSURES, "")


def _frame(audience: str, model: CheckedModel, labels: Labels, style: Formats) -> Page:
    """Letterhead, address window, reference lines and foot; `parties` opens a mail to a customer."""
    sender, customer = model["sender"], model["customer"]
    day = labels["on_day"].format(day=style.date(model["as_of"]))
    references = [
        (labels["customer_key"], customer["key"]),
        (labels["customer_tax_id"], customer["tax_id"]),
        (labels["case_reference"], model["case_reference"]),
    ]
    shown = [[label, value] for label, value in references if value]
    contacts = [(labels["phone"], sender["phone"]), (labels["email"], sender["email"])]
    tax_id = f"{labels['tax_id']} {sender['tax_id']}"
    return {
        "sender": {
            "name": sender["name"],
            "address": ", ".join(sender["address"]),
            "tax_id": tax_id,
            "contacts": [f"{label} {value}" for label, value in contacts if value],
        },
        "recipient": [customer["name"], *customer["address"]] if audience != "counsel" else [],
        "parties": [[labels["customer"], customer["name"]], *shown] if audience == "customer" else [],
        "place_date": f"{sender['place']}, {day}" if sender["place"] else day,
        "references": shown,
        "registration": sender["registration"] or f"{sender['name']}, {', '.join(sender['address'])}, {tax_id}",
        "checkpoint": f"{labels['checkpoint']}: {model['checkpoint']}" if model["checkpoint"] else "",
        "page_of": labels["page_of"],
    }
