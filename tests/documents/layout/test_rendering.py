from __future__ import annotations

from typing import Any

import pytest
from lxml import html as lxml_html

from documents.catalogue import kinds
from documents.layout.rendering import preview, render
from documents.text.languages import LANGUAGES
from engine.errors import InvalidInput, NotFound
from tests.documents.conftest import row

_NB = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", sorted(kinds()))
def test_every_shipped_sample_renders(name: str, language: str) -> None:
    kind = kinds()[name]
    rendered = render(name, language, kind.sample())
    assert (rendered.letter_pdf is not None) == kind.letter
    assert (rendered.letter_name or "x.pdf").isascii()
    assert "Żuraw" in rendered.html
    assert f'lang="{language}"' in rendered.html


def test_rendering_twice_gives_the_same() -> None:
    sample = kinds()["demand"].sample()
    assert render("demand", "pl", sample) == render("demand", "pl", sample)


def test_one_message_carries_a_total_for_each_currency(bare: dict[str, Any]) -> None:
    bare["rows"] = [row("A"), row("B", currency="EUR", open="7.50"), row("C", currency="USD"), row("D", open="0.50")]
    text = render("reminder", "pl", bare).text
    assert [line for line in text.splitlines() if line.startswith("Razem do zapłaty")] == [
        f"Razem do zapłaty: 7,50{_NB}€",
        f"Razem do zapłaty: 100,50{_NB}zł",
        f"Razem do zapłaty: 100,00{_NB}USD",
    ]


def test_credits_are_shown_and_not_deducted(bare: dict[str, Any]) -> None:
    text = render("reminder", "en", {**bare, "credits": {"PLN": "30"}}).text
    assert f"Total due: PLN{_NB}100.00" in text
    assert f"Unallocated payments and credits in your favour: PLN{_NB}30.00" in text


def test_every_item_is_listed_in_the_order_given(bare: dict[str, Any]) -> None:
    bare["rows"] = [row(f"FV/{number}") for number in (3, 1, 2)]
    rendered = render("demand", "pl", bare)
    rows = lxml_html.fromstring(rendered.html).xpath("//tbody/tr")
    assert [cells[0].text for cells in rows] == ["FV/3", "FV/1", "FV/2"]
    assert rendered.text.index("FV/3") < rendered.text.index("FV/1") < rendered.text.index("FV/2")


def test_days_past_due_are_left_out_while_nothing_is_late(bare: dict[str, Any]) -> None:
    assert "Dni po terminie: 14" in " ".join(render("reminder", "pl", bare).text.split())
    bare["rows"] = [row(due_date="2026-12-01")]
    assert "Dni po terminie" not in render("due_soon", "pl", bare).text


def test_markup_in_the_facts_is_escaped_in_html(bare: dict[str, Any]) -> None:
    bare["rows"] = [row("<script>alert(1)</script>")]
    bare["sender"]["name"] = "A & <i>B</i>"
    page = lxml_html.fromstring(render("reminder", "pl", bare).html)
    assert not page.xpath("//script | //i")
    assert "<script>alert(1)</script>" in page.text_content()


def test_a_template_in_the_facts_is_only_text(bare: dict[str, Any]) -> None:
    bare["rows"] = [row("{{ sender.name }}")]
    assert "{{ sender.name }}" in render("reminder", "pl", bare).text


def test_html_asks_for_nothing_from_outside(bare: dict[str, Any]) -> None:
    assert not lxml_html.fromstring(render("demand", "en", bare).html).xpath("//@src | //@href | //link | //img")


def test_lines_of_text_are_short_enough_for_mail() -> None:
    for language in LANGUAGES:
        assert max(map(len, render("final_demand", language, kinds()["final_demand"].sample()).text.splitlines())) <= 78


def test_staff_learn_what_was_decided_and_why() -> None:
    text = render("suspension", "en", kinds()["suspension"].sample()).text
    assert "Rules: pl.suspend" in text
    assert f"after a payment of PLN{_NB}13,534.56" in text


def test_a_preview_shows_every_page(bare: dict[str, Any]) -> None:
    bare["rows"] = [row(f"FV/{number}") for number in range(60)]
    pages = preview("demand", "pl", bare, ppi=40)
    assert len(pages) == 2
    assert all(page.startswith(b"\x89PNG") for page in pages)


def test_unknown_kind_language_and_field_are_refused(bare: dict[str, Any]) -> None:
    with pytest.raises(NotFound):
        render("nothing", "pl", bare)
    with pytest.raises(InvalidInput):
        render("reminder", "fr", bare)
    with pytest.raises(InvalidInput, match="colour"):
        render("reminder", "pl", {**bare, "colour": "red"})
