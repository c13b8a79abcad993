"""Invoices to buyers abroad, one for each way EN 16931 treats their tax. Run as a program, it writes their UBL."""

from __future__ import annotations

import copy
import datetime as dt
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from documents.catalogue import kind_of
from documents.einvoice.ubl import ubl_xml
from documents.model import CheckedModel

_SELLER: Final = {
    "name": "Dostawca S.A.",
    "address": ["ul. Prosta 1", "lokal 5", "00-838 Warszawa"],
    "tax_id": "1234563218",
    "email": "faktury@dostawca.example",
    "phone": "+48 22 555 01 00",
    "accounts": [
        {"iban": "PL61109010140000071219812874", "currency": "PLN"},
        {"iban": "PL27114020040000300201355387", "currency": "EUR", "bic": "BREXPLPWXXX"},
    ],
}
_BERLIN: Final = {
    "key": "K-7",
    "name": "Kranich & Söhne GmbH",
    "address": ["Hafenstr. 1", "20095 Hamburg"],
    "country": "DE",
    "tax_id": "DE136695976",
}
_ZURICH: Final = {
    "name": "Zeder AG",
    "address": ["Seeweg 2", "8001 Zürich"],
    "country": "CH",
    "tax_id": "CHE-116.281.710",
}
_PERSON: Final = {
    "name": "Anna Müller",
    "address": ["Lindenweg 3", "10115 Berlin"],
    "country": "DE",
    "kind": "consumer",
}
_EXCHANGE: Final = {"rate": "4.2600", "table": "207/A/NBP/2026", "day": "2026-10-22"}


def line(**changes: object) -> dict[str, object]:
    """Ten hours at 123.45."""
    return {"description": "Wdrożenie", "unit": "godz.", "quantity": "10", "price": "123.45", "rate": "23", **changes}


def invoice(**changes: object) -> dict[str, Any]:
    """To a German business in EUR."""
    return copy.deepcopy(
        {
            "number": "FV/00001/2026",
            "issued_at": "2026-10-23T08:00:00Z",
            "seller": _SELLER,
            "buyer": _BERLIN,
            "issue_date": dt.date(2026, 10, 23),
            "sale_date": dt.date(2026, 10, 22),
            "currency": "EUR",
            "exchange": _EXCHANGE,
            "lines": [line()],
            "payment": {"due_date": dt.date(2026, 11, 6)},
            "split_payment_above": "15000.00",
            **changes,
        }
    )


def correction(before: dict[str, object], after: dict[str, object], **changes: object) -> dict[str, Any]:
    """Of that invoice: a line as it was and as it is."""
    plain = invoice(**changes)
    del plain["lines"]
    return {
        **plain,
        "number": "KOR/00001/2026",
        "corrected": {"number": "FV/00001/2026", "issue_date": "2026-10-02"},
        "reason": "błędna cena",
        "changes": [{"position": 1, "before": before, "after": after}],
    }


