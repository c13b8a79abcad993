"""docs/invoices.md: every example on it is a model that is taken."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from documents.catalogue import kinds
from documents.einvoice.electronic import with_electronic_form
from documents.model import CheckedModel
from documents.text.yaml_text import read_text_tree

_PAGE: Final = Path(__file__).parents[2] / "docs" / "invoices.md"
_EXAMPLE: Final = re.compile(r"^```yaml (\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def _examples() -> Iterator[Any]:
    for number, found in enumerate(_EXAMPLE.finditer(_PAGE.read_text("utf-8")), 1):
        yield pytest.param(found[1], read_text_tree(found[2], "docs/invoices.md"), id=f"{number}-{found[1]}")


@pytest.mark.parametrize(("kind", "example"), list(_examples()))
def test_an_example_is_taken(kind: str, example: dict[str, Any]) -> None:
    model = {**kinds()[kind].sample(), **example}
    _, xml = with_electronic_form(CheckedModel(kinds()[kind].model, model))
    assert xml is not None


def test_every_invoice_of_the_catalogue_is_spoken_of() -> None:
    page = _PAGE.read_text("utf-8")
    assert [name for name, kind in kinds().items() if kind.layout == "invoice" and f"`{name}`" not in page] == []
