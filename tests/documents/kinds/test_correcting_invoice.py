from __future__ import annotations

from typing import Any

import pytest

from documents.kinds.correcting_invoice.model import CorrectionSchema
from documents.model import CheckedModel
from engine.errors import InvalidInput
from tests.documents.conftest import line, put


def test_totals_are_differences(correction: dict[str, Any]) -> None:
    model = CheckedModel(CorrectionSchema, correction)
    assert [str(model[name]["amount"]) for name in ("net", "vat", "gross")] == ["-1000.00", "-230.00", "-1230.00"]


def test_a_change_of_rate_moves_the_amount_between_rates(correction: dict[str, Any]) -> None:
    correction["changes"] = [{"position": 1, "before": line(price="100"), "after": line(price="100", rate=8)}]
    model = CheckedModel(CorrectionSchema, correction)
    assert [(row["rate"], str(row["gross"]["amount"])) for row in model["rates"]] == [
        ("23", "-123.00"),
        ("8", "108.00"),
    ]
    assert str(model["gross"]["amount"]) == "-15.00"


def test_a_line_that_was_forgotten_is_added_and_must_be_paid(correction: dict[str, Any]) -> None:
    correction["changes"] = [{"position": 2, "after": line(price="100")}]
    with pytest.raises(InvalidInput, match=r"payment\.due_date"):
        CheckedModel(CorrectionSchema, correction)
    correction["payment"] = {"due_date": "2026-12-08"}
    assert str(CheckedModel(CorrectionSchema, correction)["gross"]["amount"]) == "123.00"


def test_a_line_falls_away_with_quantity_0(correction: dict[str, Any]) -> None:
    correction["changes"] = [{"position": 1, "before": line(), "after": line(quantity="0")}]
    assert str(CheckedModel(CorrectionSchema, correction)["gross"]["amount"]) == "-12300.00"


def test_particulars_alone_may_be_corrected(correction: dict[str, Any]) -> None:
    correction |= {"changes": [], "buyer_before": {**correction["buyer"], "name": "Odbiorca z błędem"}}
    assert CheckedModel(CorrectionSchema, correction)["gross"]["amount"] == 0


@pytest.mark.parametrize(
    ("path", "value", "field"),
    [
        ("corrected.issue_date", "2026-11-25", "corrected.issue_date"),
        ("corrected.ksef_number", "5265877635-20250826-0100001AF629-AE", "corrected.ksef_number"),
        ("corrected", None, "corrected"),
        ("reason", "", "reason"),
        ("effect", "never", "effect"),
        ("changes", [], "changes"),
        ("changes", [{"position": 1, "after": line()}] * 2, "changes"),
        ("changes.0.position", 0, "changes.0.position"),
        ("changes.0.after", None, "changes.0.after"),
        ("changes.0.after.rate", "19", "changes.0.after.rate"),
        ("buyer_before", {"name": "X", "address": "Y 1", "tax_id": "1234563218"}, "buyer_before.tax_id"),
        ("expected", {"gross": "-1230.01"}, "expected.gross"),
    ],
)
def test_bad_input_names_the_field(correction: dict[str, Any], path: str, value: object, field: str) -> None:
    put(correction, path, value)
    with pytest.raises(InvalidInput) as caught:
        CheckedModel(CorrectionSchema, correction)
    assert caught.value.field == field


def test_annotations_repeat_those_of_the_invoice(correction: dict[str, Any]) -> None:
    correction["changes"] = [{"position": 1, "before": line(annex_15=True, price="90000"), "after": line()}]
    assert CheckedModel(CorrectionSchema, correction)["split_payment"] is False
    assert CheckedModel(CorrectionSchema, {**correction, "split_payment": True})["split_payment"] is True
