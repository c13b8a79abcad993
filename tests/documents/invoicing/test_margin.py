"""The margin scheme: gross values and the words of the law, nothing of the tax; model, FA(3), UBL and page."""

from __future__ import annotations

from typing import Any

import pytest
from lxml import etree

from documents.catalogue import kind_of
from documents.einvoice.electronic import electronic_form
from documents.einvoice.fa3_check import check_fa3
from documents.einvoice.ubl import ubl_xml
from documents.kinds.correcting_invoice.model import CorrectionSchema
from documents.kinds.margin_invoice.model import MarginInvoiceSchema
from documents.kinds.vat_invoice.model import InvoiceSchema
from documents.layout.composition import compose
from documents.model import CheckedModel
from engine.errors import InvalidInput
from tests.documents.conftest import line, put
from tests.documents.einvoice.ubl_models import invoice as abroad

_USED = {"description": "Laptop używany", "unit": "szt.", "quantity": "3", "price": "333.33"}


@pytest.fixture
def margin(invoice: dict[str, Any]) -> dict[str, Any]:
    """Three second-hand goods for 999.99."""
    return {**invoice, "margin": "used_goods", "lines": [_USED]}


def _xml(model: dict[str, Any]) -> etree._Element:
    return etree.fromstring(electronic_form(CheckedModel(MarginInvoiceSchema, model)))


def test_the_total_is_the_gross_value_and_no_tax_is_stated(margin: dict[str, Any]) -> None:
    model = CheckedModel(MarginInvoiceSchema, margin)
    assert [str(model[name]["amount"]) for name in ("net", "vat", "gross")] == ["999.99", "0.00", "999.99"]
    root = _xml(margin)
    names = "P_13_11", "P_15", "P_9B", "P_11A", "P_12", "P_9A", "P_11", "P_13_1", "P_14_1", "P_PMarzy", "P_PMarzyN"
    assert [root.findtext(f".//{{*}}{name}") for name in names] == [
        "999.99",
        "999.99",
        "333.33",
        "999.99",
        None,
        None,
        None,
        None,
        None,
        "1",
        None,
    ]


@pytest.mark.parametrize(
    ("scheme", "element", "words", "code"),
    [
        ("travel", "P_PMarzy_2", "procedura marży dla biur podróży", "VATEX-EU-D"),
        ("used_goods", "P_PMarzy_3_1", "procedura marży – towary używane", "VATEX-EU-F"),
        ("works_of_art", "P_PMarzy_3_2", "procedura marży – dzieła sztuki", "VATEX-EU-I"),
        ("collectibles", "P_PMarzy_3_3", "procedura marży – przedmioty kolekcjonerskie i antyki", "VATEX-EU-J"),
    ],
)
@pytest.mark.parametrize("language", ["pl", "en", "de"])
def test_each_scheme_has_its_words_everywhere(
    margin: dict[str, Any], scheme: str, element: str, words: str, code: str, language: str
) -> None:
    margin["margin"] = scheme
    assert _xml(margin).findtext(f".//{{*}}PMarzy/{{*}}{element}") == "1"
    blocks = compose(kind_of("margin_invoice"), language, CheckedModel(MarginInvoiceSchema, margin))["blocks"]
    assert words in str(blocks)
    assert "VAT" not in str([block for block in blocks if block["type"] == "table"])
    root = etree.fromstring(ubl_xml(CheckedModel(MarginInvoiceSchema, abroad(margin=scheme, lines=[_USED]))))
    assert root.findtext(".//{*}TaxCategory/{*}TaxExemptionReasonCode") == code
    assert root.findtext(".//{*}LegalMonetaryTotal/{*}PayableAmount") == "999.99"


def test_a_correction_stays_under_the_scheme_and_shows_no_tax(correction: dict[str, Any]) -> None:
    change = {
        "position": 1,
        "before": {**_USED, "rate": "margin"},
        "after": {**_USED, "rate": "margin", "price": "300"},
    }
    correction |= {"margin": "used_goods", "prices": "gross", "changes": [change]}
    model = CheckedModel(CorrectionSchema, correction)
    root = etree.fromstring(electronic_form(model))
    assert [root.findtext(f".//{{*}}{name}") for name in ("P_13_11", "P_15", "P_PMarzy_3_1")] == [
        "-99.99",
        "-99.99",
        "1",
    ]
    tables = [
        block for block in compose(kind_of("correcting_invoice"), "pl", model)["blocks"] if block["type"] == "table"
    ]
    assert [table["title"] for table in tables] == ["Przed korektą", "Po korekcie"]


@pytest.mark.parametrize(
    ("path", "value", "field"),
    [
        ("margin", "second_hand", "margin"),
        ("margin", None, "margin"),
        ("lines.0.rate", 23, "lines.0.rate"),
        ("prices", "net", "prices"),
        ("vat_method", "lines", "vat_method"),
        ("split_payment", True, "split_payment"),
        ("lines.0.annex_15", True, "lines"),
        ("exemption", {"text": "art. 43"}, "exemption"),
        ("reverse_charge", True, "reverse_charge"),
    ],
)
def test_what_does_not_belong_is_refused_with_the_field(
    margin: dict[str, Any], path: str, value: object, field: str
) -> None:
    margin["lines"] = [dict(_USED)]
    put(margin, path, value)
    with pytest.raises(InvalidInput) as caught:
        CheckedModel(MarginInvoiceSchema, margin)
    assert caught.value.field == field


def test_no_other_invoice_has_lines_under_the_scheme(invoice: dict[str, Any], correction: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput, match="margin_invoice") as caught:
        CheckedModel(InvoiceSchema, {**invoice, "lines": [line(rate="margin")]})
    assert caught.value.field == "lines"
    correction |= {"margin": "used_goods", "prices": "gross"}
    with pytest.raises(InvalidInput) as caught:
        CheckedModel(CorrectionSchema, correction)
    assert caught.value.field == "lines"


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("<P_13_11>999.99", "<P_13_11>999.98", "Fa/P_13_11"),
        ("<P_15>999.99", "<P_15>1229.99", "Fa/P_15"),
        ("<P_PMarzy>1</P_PMarzy>", "<P_PMarzyN>1</P_PMarzyN>", "Fa/P_13_11"),
        ("<P_13_11>999.99</P_13_11>", "", "Fa/P_13_11"),
    ],
)
def test_a_document_that_contradicts_itself_names_the_element(
    margin: dict[str, Any], old: str, new: str, field: str
) -> None:
    xml = electronic_form(CheckedModel(MarginInvoiceSchema, margin)).decode()
    assert old in xml
    broken = xml.replace(old, new, 1)
    if "PMarzyN" in new:
        broken = broken.replace("<P_PMarzy_3_1>1</P_PMarzy_3_1>", "")
    with pytest.raises(InvalidInput) as caught:
        check_fa3(broken.encode())
    assert caught.value.field == field
