"""A page as a PDF/A-3b letter, set by Typst.

The same page and facts give the same bytes: fonts are ours alone, the time of creation is the letter's day, and text
reaches Typst as data, never as markup. The facts travel inside the PDF as facts.json.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any, Final

import typst

from documents.layout.composition import Page
from documents.model import CheckedModel
from engine.errors import InvalidInput

_FOLDER: Final = Path(__file__).parents[1]
#: A compiler is one mutable object that keeps parsed fonts and layout; threads take turns.
_TURN: Final = Lock()


@cache
def _compiler(layout: str) -> typst.Compiler:
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(_FOLDER / "fonts")])
    return typst.Compiler(str(_FOLDER / "layout" / f"{layout}.typ"), root=str(_FOLDER / "layout"), font_paths=fonts)


def letter_pdf(page: Page, facts: CheckedModel, xml: bytes | None = None) -> bytes:
    """The page as PDF/A-3b (ISO 19005-3), tagged, with the facts attached, and the electronic form where there is one.

    Raises InvalidInput naming the field that has a character no shipped font has.
    """
    [pdf] = _compile(page, facts, "pdf", xml=xml)
    return pdf


def letter_images(page: Page, facts: CheckedModel, *, ppi: int = 110) -> list[bytes]:
    """The letter's pages as PNG, for previews. Raises InvalidInput as `letter_pdf` does."""
    return _compile(page, facts, "png", ppi)


def _compile(page: Page, facts: CheckedModel, form: Any, ppi: int = 110, xml: bytes | None = None) -> list[bytes]:
    as_of = facts.as_of
    data = {**page, "as_of": [as_of.year, as_of.month, as_of.day]}
    moment = dt.datetime.combine(as_of, dt.time(), dt.UTC)
    try:
        with _TURN:
            compiled = _compiler(page["layout"]).compile(
                format=form,
                ppi=ppi,
                sys_inputs={"page": _json(data), "facts": facts_json(facts), "xml": (xml or b"").decode("utf-8")},
                pdf_standards=["a-3b"] if form == "pdf" else [],
                timestamp=moment,
            )
    except typst.TypstError as error:
        raise _unprintable(error, facts) from error
    if isinstance(compiled, bytes):
        return [compiled]
    return compiled or []


def facts_json(facts: CheckedModel) -> str:
    """The model as JSON with sorted keys: dates as ISO text, amounts as decimal text."""
    return _json(dict(facts))


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)


def _unprintable(error: typst.TypstError, facts: Mapping[str, Any]) -> InvalidInput:
    """The error for a character without a glyph names the first field that has it; any other names the layout."""
    found = re.search(r'text `"(.+?)"` could not be displayed', error.message)
    if not found:
        return InvalidInput(f"The letter could not be set: {error.message}.")
    text = re.sub(r"\\u\{([0-9a-f]+)\}", lambda code: chr(int(code[1], 16)), found[1])
    field = next((path for path, value in _strings(facts, "") if text in value), None)
    return InvalidInput(f"{field or 'letter'}: no shipped font has the character {text!r}", field=field)


def _strings(value: object, path: str) -> list[tuple[str, str]]:
    if isinstance(value, str):
        return [(path, value)]
    if isinstance(value, Mapping):
        parts = [(str(key), part) for key, part in value.items()]
    elif isinstance(value, list):
        parts = [(str(index), part) for index, part in enumerate(value)]
    else:
        return []
    return [found for key, part in parts for found in _strings(part, f"{path}.{key}" if path else key)]
