"""What was paid before an invoice was issued, in which form, and what is left: model, FA(3), UBL and page."""

from __future__ import annotations

from typing import Any

import pytest
from lxml import etree

from documents.catalogue import kind_of
from documents.einvoice.electronic import electronic_form
from documents.einvoice.ubl import ubl_xml
from documents.invoicing.payment.terms import FORMS
from documents.kinds.correcting_invoice.model import CorrectionSchema
from documents.kinds.vat_invoice.model import InvoiceSchema
from documents.layout.composition import compose
from documents.model import CheckedModel
from engine.errors import InvalidInput
from tests.documents.conftest import put
from tests.documents.einvoice.ubl_models import invoice as abroad

_DUE = "2026-12-08"
_IN_PARTS = {
    "due_date": _DUE,
    "parts": [
        {"amount": "2300.00", "paid_on": "2026-11-20", "form": "cash"},
        {"amount": "4000", "paid_on": "2026-11-24", "form": "other", "description": "kompensata"},
    ],
}


def _paid(invoice: dict[str, Any], payment: dict[str, Any]) -> CheckedModel:
    return CheckedModel(InvoiceSchema, {**invoice, "payment": payment})


def _platnosc(model: CheckedModel) -> list[tuple[str, str]]:
    """The leaves of Platnosc in their order."""
    payment = etree.fromstring(electronic_form(model)).find(".//{*}Platnosc")
    assert payment is not None
    return [(etree.QName(leaf).localname, leaf.text) for leaf in payment.iter() if not len(leaf)]


def _page(model: CheckedModel, language: str = "pl") -> str:
    said = compose(kind_of("vat_invoice"), language, model)
    return str(said["blocks"]).replace("\N{NO-BREAK SPACE}", " ").replace("\\xa0", " ")


def test_a_part_paid_before_lowers_what_is_to_be_paid(invoice: dict[str, Any]) -> None:
    model = _paid(invoice, {"due_date": _DUE, "paid_on": "2026-11-23", "paid_amount": "2300.00", "form": "card"})
    assert [str(model[name]["amount"]) for name in ("gross", "paid", "payable")] == ["12300.00", "2300.00", "10000.00"]
    charge = model.charge()
    assert charge is not None
    assert (str(charge.gross), str(charge.payable)) == ("12300.00", "10000.00")
    assert _platnosc(model) == [
        ("ZnacznikZaplatyCzesciowej", "1"),
        ("KwotaZaplatyCzesciowej", "2300.00"),
        ("DataZaplatyCzesciowej", "2026-11-23"),
        ("FormaPlatnosci", "2"),
        ("Termin", _DUE),
        ("FormaPlatnosci", "2"),
    ]


def test_an_invoice_may_be_due_before_it_is_issued(invoice: dict[str, Any]) -> None:
    model = _paid(invoice, {"due_date": "2026-11-10"})
    assert model["issue_date"] > model["payment"]["due_date"]
    assert ("Termin", "2026-11-10") in _platnosc(model)


def test_several_parts_have_each_their_day_and_form(invoice: dict[str, Any]) -> None:
    model = _paid(invoice, _IN_PARTS)
    assert str(model["payable"]["amount"]) == "6000.00"
    assert _platnosc(model) == [
        ("ZnacznikZaplatyCzesciowej", "1"),
        ("KwotaZaplatyCzesciowej", "2300.00"),
        ("DataZaplatyCzesciowej", "2026-11-20"),
        ("FormaPlatnosci", "1"),
        ("KwotaZaplatyCzesciowej", "4000.00"),
        ("DataZaplatyCzesciowej", "2026-11-24"),
        ("PlatnoscInna", "1"),
        ("OpisPlatnosci", "kompensata"),
        ("Termin", _DUE),
        ("FormaPlatnosci", "6"),
        ("NrRB", "61109010140000071219812874"),
    ]


def test_parts_that_are_the_whole_leave_nothing_to_pay(invoice: dict[str, Any]) -> None:
    last = {"amount": "6000.00", "paid_on": "2026-11-24", "form": "mobile"}
    model = _paid(invoice, {"parts": [*_IN_PARTS["parts"], last]})  # type: ignore[misc]
    assert str(model["payable"]["amount"]) == "0.00"
    said = _platnosc(model)
    assert said[0] == ("ZnacznikZaplatyCzesciowej", "2")
    assert said[-1] == ("FormaPlatnosci", "7")
    assert "Do zapłaty" not in _page(model)


def test_a_paid_amount_that_is_the_whole_is_paid_at_once(invoice: dict[str, Any]) -> None:
    model = _paid(invoice, {"paid_on": "2026-11-23", "paid_amount": "12300"})
    assert _platnosc(model) == [("Zaplacono", "1"), ("DataZaplaty", "2026-11-23"), ("FormaPlatnosci", "6")]


