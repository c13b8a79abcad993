from __future__ import annotations

import itertools
import re
from pathlib import Path
from typing import Any

import pytest

from documents.catalogue import DocumentKind, kind_of, kinds
from documents.layout.rendering import render
from documents.messages import CustomerMessageSchema
from documents.model import CheckedModel
from documents.text.languages import LANGUAGES
from documents.text.wording import read_wording
from engine.errors import InvalidInput, NotFound
from tests.documents.conftest import row

_CUSTOMER = sorted(name for name, kind in kinds().items() if kind.audience == "customer" and kind.layout == "letter")


def _file(folder: Path, text: str) -> Path:
    path = folder / "wording.pl.yaml"
    path.write_text(text, "utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("subject: a\nheading: b\n", "subject, heading and blocks"),
        ("subject: a\nheading: b\nblocks: []\nfoot: c\n", "subject, heading and blocks"),
        ("subject: a\nheading: b\nblocks: [poem]\n", "blocks.0"),
        ("subject: a\nheading: b\nblocks: [items, {paragraph: [5]}]\n", "blocks.1"),
        ("subject: a\nheading: b\nblocks: [{paragraph: '{{ x.y() }}'}]\n", "blocks.0"),
        ("subject: '{{ 1 + 1 }}'\nheading: b\nblocks: []\n", "subject"),
        ("subject: [", "wording.pl.yaml"),
    ],
)
def test_a_malformed_wording_names_the_part(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        kind_of("reminder").wording("pl", read_wording(_file(tmp_path, text), "pl"))


def test_a_missing_wording_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        read_wording(tmp_path / "wording.pl.yaml", "pl")


def test_a_language_without_wording_is_refused() -> None:
    with pytest.raises(InvalidInput, match="'fr'"):
        kind_of("reminder").wording("fr")


def test_a_block_that_comes_out_empty_is_left_out(tmp_path: Path, bare: dict[str, Any]) -> None:
    path = _file(
        tmp_path,
        "subject: s\nheading: h\nblocks:\n"
        "  - paragraph: '{% if credits %}credit{% endif %}'\n"
        "  - paragraph: kept\n"
        "  - list: '{% for s in services %}{{ s }}{% endfor %}'\n"
        "  - items\n",
    )
    filled = kind_of("reminder").wording("pl", read_wording(path, "pl")).fill(CheckedModel(CustomerMessageSchema, bare))
    assert [block.type for block in filled.blocks] == ["paragraph", "items"]


def _variants(kind: DocumentKind, bare: dict[str, Any]) -> list[dict[str, Any]]:
    """Every optional part present and absent, one row and several, one currency and two; of kinds with a model of their
    own, the sample with and without ways to reach the sender."""
    if kind.model is not CustomerMessageSchema:
        sample = dict(kind.sample())
        reached = ({}, {"phone": "+48 1"}, {"email": "a@b.example"}, {"phone": "+48 1", "email": "a@b.example"})
        payee = {"accounts": sample.get("sender", {}).get("accounts", [])}
        return [{**sample, "sender": {**bare["sender"], **payee, **contact}} for contact in reached]
    choices = itertools.product((None, 1, 14), ([], ["Łącze"]), ({}, {"PLN": "5"}), (1, 3), (False, True))
    variants = []
    for deadline, services, credit, count, full in choices:
        rows = [row(f"FV/{number}", currency="EUR" if number == 2 else "PLN") for number in range(count)]
        contact = {"phone": "+48 1", "email": "a@b.example"} if full else {}
        model = {**bare, "deadline_days": deadline, "services": services, "credits": credit, "rows": rows}
        variants.append({**model, "sender": {**bare["sender"], **contact}, "case_reference": "M/1" if full else None})
        variants.append({**model, "sender": {**bare["sender"], "phone": "+48 1"}})
    return variants


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", _CUSTOMER)
def test_no_variant_leaves_a_gap_or_a_stray_mark(name: str, language: str, bare: dict[str, Any]) -> None:
    kind = kind_of(name)
    for variant in _variants(kind, bare):
        filled = kind.wording(language).fill(CheckedModel(kind.model, variant))
        for text in (filled.subject, filled.heading, *(block.text for block in filled.blocks if block.text)):
            assert not re.search(r"None|  | [.,:;)]|\( |\.\.|,,|:\.|:,|\(\)|\{|\}|\n$", text), text
        closed = [block.text for block in filled.blocks if block.type == "paragraph"]
        assert all(text.endswith((".", ",", ":")) for text in closed)


def test_a_final_demand_announces_suspension_only_for_services_named(bare: dict[str, Any]) -> None:
    assert "wstrzyma" not in render("final_demand", "pl", bare).text
    assert "suspen" not in render("final_demand", "en", bare).text
    noticed = {**bare, "services": ["Łącze światłowodowe"], "deadline_days": 14}
    polish, english, german = (render("final_demand", language, noticed) for language in ("pl", "en", "de"))
    assert "zamierzamy wstrzymać" in " ".join(polish.text.split())
    assert "we intend to suspend" in " ".join(english.text.split())
    assert "Aussetzung" not in render("final_demand", "de", bare).text
    assert "Ankündigung der Aussetzung von Leistungen" in german.subject
    assert "- Łącze światłowodowe" in polish.text


def test_a_deadline_of_one_day_is_declined_rightly(bare: dict[str, Any]) -> None:
    text = " ".join(render("demand", "pl", {**bare, "deadline_days": 1}).text.split())
    assert "w terminie 1 dnia od daty niniejszego wezwania, to jest do dnia 25 listopada 2026 r." in text


@pytest.mark.parametrize(("days", "said"), [(1, "innerhalb von 1 Tag ab"), (14, "innerhalb von 14 Tagen ab")])
def test_german_deadlines_stand_in_the_dative(bare: dict[str, Any], days: int, said: str) -> None:
    assert said in " ".join(render("demand", "de", {**bare, "deadline_days": days}).text.split())


@pytest.mark.parametrize(("count", "said"), [(1, "1 dokument po"), (3, "3 dokumenty po"), (5, "5 dokumentów po")])
def test_the_subject_counts_documents_in_good_polish(bare: dict[str, Any], count: int, said: str) -> None:
    assert said in render("reminder", "pl", {**bare, "rows": [row()] * count}).subject


@pytest.mark.parametrize(
    ("language", "amicable", "register"), [(language, "187 § 1", "Rejestr S.A.") for language in LANGUAGES]
)
def test_a_final_demand_announces_only_what_the_rule_asked_for(
    bare: dict[str, Any], language: str, amicable: str, register: str
) -> None:
    named = {**bare, "debtor_register": {"name": "Rejestr S.A.", "address": "ul. Prosta 1, Warszawa"}}
    for announce in ([], ["amicable_attempt"], ["debtor_register"], ["amicable_attempt", "debtor_register"]):
        text = " ".join(render("final_demand", language, {**named, "announce": announce}).text.split())
        assert (amicable in text) == ("amicable_attempt" in announce)
        assert (register in text) == ("debtor_register" in announce)


def test_a_warning_of_a_debtor_register_that_nobody_named_is_refused(bare: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput) as refused:
        render("final_demand", "pl", {**bare, "announce": ["debtor_register"]})
    assert refused.value.field == "debtor_register"
