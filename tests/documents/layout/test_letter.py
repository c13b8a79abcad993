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

from documents.catalogue import kind_of
from documents.layout.letter import facts_json
from documents.layout.rendering import render
from documents.model import CheckedModel
from documents.text.wording import WordingText
from engine.errors import InvalidInput
from tests.documents.conftest import row

_RENDER = (
    "import hashlib, sys; from documents.catalogue import kind_of; from documents.layout.rendering import render;"
    "pdf = render('demand', 'pl', kind_of('demand').sample()).letter_pdf;"
    "sys.stdout.write(hashlib.sha256(pdf).hexdigest())"
)


def _letter(kind: str, language: str, model: dict[str, Any]) -> bytes:
    pdf = render(kind, language, model).letter_pdf
    assert pdf is not None
    return pdf


def _text(pdf: bytes) -> str:
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    text = " ".join(page.extract_text() for page in pages).replace("\N{NO-BREAK SPACE}", " ")
    return " ".join(text.split())


def test_a_letter_declares_pdf_a_3b_with_its_output_intent_and_is_tagged(bare: dict[str, Any]) -> None:
    with pikepdf.open(io.BytesIO(_letter("demand", "pl", bare))) as pdf:
        assert pdf.open_metadata().pdfa_status == "3B"
        [intent] = pdf.Root.OutputIntents
        assert intent.S == "/GTS_PDFA1"
        assert intent.DestOutputProfile.read_bytes()
        assert pdf.Root.MarkInfo.Marked
        assert pdf.Root.Lang == "pl"
        assert pdf.docinfo["/Title"] == "Wezwanie do zapłaty"


def test_the_facts_travel_inside_the_letter() -> None:
    kind = kind_of("final_demand")
    sample = dict(kind.sample())
    with pikepdf.open(io.BytesIO(_letter("final_demand", "pl", sample))) as pdf:
        attached = pdf.attachments["facts.json"]
        content = attached.get_file().read_bytes()
        assert attached.get_file().mime_type == "application/json"
        assert attached.relationship == pikepdf.Name.Data
    facts = CheckedModel(kind.model, sample)
    assert content.decode() == facts_json(facts)
    assert json.loads(content)["rows"][0]["open"] == {"amount": "1234.56", "currency": "PLN"}


def test_every_font_is_embedded_and_ours(bare: dict[str, Any]) -> None:
    with pikepdf.open(io.BytesIO(_letter("demand", "pl", bare))) as pdf:
        fonts = [font for page in pdf.pages for font in page.Resources.Font.values()]
        names = {str(font.BaseFont).partition("+")[2] for font in fonts}
        descriptors = [font.DescendantFonts[0].FontDescriptor for font in fonts]
        assert all("/FontFile2" in descriptor or "/FontFile3" in descriptor for descriptor in descriptors)
    assert names
    assert all(name.startswith("DejaVuSansCondensed") for name in names)


def test_another_process_renders_the_same_bytes() -> None:
    here = hashlib.sha256(_letter("demand", "pl", dict(kind_of("demand").sample()))).hexdigest()
    there = subprocess.run([sys.executable, "-c", _RENDER], capture_output=True, text=True, check=True)
    assert there.stdout == here


def test_the_page_says_what_the_books_say(bare: dict[str, Any]) -> None:
    bare["rows"] = [row("FV/7"), row("FV/8", currency="EUR", original="90", open="12345.60")]
    bare["sender"]["accounts"] = [{"iban": "PL61109010140000071219812874"}]
    text = _text(_letter("demand", "pl", {**bare, "deadline_days": 7, "checkpoint": "log.example 17 abc="}))
    for expected in (
        "Wezwanie do zapłaty",
        "FV/8 01.11.2026 10.11.2026 14 90,00 € 12 345,60 €",
        "Razem do zapłaty 12 345,60 €",
        "Razem do zapłaty 100,00 zł",
        "do dnia 1 grudnia 2026 r.",
        "PL61 1090 1014 0000 0712 1981 2874",
        "Archiwum: log.example 17 abc=",
        "Strona 1 z 1",
    ):
        assert expected in text


@pytest.mark.parametrize(
    "name", ["#panic()", "$x^2$", "*bold* _it_ `raw`", "<label> @ref", "\\ // /* x */", "#sys.inputs", '"#" + "1"']
)
def test_typst_code_in_the_facts_is_only_text(bare: dict[str, Any], name: str) -> None:
    bare["customer"]["name"] = name
    assert name in _text(_letter("reminder", "pl", bare))


def test_a_character_no_font_has_names_its_field(bare: dict[str, Any]) -> None:
    bare["customer"]["address"] = ["ok", "北京"]
    with pytest.raises(InvalidInput, match="北") as caught:
        render("reminder", "pl", bare)
    assert caught.value.field == "customer.address.1"


def test_names_in_other_scripts_of_europe_can_be_set(bare: dict[str, Any]) -> None:
    bare["customer"]["name"] = "Ελλάς България Україна საქართველო Çağrı Þór"
    assert "საქართველო" in _text(_letter("reminder", "en", bare))


def test_a_long_list_runs_over_pages_with_its_head_repeated(bare: dict[str, Any]) -> None:
    bare["rows"] = [row(f"FV/{number:04}") for number in range(120)]
    pdf = _letter("demand", "en", bare)
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]
    assert len(pages) > 2
    assert all("Days overdue" in page for page in pages[:-1])
    assert f"Page {len(pages)} of {len(pages)}" in _text(pdf)
    assert all(f"FV/{number:04}" in _text(pdf) for number in (0, 60, 119))


def test_a_long_number_breaks_and_stays_clear_of_the_next_column(bare: dict[str, Any]) -> None:
    bare["rows"] = [row("FAKTURA/SPRZEDAŻ/ODDZIAŁ-WARSZAWA/2026/11/000123")]
    text = _text(_letter("demand", "pl", bare))
    assert "FAKTURA/SPRZEDAŻ/" not in text
    assert all(part in text for part in ("FAKTURA/", "SPRZEDAŻ/", "ODDZIAŁ-", "000123"))
    assert "\N{ZERO WIDTH SPACE}" not in text


def test_a_number_without_a_place_to_break_is_broken_all_the_same(bare: dict[str, Any]) -> None:
    bare["rows"] = [row("F" * 60)]
    text = _text(_letter("demand", "pl", bare)).replace("\N{ZERO WIDTH SPACE}", "")
    assert "F" * 20 not in text
    assert text.count("F") == 60


def test_a_wording_of_ones_own_that_says_nothing_of_enclosures_says_them_before_the_signature(
    bare: dict[str, Any],
) -> None:
    own = WordingText("own", "subject: s\nheading: h\nblocks:\n- items\n- signature\n", "pl")
    model = {**bare, "enclosed": ["FV/1"], "not_enclosed": ["FV/2", "FV/3"]}
    shown = render("reminder", "pl", model, own).text
    assert "Załączamy faktury: FV/1." in shown
    assert shown.index("prześlemy na prośbę: FV/2, FV/3.") < shown.index("Z poważaniem")
    assert "Załączamy" not in render("reminder", "pl", bare, own).text
    assert render("reminder", "pl", model).text.count("Załączamy") == 1
