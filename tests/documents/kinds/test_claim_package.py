"""A claim package adds up, says everything it claims on its page and in its table, and no cell is a formula."""

from __future__ import annotations

import copy
import csv
import io
from datetime import date
from typing import Any

import pytest

from documents.catalogue import kind_of
from documents.kinds.claim_package.claim_csv import claim_csv, defused
from documents.layout.rendering import render
from documents.model import CheckedModel
from documents.text.formats import formats
from documents.text.languages import LANGUAGES
from engine.errors import InvalidInput
from tests.documents.kinds.test_pages_of_notes import _figures, _flat, _letter

KIND = kind_of("claim_package")


def _sample() -> dict[str, Any]:
    return copy.deepcopy(dict(KIND.sample()))


@pytest.mark.parametrize(
    ("path", "value", "field"),
    [
        (("rows", 1, "principal"), "1023.36", "rows.1.principal"),
        (("rows", 1, "credited", 0, "to_interest"), "23.36", "rows.1.credited.0.amount"),
        (("rows", 1, "credited", 0, "day"), date(2026, 5, 5), "rows.1.interest_from"),
        (("rows", 1, "credited"), [], "rows.1.principal"),
        (("rows", 0, "interest_from"), date(2026, 1, 12), "rows.0.interest_from"),
        (("rows", 0, "effective_due"), date(2026, 1, 9), "rows.0.interest_from"),
        (("rows", 0, "limitation"), date(2026, 7, 19), "rows.0.limitation"),
        (("rows", 0, "claim"), "gift", "rows.0.claim"),
        (("rows", 0, "document"), "FV/NOT/DEMANDED", "rows.0.document"),
        (("demands", 1, "final"), False, "rows.0.document"),
        (("demands",), [], "demands"),
        (("dispute",), "106634.90", "dispute"),
        (("dispute",), "106636.00", "dispute"),
        (("dispute",), None, "dispute"),
        (("notes", 0, "currency"), "EUR", "dispute"),
        (("compensations", 0, "amount"), "422.66", "compensations.0.amount"),
        (("consumer",), True, "customer.tax_id"),
        (("defendant", "pesel"), "44051401350", "defendant.pesel"),
        (("plaintiff", "krs"), "12345", "plaintiff.krs"),
    ],
)
def test_what_does_not_add_up_is_refused_with_the_field(path: tuple[Any, ...], value: object, field: str) -> None:
    model = _sample()
    target: Any = model
    for step in path[:-1]:
        target = target[step]
    assert target[path[-1]] != value
    target[path[-1]] = value
    with pytest.raises(InvalidInput) as caught:
        CheckedModel(KIND.model, model)
    assert caught.value.field == field


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_figure_party_and_proof_is_on_the_page(language: str) -> None:
    style = formats(language)
    model = CheckedModel(KIND.model, _sample())
    rendered = render("claim_package", language, _sample())
    said = {
        figure
        for name in ("rows", "notes", "compensations", "totals", "dispute", "demands")
        for figure in _figures(model[name], style)
    }
    said |= {row["document"] for name in ("rows", "notes", "issued", "left_out") for row in model[name]}
    said |= {
        "44051401359",
        "0000123456",
        model["number"],
        *model["justification"],
        model["interest"]["basis"][language],
    }
    said |= {style.money(model["fees"][name]) for name in ("ordinary", "electronic")}
    said |= {str(demand[name]) for demand in model["demands"] for name in ("intent", "proof")}
    for text in (_flat(rendered.text), _flat(_letter(rendered))):
        tight = text.replace(" ", "")
        missing = [part for part in map(_flat, said) if part.replace(" ", "") not in tight]
        # a paragraph of the justification may lie on two pages, with foot and head between
        assert [part for part in missing if part not in model["justification"] and len(part) < 80] == []
        for demand in model["demands"]:
            assert demand["message"] in tight
    assert "EPU" in rendered.text


def test_it_says_that_it_is_no_file_of_the_electronic_court() -> None:
    assert "plikiem do elektronicznego postępowania upominawczego (EPU)" in _flat(
        render("claim_package", "pl", _sample()).text
    )
    assert "no file of the Polish electronic writ-of-payment court" in _flat(
        render("claim_package", "en", _sample()).text
    )


def test_the_table_has_every_claim_and_its_sum() -> None:
    model = CheckedModel(KIND.model, _sample())
    rows = list(csv.DictReader(io.StringIO(claim_csv(model).decode())))
    assert [row["claim"] for row in rows] == ["principal"] * 3 + ["interest", "interest_note", "compensation"]
    cents = sum(int(row["amount"].replace(".", "")) for row in rows)
    assert cents == int(model["totals"][0]["amount"] * 100)
    assert {row["interest_to"] for row in rows if row["claim"] == "principal"} == {"payment"}


@pytest.mark.parametrize("text", ["=1+1", "+48", "-5", "@SUM(A1)", "\tx", "\rx", '=HYPERLINK("http://a")'])
def test_no_cell_begins_like_a_formula(text: str) -> None:
    assert defused(text) == f"'{text}"
    model = _sample()
    if text.strip() == text:
        for demand in model["demands"]:
            demand["documents"].append(text)
        model["rows"][0]["document"] = text
        cells = next(csv.DictReader(io.StringIO(claim_csv(CheckedModel(KIND.model, model)).decode())))
        assert cells["document"] == f"'{text}"


def test_ordinary_cells_stay_as_they_are() -> None:
    assert [defused(text) for text in ("", "FV/1", "2026-01-01", "1.00")] == ["", "FV/1", "2026-01-01", "1.00"]
