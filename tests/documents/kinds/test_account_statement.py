"""A statement that does not add up is refused with the field, and every figure of one that does is on its page."""

from __future__ import annotations

import copy
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.catalogue import kind_of
from documents.layout.rendering import render
from documents.model import CheckedModel
from documents.text.formats import formats
from documents.text.languages import LANGUAGES
from engine.errors import InvalidInput
from tests.documents.kinds.test_pages_of_notes import _figures, _flat, _letter

KIND = kind_of("account_statement")


def _sample() -> dict[str, Any]:
    return copy.deepcopy(dict(KIND.sample()))


@pytest.mark.parametrize(
    ("path", "value", "field"),
    [
        (("currencies", 1, "closing"), "5899.01", "currencies.1.closing"),
        (("currencies", 1, "opening"), "1845.01", "currencies.1.closing"),
        (("currencies", 1, "movements", 1, "debit"), "12300.01", "currencies.1.closing"),
        (("currencies", 1, "movements", 1, "debit"), "12300.001", "currencies.1.movements.1.debit"),
        (("currencies", 1, "movements", 0, "debit"), "1.00", "currencies.1.movements.0.debit"),
        (("currencies", 1, "movements", 0, "credit"), "0.00", "currencies.1.movements.0.debit"),
        (("currencies", 1, "movements", 0, "credit"), "-2000.00", "currencies.1.movements.0.credit"),
        (("currencies", 1, "movements", 0, "day"), date(2025, 12, 31), "currencies.1.movements.0.day"),
        (("currencies", 1, "movements", 1, "day"), date(2026, 1, 13), "currencies.1.movements.1.day"),
        (("currencies", 1, "movements", 6, "day"), date(2026, 7, 1), "currencies.1.movements.6.day"),
        (("currencies", 1, "movements", 0, "kind"), "gift", "currencies.1.movements.0.kind"),
        (("currencies", 1, "overdue"), "-1.00", "currencies.1.overdue"),
        (("currencies", 1, "currency"), "EUR", "currencies"),
        (("currencies",), [], "currencies"),
        (("last",), date(2026, 7, 21), "last"),
        (("first",), date(2026, 7, 1), "last"),
    ],
)
def test_what_does_not_add_up_is_refused_with_the_field(path: tuple[Any, ...], value: object, field: str) -> None:
    model = _sample()
    target: Any = model
    for step in path[:-1]:
        target = target[step]
    assert target.get(path[-1]) != value
    target[path[-1]] = value
    with pytest.raises(InvalidInput) as caught:
        CheckedModel(KIND.model, model)
    assert caught.value.field == field


@given(st.integers(-(10**9), 10**9), st.lists(st.integers(-(10**9), 10**9).filter(bool), max_size=8))
def test_every_balance_is_the_one_before_and_its_movement(opening: int, changes: list[int]) -> None:
    def text(minor: int) -> str:
        return str(Decimal(minor).scaleb(-2))

    rows = [
        {
            "day": date(2026, 3, 1),
            "kind": "other",
            "document": "D",
            "debit" if change > 0 else "credit": text(abs(change)),
        }
        for change in changes
    ]
    account = {
        "currency": "PLN",
        "opening": text(opening),
        "movements": rows,
        "overdue": "0",
        "closing": text(opening + sum(changes)),
    }
    [checked] = CheckedModel(KIND.model, {**_sample(), "currencies": [account]})["currencies"]
    balances = [checked["opening"]["amount"], *(row["balance"]["amount"] for row in checked["movements"])]
    assert [after - before for before, after in pairwise(balances)] == [
        Decimal(change).scaleb(-2) for change in changes
    ]
    assert checked["debit"]["amount"] - checked["credit"]["amount"] == balances[-1] - balances[0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_figure_is_on_the_page(language: str) -> None:
    style = formats(language)
    model = CheckedModel(KIND.model, _sample())
    rendered = render("account_statement", language, _sample())
    figures = {figure for account in model["currencies"] for figure in _figures(account, style)}
    said = figures | {row["document"] for account in model["currencies"] for row in account["movements"]}
    said |= {model["number"], style.date(model["first"]), style.date(model["last"])}
    for text in (_flat(rendered.text), _flat(_letter(rendered))):
        assert sorted(part for part in map(_flat, said) if part not in text) == []
