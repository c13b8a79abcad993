"""Rendering: kind, language and model in; subject, mail bodies and letter out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Final

from documents.catalogue import DocumentKind, kind_of
from documents.einvoice.electronic import with_electronic_form
from documents.layout.composition import compose
from documents.layout.letter import facts_json, letter_images, letter_pdf
from documents.layout.mail import html_of, text_of
from documents.model import CheckedModel
from documents.text.wording import WordingText

_FOLDER: Final = Path(__file__).parents[1]
#: Letters that Unicode does not take apart, and those of German, which are written as two.
_WITHOUT_ACCENT: Final = str.maketrans({"ł": "l", "ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


@dataclass(frozen=True, slots=True)
class Rendered:
    """A finished message. `letter_pdf` and its file name are None for kinds without a letter. `facts`: the checked
    model as JSON, as it stands inside the letter. `xml`: the electronic form, `csv`: the table, for kinds that have
    one."""

    subject: str
    text: str
    html: str
    letter_pdf: bytes | None
    letter_name: str | None
    facts: bytes
    xml: bytes | None
    csv: bytes | None


def render(kind: str, language: str, data: Mapping[str, object], own: WordingText | None = None) -> Rendered:
    """The document of a kind in a language for a model that is not checked yet (see documents.model). The same input
    gives the same bytes.

    Raises NotFound for an unknown kind, else as `rendered`, naming the field for a model that will not do.
    """
    found = kind_of(kind)
    return rendered(found, language, CheckedModel(found.model, data), own)


def rendered(kind: DocumentKind, language: str, model: CheckedModel, own: WordingText | None = None) -> Rendered:
    """The document of a checked model, its electronic form built once.

    `own`: the company's own wording; without it the shipped one. Raises InvalidInput naming the field for a language or
    wording that will not do, and for a model without a valid electronic form.
    """
    facts, xml = with_electronic_form(model)
    page = compose(kind, language, facts, own)
    pdf = letter_pdf(page, facts, xml) if kind.letter else None
    titled = f"{kind.title[language]} {facts.get('number', '')}"
    name = f"{file_name(titled)}-{facts.as_of}.pdf" if pdf else None
    data = facts_json(facts).encode("utf-8")
    return Rendered(page["subject"], text_of(page), html_of(page), pdf, name, data, xml, facts.tabular())


def preview(
    kind: str, language: str, data: Mapping[str, object], own: WordingText | None = None, *, ppi: int = 110
) -> list[bytes]:
    """The pages of a letter as PNG. Raises as `render` does."""
    found = kind_of(kind)
    facts, _ = with_electronic_form(CheckedModel(found.model, data))
    return letter_images(compose(found, language, facts, own), facts, ppi=ppi)


def recipe(kind: str, language: str, own: WordingText | None = None) -> str:
    """SHA-256 (hex) of everything besides the model that the bytes follow from: code, wording, layout, fonts, Typst,
    and the company's own wording where it has one."""
    shipped = _shipped_recipe(kind, language)
    return sha256(f"{shipped} {own.sha256}".encode()).hexdigest() if own else shipped


@cache
def _shipped_recipe(kind: str, language: str) -> str:
    digest = sha256(f"{kind} {language} typst {version('typst')}".encode())
    for path in sorted(_made_from(kind_of(kind))):
        digest.update(path.relative_to(_FOLDER).as_posix().encode() + b"\0" + sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _made_from(kind: DocumentKind) -> Iterator[Path]:
    """Code and data that bytes follow from; fillings only make the model, which is kept with the document."""
    for path in _FOLDER.rglob("*.py"):
        if path.parent.name != "filling" and not path.name.startswith("fill"):
            yield path
    for folder in (_FOLDER / "layout", _FOLDER / "fonts", kind.folder):
        files = (path for path in folder.iterdir() if path.is_file())
        yield from (path for path in files if path.suffix != ".py" and path.name != "sample.yaml")


def file_name(title: str) -> str:
    """A title as an ASCII file name: 'Wezwanie do zapłaty' becomes 'wezwanie-do-zaplaty', 'Auszüge' 'auszuege'."""
    plain = unicodedata.normalize("NFKD", title.lower().translate(_WITHOUT_ACCENT))
    return re.sub(r"[^a-z0-9]+", "-", plain.encode("ascii", "ignore").decode()).strip("-")
