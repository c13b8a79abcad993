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
#: What a sample says of the goods and of how they are paid, which an example says itself.
_FILLED: Final = ("number", "issued_at", "seller", "buyer", "issue_date", "currency", "split_payment_above")


def _examples() -> Iterator[Any]:
    for number, found in enumerate(_EXAMPLE.finditer(_PAGE.read_text("utf-8")), 1):
        yield pytest.param(found[1], read_text_tree(found[2], "docs/invoices.md"), id=f"{number}-{found[1]}")


@pytest.mark.parametrize(("kind", "example"), list(_examples()))
def test_an_example_is_taken(kind: str, example: dict[str, Any]) -> None:
    sample = kinds()[kind].sample()
    model = {**sample, **example}
    if "lines" in example:
        model = {**{name: sample[name] for name in _FILLED if name in sample}, **example}
    _, xml = with_electronic_form(CheckedModel(kinds()[kind].model, model))
    assert xml is not None


def test_every_invoice_of_the_catalogue_is_spoken_of() -> None:
    page = _PAGE.read_text("utf-8")
    assert [name for name, kind in kinds().items() if kind.layout == "invoice" and f"`{name}`" not in page] == []
