"""Rendering: kind, language and model in; subject, mail bodies and letter out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from documents.catalogue import kind_of
from documents.composition import compose
from documents.letter import letter_images, letter_pdf
from documents.mail import html_of, text_of
from documents.model import load_model


@dataclass(frozen=True, slots=True)
class Rendered:
    """A finished message. `letter_pdf` and its file name are None for kinds without a letter."""

    subject: str
    text: str
    html: str
    letter_pdf: bytes | None
    letter_name: str | None


def render(kind: str, language: str, model: Mapping[str, object]) -> Rendered:
    """The message of a kind in a language for a model (see documents.model). The same input gives the same bytes.

    Raises NotFound for an unknown kind, InvalidInput naming the field for a model or language that will not do.
    """
    document = kind_of(kind)
    facts = load_model(document.model, model)
    page = compose(document, language, facts)
    pdf = letter_pdf(page, facts, facts["as_of"]) if document.letter else None
    name = f"{_file_name(document.title[language])}-{facts['as_of']}.pdf" if pdf else None
    return Rendered(page["subject"], text_of(page), html_of(page), pdf, name)


def preview(kind: str, language: str, model: Mapping[str, object], *, ppi: int = 110) -> list[bytes]:
    """The pages of a letter as PNG. Raises as `render` does."""
    document = kind_of(kind)
    facts = load_model(document.model, model)
    return letter_images(compose(document, language, facts), facts, facts["as_of"], ppi=ppi)


def _file_name(title: str) -> str:
    """A title as an ASCII file name: 'Wezwanie do zapłaty' becomes 'wezwanie-do-zaplaty'."""
    plain = unicodedata.normalize("NFKD", title.lower().replace("ł", "l"))
    return re.sub(r"[^a-z0-9]+", "-", plain.encode("ascii", "ignore").decode()).strip("-")
