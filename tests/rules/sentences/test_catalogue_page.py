"""The committed fact pages are those of the catalogue."""

from pathlib import Path

import pytest

from engine.facts.catalogue import CATALOGUE
from rules.sentences.catalogue_page import catalogue_page
from rules.sentences.words import Language

DOCS = Path(__file__).parents[3] / "docs"


@pytest.mark.parametrize(("name", "language"), [("facts.md", "en"), ("fakty.md", "pl")])
def test_the_committed_page_is_the_catalogue(name: str, language: Language) -> None:
    assert (DOCS / name).read_text("utf-8") == catalogue_page(language), "make docs"


def test_every_fact_is_on_the_page() -> None:
    page = catalogue_page("en")
    assert all(f"| `{fact.name}` |" in page for fact in CATALOGUE)
