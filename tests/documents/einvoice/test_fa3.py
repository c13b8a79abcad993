"""FA(3) as we write it, against the official schema, which stands in the installed package ksef-client."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from documents.catalogue import kinds
from documents.einvoice.electronic import electronic_form, with_electronic_form
from documents.einvoice.fa3_check import check_fa3
from documents.einvoice.fa3_schema import read_fa3
from documents.kinds.correcting_invoice.model import CorrectionSchema
from documents.kinds.vat_invoice.model import InvoiceSchema
from documents.model import CheckedModel, ModelSchema
from engine.errors import InvalidInput
from tests.documents.conftest import line

_EURO = {"currency": "EUR", "exchange": {"rate": "4.2192", "table": "226/A/NBP/2026", "day": "2026-11-23"}}


def _built(model: dict[str, Any], schema: type[ModelSchema] = InvoiceSchema) -> etree._Element:
    """The root of an invoice, valid and consistent."""
    return etree.fromstring(electronic_form(CheckedModel(schema, model)))


def _texts(root: etree._Element, *names: str) -> list[str | None]:
    return [root.findtext(f".//{{*}}{name}") for name in names]


def test_a_plain_invoice_is_valid(invoice: dict[str, Any]) -> None:
    root = _built(invoice)
    assert _texts(root, "P_2", "P_13_1", "P_14_1", "P_15", "RodzajFaktury") == [
        "FV/00001/2026",
        "10000.00",
        "2300.00",
        "12300.00",
        "VAT",
    ]
    assert _texts(root, "P_16", "P_17", "P_18", "P_18A", "P_19N", "P_6") == ["2", "2", "2", "2", "1", None]
    assert _texts(root, "NrRB", "Termin", "FormaPlatnosci") == ["61109010140000071219812874", "2026-12-08", "6"]


def test_a_correction_has_the_lines_before_and_after(correction: dict[str, Any]) -> None:
    root = _built(correction, CorrectionSchema)
    rows = root.findall(".//{*}FaWiersz")
    assert [(row.findtext("{*}StanPrzed"), row.findtext("{*}P_11")) for row in rows] == [
        ("1", "10000.00"),
        (None, "9000.00"),
    ]
    assert _texts(root, "RodzajFaktury", "TypKorekty", "P_13_1", "P_14_1", "P_15") == [
        "KOR",
        "2",
        "-1000.00",
        "-230.00",
        "-1230.00",
    ]
    assert _texts(root, "NrFaKorygowanej", "NrKSeFN", "NrKSeF") == ["FV/00001/2026", "1", None]


def test_a_correction_names_the_ksef_number_of_the_invoice(correction: dict[str, Any]) -> None:
    correction["corrected"]["ksef_number"] = "5265877635-20250826-0100001AF629-AF"
    root = _built(correction, CorrectionSchema)
    assert _texts(root, "NrKSeF", "NrKSeFFaKorygowanej", "NrKSeFN") == [
        "1",
        "5265877635-20250826-0100001AF629-AF",
        None,
    ]


def test_a_correction_of_particulars_keeps_the_wrong_ones(correction: dict[str, Any]) -> None:
    correction |= {"changes": [], "buyer_before": {**correction["buyer"], "name": "Odbiorca z błędem"}}
    root = _built(correction, CorrectionSchema)
    assert root.findtext(".//{*}Podmiot2K//{*}Nazwa") == "Odbiorca z błędem"
    assert root.findtext(".//{*}Podmiot2//{*}Nazwa") == "Odbiorca sp. z o.o."


def test_split_payment_is_marked(invoice: dict[str, Any]) -> None:
    root = _built({**invoice, "lines": [line(price="20000", annex_15=True)]})
    assert _texts(root, "P_18A", "P_12_Zal_15") == ["1", "1"]


@pytest.mark.parametrize(("law", "element"), [("act", "P_19A"), ("directive", "P_19B"), ("other", "P_19C")])
def test_an_exemption_names_its_basis(invoice: dict[str, Any], law: str, element: str) -> None:
    basis = {"law": law, "text": "art. 43 ust. 1 pkt 18 ustawy"}
    root = _built({**invoice, "lines": [line(rate="zw")], "exemption": basis})
    assert _texts(root, "P_19", element, "P_19N", "P_13_7") == ["1", basis["text"], None, "10000.00"]


def test_tax_of_an_invoice_in_euro_is_in_pln_too(invoice: dict[str, Any]) -> None:
    root = _built({**invoice, **_EURO, "lines": [line(price="1000"), line(price="100", rate=8)]})
    assert _texts(root, "P_14_1", "P_14_1W", "P_14_2", "P_14_2W", "KursWaluty") == [
        "230.00",
        "970.42",
        "8.00",
        "33.75",
        "4.2192",
    ]
    assert _texts(root, "NrRB") == ["PL27114020040000300201355387"]


@pytest.mark.parametrize("prices", ["net", "gross"])
@pytest.mark.parametrize("method", ["sum", "lines"])
def test_every_method_is_valid_and_adds_up(invoice: dict[str, Any], prices: str, method: str) -> None:
    lines = [
        line(price=f"{n}.37", quantity="1.5", rate=rate, discount_percent="3")
        for n, rate in enumerate((23, 22, 8, 7, 5, 4, 3, "0 KR", "0 EX", "np I"), start=3)
    ]
    root = _built({**invoice, "prices": prices, "vat_method": method, "lines": lines})
    price, value = ("P_9A", "P_11") if prices == "net" else ("P_9B", "P_11A")
    assert all(_texts(root, price, value))
    assert (root.findtext(".//{*}P_11Vat") is not None) == (method == "lines")


@pytest.mark.parametrize(
    ("buyer", "elements"),
    [
        ({"country": "DE", "tax_id": "DE136695976"}, {"KodUE": "DE", "NrVatUE": "136695976"}),
        ({"country": "GR", "tax_id": "094259216"}, {"KodUE": "EL", "NrVatUE": "094259216"}),
        ({"country": "US", "tax_id": "91-1144442"}, {"NrID": "911144442"}),
        ({"kind": "consumer", "tax_id": None}, {"BrakID": "1"}),
    ],
)
def test_buyers_are_named_by_what_they_have(
    invoice: dict[str, Any], buyer: dict[str, Any], elements: dict[str, str]
) -> None:
    invoice["buyer"] |= buyer
    identity = _built(invoice).find(".//{*}Podmiot2/{*}DaneIdentyfikacyjne")
    assert identity is not None
    assert {name: identity.findtext(f"{{*}}{name}") for name in elements} == elements


def test_everything_optional_fits_the_schema(invoice: dict[str, Any]) -> None:
    invoice["seller"] |= {
        "phone": "+48 22 555 01 00 w. 123",
        "email": "a@b.example",
        "place": "Warszawa",
        "registration": "Sąd Rejonowy, KRS 0000000000",
    }
    invoice["buyer"] |= {"key": "K-1"}
    invoice |= {
        "period": {"first": "2026-11-01", "last": "2026-11-30"},
        "cash_accounting": True,
        "self_billing": True,
        "notes": ["x" * 500, "Zamówienie"],
        "payment": {"form": "cash", "paid_on": "2026-11-24"},
        "lines": [line(index="A-1", pkwiu="62.01.11.0", cn="8517 62 00", gtu="GTU_06", unit=None)],
    }
    root = _built(invoice)
    assert _texts(root, "P_16", "P_17", "Zaplacono", "P_6_Od", "GTU") == ["1", "1", "1", "2026-11-01", "GTU_06"]
    assert len(root.findall(".//{*}DodatkowyOpis")) == 3


@pytest.mark.parametrize("name", ["vat_invoice", "correcting_invoice"])
def test_the_shipped_samples_are_valid(name: str) -> None:
    _, xml = with_electronic_form(CheckedModel(kinds()[name].model, kinds()[name].sample()))
    assert xml is not None
    check_fa3(xml)


@pytest.mark.parametrize("name", ["vat", "kor"])
def test_documents_that_others_wrote_are_read(name: str) -> None:
    check_fa3((Path(__file__).parent / "fa3" / f"{name}.xml").read_bytes())


def _broken(invoice: dict[str, Any], old: str, new: str) -> bytes:
    xml = electronic_form(CheckedModel(InvoiceSchema, invoice)).decode()
    assert old in xml
    return xml.replace(old, new, 1).encode()


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("<NIP>1234563218</NIP>", "<NIP>1234563219</NIP>", "Podmiot1/DaneIdentyfikacyjne/NIP"),
        ("<NIP>7740001454</NIP>", "<NIP>7740001455</NIP>", "Podmiot2/DaneIdentyfikacyjne/NIP"),
        ("<NIP>7740001454</NIP>", "<NIP>0000000000</NIP>", "Podmiot2/DaneIdentyfikacyjne/NIP"),
        ("<P_13_1>10000.00", "<P_13_1>10000.01", "Fa/P_13_1"),
        ("<P_14_1>2300.00", "<P_14_1>2300.01", "Fa/P_14_1"),
        ("<P_15>12300.00", "<P_15>12300.01", "Fa/P_15"),
        ("<P_15>12300.00", "<P_15>12300.001", "Fa/P_15"),
        ("<P_11>10000.00", "<P_11>9999.99", "Fa/P_13_1"),
        ("<P_12>23<", "<P_12>19<", "Fa/FaWiersz/P_12"),
        ("<P_12>23<", "<P_12>zw<", "Fa/Adnotacje/Zwolnienie"),
        ("<P_12>23<", "<P_12>oo<", "Fa/Adnotacje/P_18"),
        ("<P_12>23</P_12>", "<P_12>23</P_12><P_12_Zal_15>1</P_12_Zal_15>", "Fa/Adnotacje/P_18A"),
        ("<P_18A>2</P_18A>", "", "Fa/Adnotacje/Zwolnienie"),
        ("<KodWaluty>PLN", "<KodWaluty>ZŁ", "Fa/KodWaluty"),
        ("<P_1>2026-11-24", "<P_1>24.11.2026", "Fa/P_1"),
        ("<Faktura ", "<Rachunek ", "xml"),
        ("<Faktura", "<!DOCTYPE Faktura [<!ENTITY e 'x'>]><Faktura", "xml"),
    ],
)
def test_a_broken_document_names_the_element(invoice: dict[str, Any], old: str, new: str, field: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        check_fa3(
            _broken(invoice, old, new), split_payment_above=CheckedModel(InvoiceSchema, invoice)["gross"]["amount"] - 1
        )
    assert caught.value.field == field


def test_the_element_among_several_is_counted(invoice: dict[str, Any]) -> None:
    invoice["lines"] = [line(), line(rate=8)]
    with pytest.raises(InvalidInput) as caught:
        read_fa3(_broken(invoice, "<P_12>8<", "<P_12>6<"))
    assert caught.value.field == "Fa/FaWiersz[2]/P_12"
    assert "{" not in str(caught.value)


def test_processing_instructions_are_refused(invoice: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput, match="processing instructions"):
        read_fa3(_broken(invoice, "<Naglowek>", "<?php x ?><Naglowek>"))


def test_the_same_invoice_gives_the_same_bytes(invoice: dict[str, Any]) -> None:
    model = CheckedModel(InvoiceSchema, invoice)
    xml = electronic_form(model)
    assert xml == electronic_form(CheckedModel(InvoiceSchema, invoice))
    assert xml.startswith(b"<?xml version='1.0' encoding='UTF-8'?>\n<Faktura ")


def test_the_flags_of_the_buyer_and_the_roles_of_third_parties_go_together(invoice: dict[str, Any]) -> None:
    invoice["third_parties"] = [{"role": "8", "name": "Szkoła", "internal_id": "7740001454-00015"}]
    for old, new, field in (
        ("<JST>1<", "<JST>2<", "Podmiot2/JST"),
        ("<Rola>8<", "<Rola>2<", "Podmiot2/JST"),
        ("<GV>2<", "<GV>1<", "Podmiot2/GV"),
        ("<IDWew>7740001454-00015", "<IDWew>7740001454-00016", "Podmiot3[1]/DaneIdentyfikacyjne/IDWew"),
    ):
        with pytest.raises(InvalidInput) as caught:
            check_fa3(_broken(invoice, old, new))
        assert caught.value.field == field
