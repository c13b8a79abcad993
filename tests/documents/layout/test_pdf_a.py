"""Every letter of every kind, from its sample, held against what ISO 19005-3 (PDF/A-3, level B) asks of a file."""

from __future__ import annotations

import datetime as dt
import io
import json
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from typing import Any

import pikepdf
import pypdf
import pytest

from documents.catalogue import kinds
from documents.einvoice.electronic import with_electronic_form
from documents.layout.rendering import Rendered, render
from documents.model import CheckedModel
from documents.text.formats import Formats, formats
from documents.text.languages import LANGUAGES, Language

_LETTERS = sorted(name for name, kind in kinds().items() if kind.letter)
every_letter = pytest.mark.parametrize(
    ("kind", "language"), [(kind, language) for kind in _LETTERS for language in LANGUAGES]
)
#: Figures a page is made with and does not show.
_NOT_SHOWN = {"split_payment_above"}
#: What is nothing by the nature of a kind: tax under the margin scheme, and the rest of what was paid.
_NOTHING = {"margin_invoice": {"vat", "rates.0.vat"}, "advance_invoice": {"payable"}}
#: Keys of a dictionary by which a file acts, or asks for something outside itself (6.6.1, 6.6.2, 6.1.7, 6.4.1).
_ACTING = ("/JS", "/AA", "/OpenAction", "/XFA", "/NeedAppearances", "/Launch", "/OPI")


@cache
def _rendered(kind: str, language: Language) -> Rendered:
    return render(kind, language, kinds()[kind].sample())


def _pdf(kind: str, language: Language) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(_rendered(kind, language).letter_pdf or b""))


def _dictionaries(pdf: pikepdf.Pdf) -> Iterator[Any]:
    """Every dictionary of the file, of streams too. What is referred to is an object itself; what stands inside another
    is followed."""
    waiting: list[Any] = list(pdf.objects)
    while waiting:
        found = waiting.pop()
        if isinstance(found, (pikepdf.Dictionary, pikepdf.Stream)):
            yield found
            parts = [part for _, part in found.items()]
        else:
            parts = list(found) if isinstance(found, pikepdf.Array) else []
        waiting += [
            part for part in parts if isinstance(part, (pikepdf.Array, pikepdf.Dictionary)) and not part.is_indirect
        ]


@every_letter
def test_it_says_what_it_is_and_which_colours_it_means(kind: str, language: Language) -> None:
    data = _rendered(kind, language).letter_pdf or b""
    assert data.startswith(b"%PDF-1.7")
    assert all(byte > 127 for byte in data.split(b"\n")[1][1:5])
    with _pdf(kind, language) as pdf:
        with pdf.open_metadata() as xmp:
            assert (xmp["pdfaid:part"], xmp["pdfaid:conformance"]) == ("3", "B")
            assert xmp["dc:title"] == str(pdf.docinfo["/Title"])
            assert xmp["xmp:CreateDate"][:10].replace("-", "") == str(pdf.docinfo["/CreationDate"])[2:10]
        [intent] = pdf.Root.OutputIntents
        assert intent.S == "/GTS_PDFA1"
        profile = intent.DestOutputProfile.read_bytes()
        assert profile[36:40] == b"acsp"
        assert intent.DestOutputProfile.N == 3
        assert profile[16:20] == b"RGB "
        assert "/Filter" not in pdf.Root.Metadata
        assert len(pdf.trailer.ID) == 2


@every_letter
def test_it_is_tagged_in_its_language(kind: str, language: Language) -> None:
    with _pdf(kind, language) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert pdf.Root.Lang == language
        tags = {str(entry["/S"]) for entry in _dictionaries(pdf) if entry.get("/Type") == "/StructElem"}
        assert tags >= {"/Document", "/P"}
        assert pdf.Root.StructTreeRoot.K


