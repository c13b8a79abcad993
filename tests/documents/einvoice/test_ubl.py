from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from lxml import etree

from documents.catalogue import kind_of
from documents.einvoice.ubl import ubl_xml
from documents.einvoice.ubl_check import check_ubl
from documents.einvoice.ubl_codes import unit_code
from documents.invoicing.vat_rates import RATES
from documents.model import CheckedModel
from engine.errors import InvalidInput
from tests.documents.einvoice.ubl_models import MODELS, correction, document, invoice, line

_KEPT = Path(__file__).parent / "ubl"
_CENT = Decimal("0.01")
_MIXED = [rate for rate in RATES if rate not in {"np I", "zw", "oo", "0 WDT", "margin"}]


def _ubl(model: dict[str, Any], kind: str = "vat_invoice") -> etree._Element:
    return etree.fromstring(ubl_xml(CheckedModel(kind_of(kind).model, model)))


def _texts(root: etree._Element, path: str) -> list[str]:
    steps = "/".join(f"*[local-name() = '{name}']" for name in path.split("/"))
    return [element.text for element in root.xpath(f"//{steps}")]


@pytest.mark.parametrize("name", MODELS)
def test_a_document_is_the_one_that_passed_the_published_rules(name: str) -> None:
    assert document(name) == (_KEPT / f"{name}.xml").read_bytes()


def test_every_kept_document_has_its_model() -> None:
    assert {path.stem for path in _KEPT.glob("*.xml")} == set(MODELS)


def test_buyers_with_an_electronic_address_get_peppol_and_others_the_core() -> None:
    [to_berlin] = _texts(_ubl(invoice()), "CustomizationID")
    assert to_berlin.endswith("poacc:billing:3.0")
    [to_zurich] = _texts(_ubl(MODELS["export"][1]), "CustomizationID")
    assert to_zurich == "urn:cen.eu:en16931:2017"
    assert _texts(_ubl(invoice()), "Party/EndpointID") == ["PL1234563218", "DE136695976"]
    assert _texts(_ubl(MODELS["consumer"][1]), "Party/EndpointID") == ["PL1234563218"]


def test_tax_is_stated_in_pln_beside_another_currency() -> None:
    assert _texts(_ubl(invoice()), "TaxTotal/TaxAmount") == ["283.94", "1209.58"]
    assert _texts(_ubl(MODELS["polish_buyer"][1]), "TaxTotal/TaxAmount") == ["283.94"]


@pytest.mark.parametrize(
    ("rate", "code", "reason"),
    [
        ("23", "S", []),
        ("0 KR", "Z", []),
        ("0 EX", "G", ["VATEX-EU-G"]),
        ("np I", "O", ["VATEX-EU-O"]),
        ("0 WDT", "K", ["VATEX-EU-IC"]),
        ("np II", "AE", ["VATEX-EU-AE"]),
        ("oo", "AE", ["VATEX-EU-AE"]),
    ],
)
def test_each_rate_has_its_category(rate: str, code: str, reason: list[str]) -> None:
    root = _ubl(invoice(lines=[line(rate=rate)]))
    assert _texts(root, "TaxSubtotal/TaxCategory/ID") == [code]
    assert _texts(root, "TaxCategory/TaxExemptionReasonCode") == reason
    assert bool(_texts(root, "PartyTaxScheme/CompanyID")) == (code != "O")


def test_what_a_correction_lowers_is_a_credit_note_with_positive_amounts() -> None:
    root = _ubl(correction(line(), line(quantity="4")), "correcting_invoice")
    assert etree.QName(root).localname == "CreditNote"
    assert _texts(root, "LegalMonetaryTotal/PayableAmount") == ["911.07"]
    assert _texts(root, "CreditNoteLine/CreditedQuantity") == ["10", "-4"]
    assert _texts(root, "InvoiceDocumentReference/ID") == ["FV/00001/2026"]


def test_what_a_correction_raises_is_a_debit_note_of_the_difference() -> None:
    root = _ubl(correction(line(), line(quantity="14")), "correcting_invoice")
    assert (etree.QName(root).localname, _texts(root, "InvoiceTypeCode")) == ("Invoice", ["383"])
    assert _texts(root, "LegalMonetaryTotal/PayableAmount") == ["607.37"]


