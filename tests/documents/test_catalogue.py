from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

from documents.blocks import BLOCKS
from documents.catalogue import kind_of, kinds, read_kinds
from documents.messages import CustomerMessageSchema, StaffMessageSchema
from documents.text.languages import LANGUAGES, language_for
from engine.errors import InvalidInput, NotFound

_GOOD = "title: {pl: Pismo, en: Letter, de: Brief}\ncountry: cz\naudience: customer\nletter: true\n"


def _write(root: Path, folder: str, text: str) -> Path:
    path = root / folder / "kind.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(text, "utf-8")
    return path


def test_the_kinds_shipped_rulesets_name_are_there() -> None:
    customer = {name for name, kind in kinds().items() if kind.audience == "customer"}
    assert customer >= {"due_soon", "reminder", "demand", "final_demand", "handover"}
    assert set(kinds()) - customer >= {"suspension", "resumption", "alert"}


def test_what_is_numbered_is_filled_out_of_the_record_and_nothing_else_is() -> None:
    assert {name for name, kind in kinds().items() if kind.fill} == {
        name for name, kind in kinds().items() if kind.numbering
    }


@pytest.mark.parametrize("name", sorted(kinds()))
def test_the_modules_of_a_folder_are_what_the_kind_is_made_of(name: str) -> None:
    kind = kind_of(name)
    modules = {path.stem: f"documents.kinds.{name}.{path.stem}" for path in kind.folder.glob("*.py")}
    message = StaffMessageSchema if kind.audience == "staff" else CustomerMessageSchema
    own = import_module(modules["blocks"]).BLOCKS if "blocks" in modules else {}
    assert kind.model is (import_module(modules["model"]).MODEL if "model" in modules else message)
    assert kind.blocks == {**BLOCKS, **own}
    assert kind.fill is (import_module(modules["fill"]).fill if "fill" in modules else None)
    assert not own.keys() & BLOCKS.keys()


def test_a_letter_goes_to_customers_and_counsel_only() -> None:
    assert all(kind.letter == (kind.audience != "staff") for kind in kinds().values())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", sorted(kinds()))
def test_every_kind_has_wording_in_every_language(name: str, language: str) -> None:
    kind = kind_of(name)
    assert kind.title[language]
    assert kind.wording(language).blocks


def test_a_folder_with_a_kind_file_is_found(tmp_path: Path) -> None:
    _write(tmp_path, "upominka", _GOOD)
    kind = read_kinds(tmp_path)["upominka"]
    assert (kind.country, kind.title["en"], kind.letter) == ("cz", "Letter", True)
    assert (kind.model, kind.blocks, kind.fill) == (CustomerMessageSchema, BLOCKS, None)


@pytest.mark.parametrize(
    ("text", "field"),
    [
        (_GOOD.replace("customer\n", "everybody\n", 1), "audience"),
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
    [
        ("pl", "pl"),
        ("PL", "pl"),
        ("pl-PL", "pl"),
        ("de", "de"),
        ("de_AT", "de"),
        ("en-GB", "en"),
        ("fr", "en"),
        ("deu", "en"),
        ("", "en"),
        (None, "en"),
    ],
)
def test_customers_of_other_languages_are_written_to_in_english(code: str | None, language: str) -> None:
    assert language_for(code) == language
