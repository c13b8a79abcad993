"""Issued documents as files: as they left, rendered again, in other electronic forms, or from a model alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Protocol

from documents.catalogue import kinds
from documents.einvoice.ubl import ubl_xml
from documents.layout.rendering import Rendered, preview, render
from documents.register.issued import IssuedDocument
from documents.text.wording import own_wording
from engine.errors import InvalidInput

_INVOICES: Final = ("vat_invoice", "margin_invoice", "advance_invoice", "final_invoice", "correcting_invoice")


class IssuedDocuments(Protocol):
    """Documents issued, their bytes and the models they were rendered from. Each raises NotFound."""

    def get(self, document_id: int) -> IssuedDocument:
        """One document."""
        ...

    def content(self, document_id: int, part: str) -> bytes:
        """The bytes of a part as they left. Raises ArchiveBroken."""
        ...

    def model(self, document_id: int) -> Any:
        """The checked model it was rendered from."""
        ...


def issued_files(documents: IssuedDocuments, document_id: int) -> Mapping[str, bytes]:
    """The parts of a document by file name, out of the archive. Raises NotFound, ArchiveBroken."""
    found = documents.get(document_id)
    stem = _stem(f"{found.kind}-{found.number}")
    return {f"{stem}.{part}": documents.content(document_id, part) for part in found.parts}


def ubl_files(documents: IssuedDocuments, ids: Sequence[int]) -> Mapping[str, bytes]:
    """Invoices and corrections as EN 16931 in UBL by file name; made from what is stored, so nothing changes.

    Raises NotFound, InvalidInput (field 'documents') for another kind.
    """
    files = {}
    for document_id in ids:
        found = documents.get(document_id)
        if found.kind not in _INVOICES:
            raise InvalidInput(f"{found.number} is neither an invoice nor a correction.", field="documents")
        files[f"{_stem(found.number)}.ubl.xml"] = ubl_xml(documents.model(document_id))
    return files


def rendered_files(
    kind: str, language: str, model: Mapping[str, Any] | None, *, wordings: Path | None = None, pictures: bool = False
) -> Mapping[str, bytes]:
    """A kind rendered from a model, or from its sample if there is none, by file name. Nothing is issued.

    `wordings`: folder of own wordings; `pictures`: the pages too. Raises InvalidInput naming the field.
    """
    described = kinds()[kind]
    given = described.sample() if model is None else model
    own = own_wording(wordings, kind, language)
    files = _parts(f"{kind}.{language}", render(kind, language, given, own))
    if pictures and described.letter:
        pages = preview(kind, language, given, own)
        files |= {f"{kind}.{language}.{number}.png": page for number, page in enumerate(pages, start=1)}
    return files


def _stem(name: str) -> str:
    """A name as the stem of a file: letters and digits stay, anything else is a dash."""
    return "".join(character if character.isalnum() else "-" for character in name)


def _parts(stem: str, rendered: Rendered) -> dict[str, bytes]:
    parts = {
        "pdf": rendered.letter_pdf,
        "xml": rendered.xml,
        "csv": rendered.csv,
        "json": rendered.facts,
        "html": rendered.html.encode("utf-8"),
        "txt": rendered.text.encode("utf-8"),
    }
    return {f"{stem}.{ending}": data for ending, data in parts.items() if data is not None}
