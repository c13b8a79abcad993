from __future__ import annotations

from typing import Any

import pytest

from documents.kinds.vat_invoice.model import InvoiceSchema
from documents.model import CheckedModel
from engine.errors import InvalidInput
from tests.documents.conftest import line

_CONSUMER = {"name": "Jan Kowalski", "kind": "consumer"}


def _gross(amount: str, **changes: object) -> dict[str, object]:
    return {"prices": "gross", "lines": [line(price=amount, **changes)]}


@pytest.mark.parametrize(
    ("amount", "annex", "required"),
    [("15000.00", True, False), ("15000.01", True, True), ("20000.00", False, False), ("20000.00", True, True)],
)
def test_split_payment_is_annotated_above_the_limit_for_annex_15(
    invoice: dict[str, Any], amount: str, annex: bool, required: bool
) -> None:
    invoice |= _gross(amount, annex_15=annex)
    assert CheckedModel(InvoiceSchema, invoice)["split_payment"] is required


def test_the_limit_of_split_payment_is_counted_in_pln(invoice: dict[str, Any]) -> None:
    invoice |= {"currency": "EUR", "exchange": {"rate": "4", "day": "2026-11-23"}}
    assert CheckedModel(InvoiceSchema, {**invoice, **_gross("3750.00", annex_15=True)})["split_payment"] is False
    assert CheckedModel(InvoiceSchema, {**invoice, **_gross("3750.01", annex_15=True)})["split_payment"] is True


def test_a_consumer_never_pays_by_split_payment(invoice: dict[str, Any]) -> None:
    invoice |= {"buyer": _CONSUMER, **_gross("20000", annex_15=True)}
    assert CheckedModel(InvoiceSchema, invoice)["split_payment"] is False
    with pytest.raises(InvalidInput, match="split_payment"):
        CheckedModel(InvoiceSchema, {**invoice, "split_payment": True})


def test_a_seller_may_ask_for_split_payment_below_the_limit(invoice: dict[str, Any]) -> None:
    assert CheckedModel(InvoiceSchema, {**invoice, "split_payment": True})["split_payment"] is True


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({**_gross("20000", annex_15=True), "split_payment": False}, "split_payment"),
        ({**_gross("20000", annex_15=True), "split_payment_above": None}, "split_payment_above"),
        ({"lines": [line(rate="zw")]}, "exemption"),
        ({"exemption": {"text": "art. 43 ust. 1 pkt 18"}}, "exemption"),
        ({"lines": [line(rate="oo")], "reverse_charge": False}, "reverse_charge"),
        ({"reverse_charge": True}, "reverse_charge"),
        ({"lines": [line(rate="0 WDT")]}, "buyer.tax_id"),
        ({"lines": [line(rate="oo")], "buyer": _CONSUMER}, "buyer.kind"),
        ({"lines": [line(rate="zw")], "exemption": {"text": ""}}, "exemption.text"),
        ({"lines": [line(rate="zw")], "exemption": {"law": "custom", "text": "x"}}, "exemption.law"),
    ],
)
def test_an_annotation_missing_or_out_of_place_names_the_field(
    invoice: dict[str, Any], changes: dict[str, object], field: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        CheckedModel(InvoiceSchema, {**invoice, **changes})
    assert caught.value.field == field


def test_a_supply_within_the_union_goes_to_another_member_state(invoice: dict[str, Any]) -> None:
    invoice["buyer"] |= {"country": "DE", "tax_id": "DE136695976"}
    invoice["lines"] = [line(rate="0 WDT")]
    model = CheckedModel(InvoiceSchema, invoice)
    assert model["vat"]["amount"] == 0
    assert model["reverse_charge"] is False


def test_the_buyer_of_services_abroad_accounts_for_the_tax(invoice: dict[str, Any]) -> None:
    invoice["buyer"] |= {"country": "DE", "tax_id": "DE136695976"}
    assert CheckedModel(InvoiceSchema, {**invoice, "lines": [line(rate="np II")]})["reverse_charge"] is True