@pytest.mark.parametrize(
    ("form", "fa3", "ubl", "polish", "english"),
    [
        ("cash", "1", "10", "gotówka", "cash"),
        ("card", "2", "48", "karta płatnicza", "payment card"),
        ("voucher", "3", "ZZZ", "bon", "voucher"),
        ("cheque", "4", "20", "czek", "cheque"),
        ("credit", "5", "ZZZ", "kredyt", "credit"),
        ("transfer", "6", "30", "przelew", "bank transfer"),
        ("mobile", "7", "68", "płatność mobilna", "mobile payment"),
        ("other", "kompensata", "ZZZ", "kompensata", "kompensata"),
    ],
)
def test_every_form_is_said_everywhere(
    invoice: dict[str, Any], form: str, fa3: str, ubl: str, polish: str, english: str
) -> None:
    assert form in FORMS
    said = {"form": form, "due_date": _DUE, **({"description": "kompensata"} if form == "other" else {})}
    model = _paid(invoice, said)
    assert fa3 in dict(_platnosc(model)).values()
    assert polish in _page(model)
    assert english in _page(model, "en")
    root = etree.fromstring(ubl_xml(CheckedModel(InvoiceSchema, abroad(payment=said))))
    assert root.findtext("{*}PaymentMeans/{*}PaymentMeansCode") == ubl


def test_ubl_says_what_was_prepaid_and_what_is_payable() -> None:
    model = abroad(payment={"due_date": _DUE, "paid_on": "2026-10-20", "paid_amount": "500"})
    root = etree.fromstring(ubl_xml(CheckedModel(InvoiceSchema, model)))
    total = root.find("{*}LegalMonetaryTotal")
    assert total is not None
    names = ("TaxInclusiveAmount", "PrepaidAmount", "PayableAmount")
    assert [total.findtext(f"{{*}}{name}") for name in names] == ["1518.44", "500.00", "1018.44"]


def test_the_page_shows_total_parts_and_rest(invoice: dict[str, Any]) -> None:
    page = _page(_paid(invoice, _IN_PARTS))
    for said in ("Należność ogółem", "12 300,00 zł", "Zapłacono 20.11.2026", "2 300,00 zł, gotówka", "kompensata"):
        assert said in page
    assert "['Do zapłaty', '6 000,00 zł']" in page
    assert "sześć tysięcy" in page


def test_a_correction_that_gives_back_may_say_that_it_was_given_back(correction: dict[str, Any]) -> None:
    model = CheckedModel(CorrectionSchema, {**correction, "payment": {"paid_on": "2026-11-24"}})
    assert (str(model["paid"]["amount"]), str(model["payable"]["amount"])) == ("-1230.00", "0.00")
    with pytest.raises(InvalidInput) as caught:
        CheckedModel(CorrectionSchema, {**correction, "payment": {"paid_on": "2026-11-24", "paid_amount": "5"}})
    assert caught.value.field == "payment.paid_amount"


@pytest.mark.parametrize(
    ("path", "value", "field"),
    [
        ("payment.form", "barter", "payment.form"),
        ("payment.form", "other", "payment.description"),
        ("payment.description", "kompensata", "payment.description"),
        ("payment.paid_amount", "100", "payment.paid_on"),
        ("payment", {"paid_on": "2026-11-23", "paid_amount": "100"}, "payment.due_date"),
        ("payment", {"paid_on": "2026-11-23", "paid_amount": "12300.01", "due_date": _DUE}, "payment.paid_amount"),
        ("payment", {"paid_on": "2026-11-23", "paid_amount": "0", "due_date": _DUE}, "payment.paid_amount"),
        ("payment", {"paid_on": "2026-11-23", "paid_amount": "-5", "due_date": _DUE}, "payment.paid_amount"),
        ("payment", {"paid_on": "2026-11-23", "paid_amount": "1.001", "due_date": _DUE}, "payment.paid_amount"),
        ("payment", {"paid_on": "2026-11-25"}, "payment.paid_on"),
        ("payment", {**_IN_PARTS, "paid_on": "2026-11-23"}, "payment.parts"),
        ("payment", {**_IN_PARTS, "due_date": None}, "payment.due_date"),
        ("payment", {"parts": [{"amount": "12300.01", "paid_on": "2026-11-23", "form": "cash"}]}, "payment.parts"),
        ("payment", {"parts": [{"amount": "1", "paid_on": "2026-11-25", "form": "cash"}]}, "payment.parts.0.paid_on"),
        (
            "payment",
            {"parts": [{"amount": "1.005", "paid_on": "2026-11-23", "form": "cash"}]},
            "payment.parts.0.amount",
        ),
        ("payment", {"parts": [{"amount": "1", "paid_on": "2026-11-23"}]}, "payment.parts.0.form"),
        ("payment", {"parts": [{"amount": "1", "form": "cash"}]}, "payment.parts.0.paid_on"),
    ],
)
def test_what_contradicts_itself_is_refused_with_the_field(
    invoice: dict[str, Any], path: str, value: object, field: str
) -> None:
    put(invoice, path, value)
    with pytest.raises(InvalidInput) as caught:
        CheckedModel(InvoiceSchema, invoice)
    assert caught.value.field == field
