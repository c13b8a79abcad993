"""Every kind says the same in every language: the same blocks with the same facts, each written the language's way."""

from __future__ import annotations

import datetime as dt
import re
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

import documents.kinds
from documents.catalogue import kind_of, kinds
from documents.layout.rendering import Rendered, render
from documents.parts import BasisSchema
from documents.text.formats import formats
from documents.text.languages import LANGUAGES, Language

_OTHERS: Final = tuple(language for language in LANGUAGES if language != "pl")
#: Kinds whose sample brings no Polish sentence: rules' reasons, citations, notes of an invoice, text for the court.
_WITHOUT_POLISH: Final = (
    "demand",
    "due_soon",
    "final_demand",
    "handover",
    "reminder",
    "resumption_notice",
    "suspension_notice",
    "proforma",
    "account_statement",
    "correction_request",
    "correcting_note",
)
every_kind = pytest.mark.parametrize("name", sorted(kinds()))
#: Amounts and days as English has them: 1,234.56 and 5 March 2026 or 5 Mar 2026.
_ENGLISH: Final = re.compile(
    r"\d,\d{3}\.\d|\d\.\d\d\b(?![.\d])|\b\d\d?\s(January|March|May|June|July|October|December|Mar|Oct|Dec)\b"
)


def _read(name: str, language: str) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((kind_of(name).folder / f"wording.{language}.yaml").read_text("utf-8"))
    return loaded


def _facts(template: str) -> set[str]:
    """What a text reads of the model, and what it branches and loops on."""
    tags = re.findall(r"{[{%](.*?)[%}]}", template, re.DOTALL)
    names = re.findall(r"[a-z_]+(?:\.[a-z_]+)*", re.sub(r'"[^"]*"', "", " ".join(tags)))
    spoken = {"if", "else", "endif", "for", "in", "endfor", "or", "and", "not", "plural", "one", "few", "many", "other",
              "count", "days", "date", "money"}  # fmt: skip
    return {re.sub(r"basis\.(pl|en|de)$", "basis", name) for name in names} - spoken


@every_kind
@pytest.mark.parametrize("language", _OTHERS)
def test_a_wording_has_the_blocks_of_the_polish_one_in_the_same_order(name: str, language: str) -> None:
    shapes = [
        [block if isinstance(block, str) else next(iter(block)) for block in _read(name, spoken)["blocks"]]
        for spoken in ("pl", language)
    ]
    assert shapes[0] == shapes[1]


@every_kind
@pytest.mark.parametrize("language", _OTHERS)
def test_a_wording_tells_the_facts_of_the_polish_one_block_by_block(name: str, language: str) -> None:
    polish, other = _read(name, "pl"), _read(name, language)
    alert = {"customer.name"} if kind_of(name).audience == "staff" else set()  # English names the customer in the text.
    for part in ("subject", "heading"):
        assert _facts(other[part]) == _facts(polish[part]), part
    for one, same in zip(polish["blocks"], other["blocks"], strict=True):
        if isinstance(one, dict):
            assert _facts("".join(same.values())) - alert == _facts("".join(one.values())) - alert


def test_no_kind_lacks_a_language_and_no_wording_is_of_another() -> None:
    root = Path(documents.kinds.__path__[0])
    assert {path.relative_to(root).as_posix() for path in root.glob("*/wording.*")} == {
        f"{name}/wording.{language}.yaml" for name in kinds() for language in LANGUAGES
    }


def test_labels_are_the_same_in_every_language_and_none_is_empty() -> None:
    path = Path(documents.catalogue.__file__).parent / "layout" / "labels.yaml"
    labels = yaml.safe_load(path.read_text("utf-8"))
    assert set(labels) == set(LANGUAGES)
    places = {
        language: {name: sorted(re.findall(r"{\w+}", label)) for name, label in words.items()}
        for language, words in labels.items()
    }
    assert all(places[language] == places["pl"] for language in LANGUAGES)
    assert all(label.strip() for words in labels.values() for label in words.values())


@cache
def _german(name: str) -> Rendered:
    return render(name, "de", kind_of(name).sample())


@every_kind
def test_no_number_or_date_of_a_german_page_is_written_the_english_way(name: str) -> None:
    found = _ENGLISH.search(_german(name).text)
    assert found is None, found


@pytest.mark.parametrize("text", ["PLN 1,234.56", "1,234.5", "12.50 EUR", "5 March 2026", "5 Mar 2026", "13.75%"])
def test_the_english_way_is_recognized(text: str) -> None:
    assert _ENGLISH.search(text)
    assert not _ENGLISH.search(
        "1.234,56 PLN, 12,500 KWD, 13,75 %, PKWiU 43.21.10.1, 05.03.2026, 5. März 2026, 24. November 2026"
    )


def test_a_german_page_speaks_no_other_language() -> None:
    """Words of ours from the Polish and English pages; names, units and what the sample says are not ours."""
    foreign = re.compile(r"\b(the|and|of|please|invoice|due|dnia|prosimy|oraz|faktur[ay]|nie)\b", re.IGNORECASE)
    for name in _WITHOUT_POLISH:
        text = f"{_german(name).subject}\n{_german(name).text}"
        assert foreign.search(text) is None, name
        addressed = kind_of(name).audience == "customer" and kind_of(name).layout == "letter"
        assert ("Sehr geehrte Damen und Herren," in text) == addressed


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_percentage_is_written_as_the_language_does(language: Language) -> None:
    said = {"pl": "14,00%", "en": "14.00%", "de": "14,00\N{NO-BREAK SPACE}%"}[language]
    assert said in " ".join(render("interest_note", language, kind_of("interest_note").sample()).text.split(" "))
    rate = {"pl": "23%", "en": "23%", "de": "23\N{NO-BREAK SPACE}%"}[language]
    assert rate in render("vat_invoice", language, kind_of("vat_invoice").sample()).html


def test_a_law_nobody_named_in_german_is_cited_in_its_own_language() -> None:
    polish = {"pl": "art. 481 § 2 k.c.", "en": "k.c. art. 481 § 2"}
    assert BasisSchema().load(polish) == {**polish, "de": "art. 481 § 2 k.c., polnisches Recht"}
    named = {**polish, "de": "Art. 481 § 2 des polnischen Zivilgesetzbuchs"}
    assert BasisSchema().load(named) == named
    assert BasisSchema().load(BasisSchema().load(polish)) == BasisSchema().load(polish)


def test_umlauts_of_a_file_name_are_written_out() -> None:
    assert _german("balance_confirmation").letter_name == "saldenbestaetigung-ps-00021-2026-2026-11-05.pdf"


def test_only_english_greets_with_a_comma_at_the_end(bare: dict[str, Any]) -> None:
    ends = {"pl": "Z poważaniem\n", "en": "Yours faithfully,\n", "de": "Mit freundlichen Grüßen\n"}
    for language, end in ends.items():
        assert end in render("reminder", language, bare).text


def test_german_months_and_deadlines_stand_in_the_letter(bare: dict[str, Any]) -> None:
    text = " ".join(render("demand", "de", {**bare, "as_of": dt.date(2026, 3, 5), "deadline_days": 14}).text.split())
    assert f"bis zum {formats('de').date(dt.date(2026, 3, 19))}, zu zahlen".replace("\N{NO-BREAK SPACE}", " ") in text
    assert "19. März 2026" in text
