"""Wording: what a message says, written once per language as a list of blocks, for mail and letter alike.

A wording file is YAML: `subject`, `heading` and `blocks`. A block is `paragraph: template`, `list: template` (one entry
a line), or one word for what is laid out by itself (items, totals, signature...). A block whose text comes out empty
is left out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from jinja2 import Template

from documents.text.sandbox import OUTPUT_LIMIT, WordingEnvironment, compile_template, fill
from documents.text.work import Work
from documents.text.yaml_text import read_text_tree
from engine.errors import InvalidInput

#: Blocks with a text.
WRITTEN: Final = ("paragraph", "list")
#: Blocks of one file.
_MOST_BLOCKS: Final = 200
#: Control characters and line ends of every kind but our own: in a subject they would begin another header of the mail.
_FORBIDDEN: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Block:
    """One part of a message: what it is, and its text if it has one (lines of a list are split later)."""

    type: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Filled:
    """Wording with a model filled in: plain text, nothing escaped."""

    subject: str
    heading: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Wording:
    """A wording file, checked and compiled."""

    where: str
    subject: Template
    heading: Template
    blocks: tuple[tuple[str, Template | None], ...]

    def fill(self, model: Mapping[str, Any]) -> Filled:
        """The text for a checked model. Raises InvalidInput naming the block where all blocks together take more than
        OUTPUT_LIMIT bytes or documents.text.work.WORK_LIMIT steps."""
        room, counted = OUTPUT_LIMIT, Work().given_to(model)

        def text_of(template: Template, part: str) -> str:
            nonlocal room
            where = f"{self.where}: {part}"
            text = fill(template, counted, where, room)
            if found := _FORBIDDEN.search(text):
                raise InvalidInput(f"{where}: the text has the character {found[0]!a}.", field=where)
            room -= len(text.encode())
            return text

        blocks = []
        for index, (type_, template) in enumerate(self.blocks):
            text = text_of(template, f"blocks.{index}").strip() if template else ""
            if text or template is None:
                blocks.append(Block(type_, text if type_ == "list" else _one_line(text)))
        return Filled(
            _one_line(text_of(self.subject, "subject")), _one_line(text_of(self.heading, "heading")), tuple(blocks)
        )


def _one_line(text: str) -> str:
    """Line ends and runs of blanks become one blank; no-break spaces stay."""
    return " ".join(part for part in text.replace("\n", " ").replace("\t", " ").split(" ") if part)


def parse_wording(text: str, where: str, language: str, laid_out: Sequence[str]) -> Wording:
    """Check and compile the text of a wording file. `laid_out`: the blocks there are besides those with a text.

    Raises InvalidInput naming `where` and the part.
    """
    loaded = read_text_tree(text, where)
    if not isinstance(loaded, dict) or set(loaded) != {"subject", "heading", "blocks"}:
        raise InvalidInput(f"{where}: write subject, heading and blocks, nothing else.")
    blocks = loaded["blocks"] or []
    if not isinstance(blocks, list) or len(blocks) > _MOST_BLOCKS:
        raise InvalidInput(f"{where}: blocks is a list of {_MOST_BLOCKS} blocks at most.", field=f"{where}: blocks")
    environment = WordingEnvironment(language)

    def compiled(source: object, part: str) -> Template:
        if not isinstance(source, str):
            raise InvalidInput(f"{where}: {part}: write a text.", field=f"{where}: {part}")
        return compile_template(environment, source, f"{where}: {part}")

    def block(written: object, part: str) -> tuple[str, Template | None]:
        if isinstance(written, str) and written in laid_out:
            return written, None
        if isinstance(written, dict) and len(written) == 1:
            [(type_, source)] = written.items()
            if type_ in WRITTEN:
                return type_, compiled(source, part)
        choice = f"a block is 'paragraph: text', 'list: text' or one of {', '.join(laid_out)}."
        raise InvalidInput(f"{where}: {part}: {choice}", field=f"{where}: {part}")

    return Wording(
        where,
        compiled(loaded["subject"], "subject"),
        compiled(loaded["heading"], "heading"),
        tuple(block(written, f"blocks.{index}") for index, written in enumerate(blocks)),
    )