#: name -> (kind, model). The documents of all of them are kept in ubl/.
MODELS: Final[Mapping[str, tuple[str, dict[str, Any]]]] = {
    "taxed": ("vat_invoice", invoice(lines=[
        line(index="W-1", pkwiu="62.01.11.0"), line(rate="8", unit="szt.", quantity="3", price="19.99", cn="49019900"),
        line(rate="23", unit="paleta", quantity="2", price="310.00", discount_percent="12.5", gtu="GTU_12"),
        line(rate="0 KR", price="7.10"),
    ], notes=["Order 4711", "Thank you"])),
    "lines_taxed_one_by_one": ("vat_invoice", invoice(
        vat_method="lines", lines=[line(quantity="1", price="0.33", rate="23") for _ in range(7)])),
    "reverse_charge": ("vat_invoice", invoice(lines=[line(rate="np II")])),
    "within_the_union": ("vat_invoice", invoice(lines=[line(rate="0 WDT", unit="kg")])),
    "within_the_union_over_a_month": ("vat_invoice", invoice(
        sale_date=None, period={"first": "2026-09-01", "last": "2026-09-30"}, lines=[line(rate="0 WDT", unit="t")])),
    "export": ("vat_invoice", invoice(buyer=_ZURICH, lines=[line(rate="0 EX", unit="kpl.")])),
    "outside_the_scope": ("vat_invoice", invoice(buyer=_ZURICH, lines=[line(rate="np I", unit="mies.")])),
    "exempt": ("vat_invoice", invoice(
        lines=[line(rate="zw")], exemption={"text": "art. 43 ust. 1 pkt 29 ustawy o VAT"})),
    "paid_in_cash": ("vat_invoice", invoice(payment={"form": "cash", "paid_on": dt.date(2026, 10, 23)})),
    "consumer": ("vat_invoice", invoice(buyer=_PERSON)),
    "polish_buyer": ("vat_invoice", invoice(
        buyer={"name": "Odbiorca", "address": ["ul. Krzywa 2", "30-001 Kraków"], "tax_id": "7740001454"},
        currency="PLN", exchange=None, split_payment=True)),
    "credit": ("correcting_invoice", correction(line(), line(price="100.00"))),
    "credit_of_everything": ("correcting_invoice", correction(
        line(discount="5.00"), line(discount="0", quantity="0"), payment={})),
    "debit": ("correcting_invoice", correction(line(), line(price="150.00"))),
    "credit_of_reverse_charge": ("correcting_invoice", correction(
        line(rate="np II"), line(rate="np II", quantity="8"))),
    "gross_prices": ("vat_invoice", invoice(prices="gross", lines=[
        *[line(quantity="1", price="0.01") for _ in range(30)], line(quantity="3", price="0.04", rate="8"),
        line(quantity="1234.567", price="19.99", discount_percent="12.5"), line(rate="0 KR", price="7.10"),
    ])),
    "gross_prices_taxed_one_by_one": ("vat_invoice", invoice(
        prices="gross", vat_method="lines", lines=[line(quantity="1", price="0.33") for _ in range(7)])),
    "credit_of_gross_prices": ("correcting_invoice", correction(
        line(quantity="7", price="1.01"), line(quantity="4", price="1.01", discount="0.10"), prices="gross")),
    "margin_scheme": ("margin_invoice", invoice(
        margin="used_goods", lines=[{"description": "Laptop", "unit": "szt.", "quantity": "3", "price": "333.33"}])),
    "advance": ("advance_invoice", invoice(sale_date=None, order={"number": "Z/7"}, lines=[
        line(), line(rate="8", price="10"), line(rate="0 KR", price="7.10"),
    ], payment={"paid_on": dt.date(2026, 10, 20), "paid_amount": "500.00"})),
    "final": ("final_invoice", invoice(order={"number": "Z/7"}, lines=[line(), line(rate="8", price="10")], advances=[
        {"number": "FZ/1", "issue_date": dt.date(2026, 10, 1), "rates": [
            {"rate": "23", "net": "100.00", "vat": "23.00"}, {"rate": "8", "net": "10.00", "vat": "0.80"}]},
        {"number": "FZ/2", "issue_date": dt.date(2026, 10, 2), "rates": [
            {"rate": "23", "net": "500.00", "vat": "115.00"}]},
    ])),
    "final_of_gross_prices": ("final_invoice", invoice(
        prices="gross", lines=[line(quantity="1", price="0.99") for _ in range(7)], payment={}, advances=[
            {"number": "FZ/1", "issue_date": dt.date(2026, 10, 1), "rates": [
                {"rate": "23", "net": "5.63", "vat": "1.30"}]}])),
    "paid_in_part": ("vat_invoice", invoice(payment={
        "due_date": dt.date(2026, 11, 6),
        "parts": [
            {"amount": "500.00", "paid_on": dt.date(2026, 10, 20), "form": "card"},
            {"amount": "300.00", "paid_on": dt.date(2026, 10, 23), "form": "other", "description": "kompensata"},
        ],
    })),
    "paid_in_another_way": ("vat_invoice", invoice(
        payment={"form": "other", "description": "kompensata", "due_date": dt.date(2026, 11, 6)})),
    "third_parties": ("vat_invoice", invoice(third_parties=[
        {"role": "recipient", "name": "Kranich Lager", "country": "DE"},
        {"role": "payer", "name": "Kranich Holding", "country": "DE", "tax_id": "DE136695976"},
        {"role": "factor", "name": "Faktor S.A.", "tax_id": "5260250274",
         "account": {"iban": "PL27114020040000300201355387", "currency": "EUR"}},
    ])),
    "paid_before": ("vat_invoice", invoice(payment={"paid_on": dt.date(2026, 10, 1)})),
}  # fmt: skip


def document(name: str) -> bytes:
    """The UBL document of a model."""
    kind, model = MODELS[name]
    return ubl_xml(CheckedModel(kind_of(kind).model, model))


if __name__ == "__main__":
    for each in MODELS:
        (Path(sys.argv[1]) / f"{each}.xml").write_bytes(document(each))
