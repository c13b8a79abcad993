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
from documents.einvoice.electronic import electronic_form, verification
from documents.layout.composition import compose
from documents.layout.letter import facts_json, letter_images, letter_pdf
from documents.layout.mail import html_of, text_of
from documents.model import Model, load_model
from documents.text.wording import OwnWording

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


def render(kind: str, language: str, model: Mapping[str, object], own: OwnWording | None = None) -> Rendered:
    """The message of a kind in a language for a model (see documents.model). The same input gives the same bytes.

    `own`: the company's own wording, filled in a process apart; without it the shipped one. Raises
    NotFound for an unknown kind, InvalidInput naming the field for a model, language or wording that will not do.
    """
    document = kind_of(kind)
    facts, xml = checked(document, model)
    page = compose(document, language, facts, own)
    pdf = letter_pdf(page, facts, facts["as_of"], xml) if document.letter else None
    titled = f"{document.title[language]} {facts.get('number', '')}"
    name = f"{_file_name(titled)}-{facts['as_of']}.pdf" if pdf else None
    data = facts_json(facts).encode("utf-8")
    return Rendered(page["subject"], text_of(page), html_of(page), pdf, name, data, xml,
                    document.model().tabular(facts))  # fmt: skip


def preview(
    kind: str, language: str, model: Mapping[str, object], own: OwnWording | None = None, *, ppi: int = 110
) -> list[bytes]:
    """The pages of a letter as PNG. Raises as `render` does."""
    document = kind_of(kind)
    facts, _ = checked(document, model)
    return letter_images(compose(document, language, facts, own), facts, facts["as_of"], ppi=ppi)


def checked(kind: DocumentKind, model: Mapping[str, object]) -> tuple[Model, bytes | None]:
    """The checked model of a kind, and its electronic form where it has one. Raises InvalidInput naming the field."""
    facts = load_model(kind.model, model)
    if facts.get("electronic") is None:
        return facts, None
    xml = electronic_form(facts)
    return {**facts, "verification": verification(facts, xml)}, xml


def recipe(kind: str, language: str, own: OwnWording | None = None) -> str:
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


def _file_name(title: str) -> str:
    """A title as an ASCII file name: 'Wezwanie do zapłaty' becomes 'wezwanie-do-zaplaty', 'Auszüge' 'auszuege'."""
    plain = unicodedata.normalize("NFKD", title.lower().translate(_WITHOUT_ACCENT))
    return re.sub(r"[^a-z0-9]+", "-", plain.encode("ascii", "ignore").decode()).strip("-")
