"""Wording: what a message says, written once per language as a list of blocks, for mail and letter alike.

A wording file is YAML: `subject`, `heading` and `blocks`. A block is `paragraph: template`, `list: template` (one entry
a line), or one word for what is laid out by itself (items, totals, signature...). A block whose text comes out empty
is left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml
from jinja2 import Template

from documents.catalogue import LANGUAGES, DocumentKind
from documents.laid_out import LAID_OUT
from documents.model import Model
from documents.sandbox import WordingEnvironment, compile_template, fill
from engine.errors import InvalidInput, NotFound

_WRITTEN: Final = ("paragraph", "list")
_GIVEN: Final = tuple(name for name in LAID_OUT if name not in _WRITTEN)


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

    def fill(self, model: Model) -> Filled:
        """The text for a model from `load_model`. Raises InvalidInput naming the block."""
        blocks = []
        for index, (type_, template) in enumerate(self.blocks):
            text = fill(template, model, f"{self.where}: blocks.{index}").strip() if template else ""
            if text or template is None:
                blocks.append(Block(type_, text if type_ == "list" else _one_line(text)))
        return Filled(
            _one_line(fill(self.subject, model, f"{self.where}: subject")),
            _one_line(fill(self.heading, model, f"{self.where}: heading")),
            tuple(blocks),
        )


def _one_line(text: str) -> str:
    """Line ends and runs of blanks become one blank; no-break spaces stay."""
    return " ".join(part for part in text.replace("\n", " ").replace("\t", " ").split(" ") if part)


def read_wording(path: Path, language: str) -> Wording:
    """Read and check a wording file. Raises InvalidInput naming the file and the part, NotFound when missing."""
    if not path.is_file():
        raise NotFound("wording", str(path))
    where = "/".join(path.parts[-3:])
    try:
        loaded = yaml.safe_load(path.read_text("utf-8"))
    except yaml.YAMLError as error:
        raise InvalidInput(f"{where}: {error}") from error
    if not isinstance(loaded, dict) or set(loaded) != {"subject", "heading", "blocks"}:
        raise InvalidInput(f"{where}: write subject, heading and blocks, nothing else.")
    environment = WordingEnvironment(language)
    return Wording(
        where,
        compile_template(environment, str(loaded["subject"]), f"{where}: subject"),
        compile_template(environment, str(loaded["heading"]), f"{where}: heading"),
        tuple(
            _block(environment, block, f"{where}: blocks.{index}") for index, block in enumerate(loaded["blocks"] or ())
        ),
    )


def _block(environment: WordingEnvironment, block: Any, where: str) -> tuple[str, Template | None]:
    if isinstance(block, str) and block in _GIVEN:
        return block, None
    if isinstance(block, dict) and len(block) == 1:
        [(type_, text)] = block.items()
        if type_ in _WRITTEN and isinstance(text, str):
            return type_, compile_template(environment, text, where)
    raise InvalidInput(
        f"{where}: a block is 'paragraph: text', 'list: text' or one of {', '.join(_GIVEN)}.", field=where
    )


@cache
def _shipped(folder: Path, language: str) -> Wording:
    return read_wording(folder / f"wording.{language}.yaml", language)


def wording_of(kind: DocumentKind, language: str) -> Wording:
    """The shipped wording of a kind. Raises InvalidInput for a language there is none in."""
    if language not in LANGUAGES:
        raise InvalidInput(f"There is no wording in '{language}'; there is {', '.join(LANGUAGES)}.", field="language")
    return _shipped(kind.folder, language)
