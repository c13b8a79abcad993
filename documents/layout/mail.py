"""A page as the two bodies of a mail: plain text, and HTML that needs nothing from outside."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Template

from documents.layout.composition import Page
from documents.text.sandbox import WordingEnvironment, compile_template, fill

_LAYOUT: Final = Path(__file__).parent / "mail.html"
_WIDTH: Final = 76


@cache
def _layout(language: str) -> Template:
    environment = WordingEnvironment(language, autoescape=True, deepest_loop=3)
    return compile_template(environment, _LAYOUT.read_text("utf-8"), _LAYOUT.name)


def html_of(page: Page) -> str:
    """The HTML body; every text is escaped. Raises InvalidInput when it grows beyond the sandbox's limit."""
    blocks = [_with_aligned_cells(block) if block["type"] == "table" else block for block in page["blocks"]]
    return fill(_layout(page["language"]), {**page, "blocks": blocks}, _LAYOUT.name)


def _with_aligned_cells(table: dict[str, Any]) -> dict[str, Any]:
    def cells(texts: list[str]) -> list[dict[str, str]]:
        return [{"text": text, "align": align} for text, align in zip(texts, table["align"], strict=True)]

    return {**table, "head": cells(table["head"]), "rows": [cells(row) for row in table["rows"]]}


def text_of(page: Page) -> str:
    """The plain text body, lines at most 76 characters where words allow. Ends with a line end."""
    parties = [{"type": "totals", "pairs": page["parties"]}] if page["parties"] else []
    heading = {"type": "paragraph", "text": page["heading"].upper()}
    parts = ["\n".join(_lines(block)) for block in [heading, *parties, *page["blocks"]]]
    foot = [line for part in (page["registration"], page["checkpoint"]) for line in _wrap(part)]
    return "\n\n".join([*parts, "\n".join(["-- ", *foot])]) + "\n"


def _wrap(text: str, first: str = "", rest: str = "") -> list[str]:
    return textwrap.wrap(
        text, _WIDTH, initial_indent=first, subsequent_indent=rest, break_long_words=False, break_on_hyphens=False
    )


def _lines(block: dict[str, Any]) -> Iterator[str]:
    match block["type"]:
        case "paragraph" | "remark":
            yield from _wrap(block["text"])
        case "list":
            yield from _entries(block["lines"])
        case "table":
            yield from filter(None, [block.get("title")])
            labelled = (
                [f"{head}: {cell}" for head, cell in zip(block["head"], row, strict=True)] for row in block["rows"]
            )
            yield from _entries(
                f"{row[0]}. {'; '.join(cells[1:])}" for row, cells in zip(block["rows"], labelled, strict=True)
            )
        case "totals":
            yield from _pairs(block["pairs"], "")
        case "box":
            yield from filter(None, [block["title"]])
            yield from _pairs(block["pairs"], "  ")
        case "signature":
            yield from (block["regards"], *block["lines"])


def _entries(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        yield from _wrap(text, "- ", "  ")


def _pairs(pairs: Iterable[list[str]], indent: str) -> Iterator[str]:
    for label, value in pairs:
        yield from _wrap(f"{label}: {value}", indent, indent + "  ")