@every_letter
def test_every_font_is_inside_and_maps_to_text(kind: str, language: Language) -> None:
    with _pdf(kind, language) as pdf:
        descriptors = [entry for entry in _dictionaries(pdf) if entry.get("/Type") == "/FontDescriptor"]
        fonts = [entry for entry in _dictionaries(pdf) if entry.get("/Subtype") == "/Type0"]
        described = [entry for entry in _dictionaries(pdf) if str(entry.get("/Subtype")).startswith("/CIDFontType")]
        assert len(fonts) == len(described) == len(descriptors) > 0
        assert all("/FontFile2" in descriptor or "/FontFile3" in descriptor for descriptor in descriptors)
        assert all("/ToUnicode" in font for font in fonts)
        assert not [entry for entry in _dictionaries(pdf) if entry.get("/Subtype") in {"/Type1", "/TrueType", "/Type3"}]


@every_letter
def test_it_carries_its_facts_and_says_what_they_are_to_it(kind: str, language: Language) -> None:
    rendered = _rendered(kind, language)
    with _pdf(kind, language) as pdf:
        specs = {str(spec.UF): spec for spec in pdf.Root.AF}
        assert set(specs) == set(pdf.attachments)
        assert pdf.attachments["facts.json"].get_file().read_bytes() == rendered.facts
        assert (rendered.xml is not None) == any(name.endswith(".xml") for name in specs)
        for spec in specs.values():
            assert str(spec.AFRelationship) in {"/Source", "/Data", "/Alternative", "/Supplement", "/Unspecified"}
            assert str(spec.F) == str(spec.UF)
            assert str(spec.EF.F.Subtype).startswith(("/application/", "/text/"))
            assert str(spec.EF.F.Params.ModDate).startswith("D:")
    json.loads(rendered.facts)


@every_letter
def test_it_does_nothing_asks_for_nothing_and_hides_nothing(kind: str, language: Language) -> None:
    with _pdf(kind, language) as pdf:
        assert not pdf.is_encrypted
        for entry in _dictionaries(pdf):
            assert not [name for name in _ACTING if name in entry]
            assert entry.get("/S") not in {"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/Movie", "/Sound"}
            assert not (isinstance(entry, pikepdf.Stream) and "/F" in entry)
            assert entry.get("/Filter") not in {"/LZWDecode", "/Crypt"}


@every_letter
def test_its_text_has_every_figure_of_its_facts(kind: str, language: Language) -> None:
    pages = pypdf.PdfReader(io.BytesIO(_rendered(kind, language).letter_pdf or b"")).pages
    text = _bare("".join(page.extract_text() for page in pages))
    facts, _ = with_electronic_form(CheckedModel(kinds()[kind].model, kinds()[kind].sample()))
    hidden = _NOT_SHOWN | _NOTHING.get(kind, set())
    figures = [(path, forms) for path, forms in _figures(dict(facts), formats(language), "") if path not in hidden]
    assert len(figures) >= 2
    assert not [path for path, forms in figures if not any(_bare(form) in text for form in forms)]


def _bare(text: str) -> str:
    """Without blanks of any kind, which differ between a page and what is read off it."""
    return "".join(text.split()).replace("\N{ZERO WIDTH SPACE}", "")


def _figures(value: Any, style: Formats, path: str) -> Iterator[tuple[str, list[str]]]:
    """Amounts, numbers and days in the forms a page may show them in; days past due only where they are."""
    if isinstance(value, dict) and set(value) == {"currency", "amount"}:
        yield path, [style.money(value)]
    elif isinstance(value, dict):
        for name, part in value.items():
            yield from _figures(part, style, f"{path}.{name}" if path else str(name))
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from _figures(part, style, f"{path}.{index}")
    elif isinstance(value, Decimal):
        yield path, [style.number(value), style.price(value), f"{style.number(value)}%"]
    elif isinstance(value, dt.date):
        yield path, [style.date(value), style.short_date(value)]
    elif isinstance(value, int) and not isinstance(value, bool) and value > 0:
        yield path, [str(value)]


@every_letter
def test_rendered_again_it_is_the_same_byte_for_byte(kind: str, language: Language) -> None:
    assert render(kind, language, kinds()[kind].sample()) == _rendered(kind, language)
