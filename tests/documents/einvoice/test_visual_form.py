"""The page of an invoice: what it says, what it carries, and that it comes out the same again."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import sys
from typing import Any

import pikepdf
import pypdf
import pytest
import zxingcpp
from PIL import Image

from documents.catalogue import kinds
from documents.einvoice.electronic import with_electronic_form
from documents.einvoice.ksef import verification_url
from documents.layout.rendering import Rendered, preview, recipe, render
from documents.model import CheckedModel
from documents.text.formats import formats
from documents.text.languages import LANGUAGES
from engine.errors import InvalidInput
from tests.documents.conftest import line

_KINDS = sorted(name for name, kind in kinds().items() if kind.layout == "invoice")
_RENDER = (
    "import hashlib, sys; from documents.catalogue import kind_of; from documents.layout.rendering import render;"
    "pdf = render('vat_invoice', 'pl', kind_of('vat_invoice').sample()).letter_pdf;"
    "sys.stdout.write(hashlib.sha256(pdf).hexdigest())"
)


def _text(rendered: Rendered) -> str:
    pages = pypdf.PdfReader(io.BytesIO(rendered.letter_pdf or b"")).pages
    return " ".join(" ".join(page.extract_text() for page in pages).replace("\N{NO-BREAK SPACE}", " ").split())


def _codes(kind: str, language: str, model: Any) -> list[str]:
    return [
        code.text
        for page in preview(kind, language, model, ppi=150)
        for code in zxingcpp.read_barcodes(Image.open(io.BytesIO(page)))
    ]


def _money(value: Any) -> list[Any]:
    """Every amount in a model, however deep."""
    if isinstance(value, dict):
        own = [value] if set(value) == {"currency", "amount"} else []
        return own + [found for part in value.values() for found in _money(part)]
    return [found for part in value for found in _money(part)] if isinstance(value, list) else []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", _KINDS)
def test_the_page_shows_every_figure_of_the_model(name: str, language: str) -> None:
    facts, _ = with_electronic_form(CheckedModel(kinds()[name].model, kinds()[name].sample()))
    rendered = render(name, language, kinds()[name].sample())
    page, style = _text(rendered), formats(language)
    shown = [style.money({**money, "amount": abs(money["amount"])}) for money in _money(dict(facts)) if money["amount"]]
    assert shown
    for text in shown:
        assert text.replace("\N{NO-BREAK SPACE}", " ") in page
    assert facts["number"] in page
    for party in ("seller", "buyer"):
        assert facts[party]["tax_id"] in page


@pytest.mark.parametrize("name", _KINDS)
def test_a_pdf_a_3b_carries_facts_and_electronic_form(name: str) -> None:
    rendered = render(name, "pl", kinds()[name].sample())
    assert (rendered.xml is None) == (name == "proforma")
    with pikepdf.open(io.BytesIO(rendered.letter_pdf or b"")) as pdf:
        assert pdf.open_metadata().pdfa_status == "3B"
        assert pdf.Root.OutputIntents[0].S == "/GTS_PDFA1"
        assert pdf.Root.MarkInfo.Marked
        assert len(pdf.Root.AF) == len(pdf.attachments)
        assert pdf.attachments["facts.json"].get_file().read_bytes() == rendered.facts
        if rendered.xml:
            attached = pdf.attachments["faktura.xml"]
            assert attached.get_file().read_bytes() == rendered.xml
            assert attached.relationship == pikepdf.Name.Source
        else:
            assert set(pdf.attachments) == {"facts.json"}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", _KINDS)
def test_rendering_again_gives_the_same_bytes(name: str, language: str) -> None:
    sample = kinds()[name].sample()
    assert render(name, language, sample) == render(name, language, sample)


def test_another_process_renders_the_same_bytes() -> None:
    pdf = render("vat_invoice", "pl", kinds()["vat_invoice"].sample()).letter_pdf or b""
    there = subprocess.run([sys.executable, "-c", _RENDER], capture_output=True, text=True, check=True)
    assert there.stdout == hashlib.sha256(pdf).hexdigest()


def test_a_camera_reads_both_codes(invoice: dict[str, Any]) -> None:
    invoice["lines"] = [line(price="1000")]
    rendered = render("vat_invoice", "pl", invoice)
    url = verification_url(rendered.xml or b"", "1234563218", invoice["issue_date"])
    transfer = "1234563218|PL|61109010140000071219812874|123000|Dostawca S.A.|FV/00001/2026|||"
    assert sorted(_codes("vat_invoice", "pl", invoice)) == [transfer, url]


def test_the_label_is_the_ksef_number_or_offline(invoice: dict[str, Any]) -> None:
    number = "5265877635-20250826-0100001AF629-AF"
    assert "OFFLINE" in _text(render("vat_invoice", "pl", invoice))
    numbered = _text(render("vat_invoice", "pl", {**invoice, "ksef": {"number": number}}))
    assert number in numbered
    assert "OFFLINE" not in numbered


def test_an_invoice_outside_ksef_has_no_code_of_ksef(invoice: dict[str, Any]) -> None:
    rendered = render("vat_invoice", "pl", {**invoice, "ksef": {"mode": "outside"}})
    assert rendered.xml is None
    assert "KSeF" not in _text(rendered)


def test_no_code_of_a_transfer_that_must_be_split_or_is_too_large(invoice: dict[str, Any]) -> None:
    assert "Zapłać kodem" not in _text(render("vat_invoice", "pl", invoice))
    invoice["lines"] = [line(price="1000")]
    assert "Zapłać kodem" in _text(render("vat_invoice", "pl", invoice))
    assert "Zapłać kodem" not in _text(render("vat_invoice", "pl", {**invoice, "split_payment": True}))
    assert "Zapłać kodem" not in _text(render("vat_invoice", "pl", {**invoice, "payment": {"paid_on": "2026-11-24"}}))


@pytest.mark.parametrize(
    ("changes", "polish", "english"),
    [
        ({"lines": [line(price="20000", annex_15=True)]}, "mechanizm podzielonej płatności", "split payment"),
        ({"lines": [line(rate="oo")]}, "odwrotne obciążenie", "reverse charge"),
        ({"cash_accounting": True}, "metoda kasowa", "cash accounting"),
        ({"self_billing": True}, "samofakturowanie", "self-billing"),
        (
            {"lines": [line(rate="zw")], "exemption": {"text": "art. 43 ust. 1 pkt 18 ustawy"}},
            "Podstawa zwolnienia z VAT: art. 43 ust. 1 pkt 18 ustawy",
            "Basis of VAT exemption: art. 43 ust. 1 pkt 18 ustawy",
        ),
    ],
)
def test_the_words_of_the_law_are_printed_when_due(
    invoice: dict[str, Any], changes: dict[str, Any], polish: str, english: str
) -> None:
    assert polish in _text(render("vat_invoice", "pl", {**invoice, **changes}))
    assert english in _text(render("vat_invoice", "en", {**invoice, **changes}))
    assert polish not in _text(render("vat_invoice", "pl", invoice))


def test_amounts_are_in_words(invoice: dict[str, Any]) -> None:
    assert "Słownie: dwanaście tysięcy trzysta PLN 00/100" in _text(render("vat_invoice", "pl", invoice))


def test_a_proforma_says_that_it_is_no_invoice(invoice: dict[str, Any]) -> None:
    assert "nie jest fakturą w rozumieniu ustawy" in _text(render("proforma", "pl", invoice))


def test_a_correction_shows_before_and_after_and_why(correction: dict[str, Any]) -> None:
    page = _text(render("correcting_invoice", "pl", correction))
    for text in ("Przed korektą", "Po korekcie", "błędna cena", "FV/00001/2026", "Do zwrotu 1 230,00 zł"):
        assert text in page


def test_a_long_invoice_runs_over_pages_and_loses_nothing(invoice: dict[str, Any]) -> None:
    invoice["lines"] = [line(description=f"Pozycja nr {number:03d}", price="10") for number in range(1, 181)]
    rendered = render("vat_invoice", "pl", invoice)
    page = _text(rendered)
    assert len(pypdf.PdfReader(io.BytesIO(rendered.letter_pdf or b"")).pages) >= 4
    assert all(f"Pozycja nr {number:03d}" in page for number in range(1, 181))


def test_many_columns_leave_room_for_the_description_on_the_same_page(invoice: dict[str, Any]) -> None:
    said = "Usługa telekomunikacyjna z bardzo długim opisem parametrów technicznych i okresu rozliczeniowego nr"
    lines = [
        line(description=f"{said} {number:03d}", quantity=f"{number}.777777", price="1", discount="1.00")
        for number in range(101, 151)
    ]
    rendered = render("vat_invoice", "pl", {**invoice, "vat_method": "lines", "lines": lines})
    pages = pypdf.PdfReader(io.BytesIO(rendered.letter_pdf or b"")).pages
    assert 3 <= len(pages) <= 5
    for page in pages:
        text = " ".join(page.extract_text().replace("\N{NO-BREAK SPACE}", " ").split())
        for number in range(101, 151):
            assert (f"{said} {number}" in text) == (f"{number},777777" in text)


def test_text_is_data_in_every_form(invoice: dict[str, Any]) -> None:
    said = '#pagebreak() $x$ {{ number }} <b>&amp;</b> "|'
    invoice["lines"] = [line(description=said)]
    rendered = render("vat_invoice", "pl", invoice)
    assert '#pagebreak() $x$ {{ number }} <b>&amp;</b> "|' in _text(rendered)
    assert "<b>" not in rendered.html
    assert json.loads(rendered.facts)["lines"][0]["description"] == said


def test_a_character_no_font_has_names_the_line(invoice: dict[str, Any]) -> None:
    invoice["lines"] = [line(), line(description="Usługa 漢")]
    with pytest.raises(InvalidInput) as caught:
        render("vat_invoice", "pl", invoice)
    assert caught.value.field == "lines.1.description"


def test_the_file_is_named_after_kind_and_number(invoice: dict[str, Any]) -> None:
    assert render("vat_invoice", "pl", invoice).letter_name == "faktura-fv-00001-2026-2026-11-24.pdf"


def test_the_recipe_tells_kinds_and_languages_apart() -> None:
    assert len({recipe(kind, language) for kind in _KINDS for language in LANGUAGES}) == len(LANGUAGES) * len(_KINDS)
    assert recipe("proforma", "pl") == recipe("proforma", "pl")