@pytest.mark.parametrize(
    ("changes", "field"), [({"self_billing": True}, "self_billing"), ({"lines": [line(), line(rate="np I")]}, "lines")]
)
def test_what_en_16931_cannot_say_is_refused_with_the_field(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        _ubl(invoice(**changes))
    assert caught.value.field == field


def test_a_correction_of_particulars_alone_is_refused() -> None:
    model = correction(line(), line(), buyer_before=invoice()["buyer"])
    with pytest.raises(InvalidInput) as caught:
        _ubl(model, "correcting_invoice")
    assert caught.value.field == "changes"


@pytest.mark.parametrize(
    ("element", "rule"),
    [
        ("LegalMonetaryTotal/LineExtensionAmount", "BR-CO-10"),
        ("LegalMonetaryTotal/TaxExclusiveAmount", "BR-CO-13"),
        ("TaxTotal/TaxAmount", "BR-CO-14"),
        ("LegalMonetaryTotal/TaxInclusiveAmount", "BR-CO-15"),
        ("LegalMonetaryTotal/PayableAmount", "BR-CO-16"),
        ("TaxSubtotal/TaxableAmount", "BR-S-08"),
        ("ClassifiedTaxCategory/Percent", "BR-S-08"),
        ("TaxCategory/Percent", "BR-S-08"),
        ("Price/PriceAmount", "R120"),
    ],
)
def test_a_document_that_does_not_add_up_is_refused_with_the_rule(element: str, rule: str) -> None:
    root = etree.fromstring(document("taxed"))
    steps = "/".join(f"*[local-name() = '{name}']" for name in element.split("/"))
    found = root.xpath(f"//{steps}")[0]
    found.text = str(Decimal(found.text) + 1)
    with pytest.raises(InvalidInput, match=rule):
        check_ubl(etree.tostring(root))


def test_a_tax_that_is_not_its_rate_is_refused() -> None:
    root = etree.fromstring(document("reverse_charge"))
    for path in ("TaxTotal", "TaxSubtotal"):
        found = root.xpath(f"//*[local-name() = '{path}']/*[local-name() = 'TaxAmount'][@currencyID = 'EUR']")[0]
        found.text = "5.00"
    for name in ("TaxInclusiveAmount", "PayableAmount"):
        total = root.xpath(f"//*[local-name() = '{name}']")[0]
        total.text = str(Decimal(total.text) + 5)
    with pytest.raises(InvalidInput, match="BR-CO-17"):
        check_ubl(etree.tostring(root))


def test_units_are_coded_and_others_keep_their_name() -> None:
    assert [unit_code(unit) for unit in ("szt.", "Godz.", "kWh", "mies", None, "paleta")] == [
        "C62",
        "HUR",
        "KWH",
        "MON",
        "C62",
        None,
    ]
    root = _ubl(MODELS["taxed"][1])
    assert _texts(root, "AdditionalItemProperty/Value") == ["62.01.11.0", "49019900", "GTU_12", "paleta"]


def test_gross_prices_are_stated_net_and_add_up_to_the_same_total() -> None:
    gross = invoice(prices="gross", lines=[line(quantity="3", price="0.04"), line(quantity="1", price="0.99")])
    root = _ubl(gross)
    assert _texts(root, "InvoiceLine/LineExtensionAmount") == ["0.10", "0.80"]
    assert _texts(root, "Price/PriceAmount") == ["0.03252", "0.80488"]
    assert _texts(root, "LegalMonetaryTotal/TaxInclusiveAmount") == ["1.11"]


def test_a_discount_of_gross_prices_is_stated_net() -> None:
    root = _ubl(invoice(prices="gross", lines=[line(quantity="1", price="123.00", discount="12.30")]))
    assert _texts(root, "AllowanceCharge/Amount") == ["10.00"]
    assert _texts(root, "InvoiceLine/LineExtensionAmount") == ["90.00"]


@st.composite
def _lines(draw: st.DrawFn) -> list[dict[str, object]]:
    hundredths = st.integers(0, 10**6).map(lambda cents: str(Decimal(cents) / 100))
    one = st.fixed_dictionaries(
        {
            "description": st.just("x"),
            "unit": st.sampled_from(["szt.", "paleta"]),
            "quantity": hundredths,
            "price": st.integers(0, 10**8).map(lambda part: str(Decimal(part) / 10000)),
            "rate": st.sampled_from(_MIXED),
            "discount_percent": st.sampled_from(["0", "12.5", "100"]),
        }
    )
    return draw(st.lists(one, min_size=1, max_size=5))


@example(  # thirty halves of a cent, each cut to nothing
    lines=[{"description": "x", "quantity": "1", "price": "0.01", "rate": "23"}] * 30, method="sum", prices="gross"
)
@given(lines=_lines(), method=st.sampled_from(["sum", "lines"]), prices=st.sampled_from(["net", "gross"]))
def test_any_invoice_adds_up(lines: list[dict[str, object]], method: str, prices: str) -> None:
    root = _ubl(invoice(lines=lines, vat_method=method, prices=prices))
    nets = [Decimal(text) for text in _texts(root, "InvoiceLine/LineExtensionAmount")]
    taxes = [Decimal(text) for text in _texts(root, "TaxSubtotal/TaxAmount")]
    assert sum(nets) + sum(taxes) == Decimal(_texts(root, "LegalMonetaryTotal/TaxInclusiveAmount")[0])
    for base, tax, percent in zip(
        _texts(root, "TaxSubtotal/TaxableAmount"), taxes, _texts(root, "TaxSubtotal/TaxCategory/Percent"), strict=True
    ):
        assert abs(Decimal(base) * Decimal(percent) / 100 - tax) <= _CENT * len(lines)


_GIVEN_AWAY = {
    "description": "x",
    "unit": "szt.",
    "quantity": "0.5",
    "price": "17.19",
    "rate": "23",
    "discount_percent": "100",
}


@example(before=[_GIVEN_AWAY | {"discount_percent": "0"}], after=[_GIVEN_AWAY], prices="net")
@given(before=_lines(), after=_lines(), prices=st.sampled_from(["net", "gross"]))
def test_any_correction_adds_up_and_is_positive(before: list[Any], after: list[Any], prices: str) -> None:
    model = correction({}, {}, prices=prices)
    pairs = zip(before, after, strict=False)
    model["changes"] = [{"position": number, "before": b, "after": a} for number, (b, a) in enumerate(pairs, 1)]
    loaded = CheckedModel(kind_of("correcting_invoice").model, {**model, "expected": None})
    assume(loaded["gross"]["amount"] != 0)
    root = etree.fromstring(ubl_xml(loaded))
    assert Decimal(_texts(root, "LegalMonetaryTotal/TaxInclusiveAmount")[0]) == abs(loaded["gross"]["amount"])


def test_a_rate_that_no_line_is_left_of_has_no_sum() -> None:
    nothing = line(rate="8", quantity="0")
    model = correction(line(), line(quantity="4"))
    model["changes"].append({"position": 2, "before": nothing, "after": nothing})
    assert _texts(_ubl(model, "correcting_invoice"), "TaxSubtotal/TaxCategory/Percent") == ["23"]
