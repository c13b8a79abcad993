from __future__ import annotations

from pathlib import Path

import pytest

from documents.catalogue import LANGUAGES, kind_of, kinds, language_for, read_kinds
from documents.text.wording import wording_of
from engine.errors import InvalidInput, NotFound

_GOOD = (
    "title: {pl: Pismo, en: Letter, de: Brief}\n"
    "country: cz\naudience: customer\nletter: true\nmodel: customer_message\n"
)


def _write(root: Path, folder: str, text: str) -> Path:
    path = root / folder / "kind.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(text, "utf-8")
    return path


def test_the_kinds_shipped_rulesets_name_are_there() -> None:
    customer = {name for name, kind in kinds().items() if kind.audience == "customer"}
    assert customer >= {"due_soon", "reminder", "demand", "final_demand", "handover"}
    assert set(kinds()) - customer >= {"suspension", "resumption", "alert"}


def test_a_letter_goes_to_customers_and_counsel_only() -> None:
    assert all(kind.letter == (kind.audience != "staff") for kind in kinds().values())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", sorted(kinds()))
def test_every_kind_has_wording_in_every_language(name: str, language: str) -> None:
    kind = kind_of(name)
    assert kind.title[language]
    assert wording_of(kind, language).blocks


def test_a_folder_with_a_kind_file_is_found(tmp_path: Path) -> None:
    _write(tmp_path, "upominka", _GOOD)
    kind = read_kinds(tmp_path)["upominka"]
    assert (kind.country, kind.title["en"], kind.letter) == ("cz", "Letter", True)


@pytest.mark.parametrize(
    ("text", "field"),
    [
        (_GOOD.replace("customer\n", "everybody\n", 1), "audience"),
        (_GOOD.replace("customer_message", "novel"), "model"),
        (_GOOD.replace("country: cz", "country: CZE"), "country"),
        (_GOOD.replace(", en: Letter", ""), "title"),
        (_GOOD.replace(", de: Brief", ""), "title"),
        (_GOOD + "colour: red\n", "colour"),
    ],
)
def test_a_malformed_kind_names_file_and_field(tmp_path: Path, text: str, field: str) -> None:
    path = _write(tmp_path, "pismo", text)
    with pytest.raises(InvalidInput, match=str(path)) as caught:
        read_kinds(tmp_path)
    assert caught.value.field == field


def test_yaml_that_cannot_be_read_names_the_file(tmp_path: Path) -> None:
    path = _write(tmp_path, "pismo", "title: [")
    with pytest.raises(InvalidInput, match=str(path)):
        read_kinds(tmp_path)


def test_an_unknown_kind_is_not_found() -> None:
    with pytest.raises(NotFound, match="love_letter"):
        kind_of("love_letter")


@pytest.mark.parametrize(
    ("code", "language"),
    [("pl", "pl"), ("PL", "pl"), ("pl-PL", "pl"), ("de", "de"), ("de_AT", "de"), ("en-GB", "en"), ("fr", "en"),
     ("deu", "en"), ("", "en"), (None, "en")],
)  # fmt: skip
def test_customers_of_other_languages_are_written_to_in_english(code: str | None, language: str) -> None:
    assert language_for(code) == language
