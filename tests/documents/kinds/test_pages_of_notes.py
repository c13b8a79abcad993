"""Every figure and day of a model stands on its page, in both languages, in mail and letter."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pypdf
import pytest

from documents.catalogue import kind_of
from documents.layout.rendering import Rendered, render
from documents.model import CheckedModel
from documents.text.formats import Formats, formats
from documents.text.languages import LANGUAGES

KINDS = ("interest_note", "compensation_note", "balance_confirmation")


def _figures(value: Any, style: Formats) -> Iterator[str]:
    """Amounts, rates and days of a checked model as they are written."""
    if isinstance(value, dict) and set(value) == {"currency", "amount"}:
        yield style.money({**value, "amount": abs(value["amount"])})
    elif isinstance(value, dict):
        for name, part in value.items():
            if name != "sender":
                yield from _figures(part, style)
    elif isinstance(value, list):
        for part in value:
            yield from _figures(part, style)
    elif isinstance(value, Decimal):
        yield style.price(value)
    elif isinstance(value, date):
        yield style.short_date(value)


def _letter(rendered: Rendered) -> str:
    """The text of the PDF."""
    pages = pypdf.PdfReader(io.BytesIO(rendered.letter_pdf or b"")).pages
    return "\n".join(page.extract_text() for page in pages)


def _flat(text: str) -> str:
    return " ".join(text.replace("\N{NO-BREAK SPACE}", " ").split())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", KINDS)
def test_every_figure_of_the_model_is_on_the_page(name: str, language: str) -> None:
    kind, style = kind_of(name), formats(language)
    model = dict(CheckedModel(kind.model, kind.sample()))
    del model["as_of"]  # the letter's own date line, which a mail does not repeat
    long_days = [model.pop(name) for name in ("deadline", "until", "balance_date") if name in model]
    rendered = render(name, language, kind.sample())
    figures = {*_figures(model, style), *map(style.date, long_days)}
    said = {*figures, *(row["document"] for row in model["rows"]), model["basis"][language], model["number"]}
    for text in (_flat(rendered.text), _flat(_letter(rendered))):
        assert sorted(part for part in map(_flat, said) if part not in text) == []
    assert model["number"] in rendered.subject


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_payment_goes_under_the_number_of_the_note(language: str) -> None:
    text = _flat(render("interest_note", language, kind_of("interest_note").sample()).text)
    assert "PL61 1090 1014 0000 0712 1981 2874" in text
    assert text.count("NO/00007/2026") >= 2


def test_a_debtor_can_agree_or_not_and_sign() -> None:
    text = _flat(render("balance_confirmation", "pl", kind_of("balance_confirmation").sample()).text)
    assert all(part in text for part in ("jest zgodne", "niezgodne", "podpis osoby upoważnionej"))


def test_a_balance_in_favour_of_the_debtor_says_so() -> None:
    model = dict(kind_of("balance_confirmation").sample())
    model["rows"], model["balances"] = [], [{"currency": "PLN", "debit": "0", "credit": "250.00", "balance": "-250.00"}]
    text = _flat(render("balance_confirmation", "en", model).text)
    assert "in favour of: the debtor" in text.lower()
    assert "PLN 250.00" in text
