"""Advance and final invoices: what was paid before the supply, and what it leaves; model, FA(3) and UBL."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from documents.catalogue import kinds
from documents.einvoice.electronic import electronic_form
from documents.einvoice.fa3_check import check_fa3
from documents.einvoice.ubl import ubl_xml
from documents.kinds.advance_invoice.model import AdvanceInvoiceSchema
from documents.kinds.final_invoice.model import FinalInvoiceSchema
from documents.model import CheckedModel
from engine.errors import InvalidInput
from tests.documents.conftest import line, put
from tests.documents.einvoice.ubl_models import invoice as abroad

_KSEF = "5265877635-20250826-0100001AF629-AF"
_PAID = {"paid_on": "2026-11-20", "paid_amount": "1230.00"}
_EARLIER = {"number": "FZ/1", "issue_date": "2026-11-02", "rates": [{"rate": 23, "net": "1000.00", "vat": "230.00"}]}


@pytest.fixture
def advance(invoice: dict[str, Any]) -> dict[str, Any]:
    """1,230.00 paid of an order of 12,300.00 at 23 %."""
    return {**invoice, "payment": dict(_PAID), "order": {"number": "Z/7"}}


@pytest.fixture
def final(invoice: dict[str, Any]) -> dict[str, Any]:
    """That order supplied, the advance taken off."""
    return {**invoice, "advances": [dict(_EARLIER)]}


def _amounts(part: Any) -> list[str]:
    return [str(part[name]["amount"]) for name in ("net", "vat", "gross")]


def _texts(model: CheckedModel, *names: str) -> list[str | None]:
    root = etree.fromstring(electronic_form(model))
    return [root.findtext(f".//{{*}}{name}") for name in names]


def test_an_advance_states_what_was_paid_and_the_tax_in_it(advance: dict[str, Any]) -> None:
    model = CheckedModel(AdvanceInvoiceSchema, advance)
    assert _amounts(model) == ["1000.00", "230.00", "1230.00"]
    assert _amounts(model["whole"]) == ["10000.00", "2300.00", "12300.00"]
    assert (str(model["payable"]["amount"]), str(model["paid"]["amount"])) == ("0.00", "1230.00")
    names = "RodzajFaktury", "P_6", "P_13_1", "P_14_1", "P_15", "Zaplacono", "WartoscZamowienia", "P_9AZ", "P_11VatZ"
    assert _texts(model, *names) == [
        "ZAL",
        "2026-11-20",
        "1000.00",
        "230.00",
        "1230.00",
        "1",
        "12300.00",
        "10000",
        "2300.00",
    ]
    assert _texts(model, "NrZamowienia", "FaWiersz", "FakturaZaliczkowa", "ZaliczkaCzesciowa") == [
        "Z/7",
        None,
        None,
        None,
    ]


def test_several_payments_stand_each_with_its_day(advance: dict[str, Any]) -> None:
    advance["payment"] = {
        "parts": [
            {"amount": "1000", "paid_on": "2026-11-20", "form": "transfer"},
            {"amount": "230", "paid_on": "2026-11-24", "form": "cash"},
        ]
    }
    root = etree.fromstring(electronic_form(CheckedModel(AdvanceInvoiceSchema, advance)))
    parts = [[leaf.text for leaf in part] for part in root.findall(".//{*}ZaliczkaCzesciowa")]
    assert parts == [["2026-11-20", "1000.00"], ["2026-11-24", "230.00"]]
    assert root.findtext(".//{*}P_6") is None
    assert root.findtext(".//{*}P_15") == "1230.00"


def test_a_payment_falls_on_the_rates_in_proportion_or_as_it_is_said(advance: dict[str, Any]) -> None:
    advance["lines"] = [line(price="100", rate=23), line(price="100", rate=8), line(price="100", rate="0")]
    advance["payment"]["paid_amount"] = "100.00"
    rows = CheckedModel(AdvanceInvoiceSchema, advance)["rates"]
    assert [(row["rate"], str(row["gross"]["amount"])) for row in rows] == [
        ("23", "37.16"),
        ("8", "32.63"),
        ("0 KR", "30.21"),
    ]
    rows = CheckedModel(AdvanceInvoiceSchema, {**advance, "by_rate": {"8": "95", "0": "5.00"}})["rates"]
    assert [(row["rate"], *_amounts(row)) for row in rows] == [
        ("8", "87.96", "7.04", "95.00"),
        ("0 KR", "5.00", "0.00", "5.00"),
    ]


def test_the_last_advance_names_the_earlier_ones_and_pays_the_rest(advance: dict[str, Any]) -> None:
    advance |= {"advances": [_EARLIER], "payment": {"paid_on": "2026-11-24", "paid_amount": "11070.00"}}
    model = CheckedModel(AdvanceInvoiceSchema, advance)
    assert _amounts(model["advanced"]) == ["1000.00", "230.00", "1230.00"]
    assert _texts(model, "P_15", "NrKSeFZN", "NrFaZaliczkowej", "P_6") == ["11070.00", "1", "FZ/1", None]
    advance["payment"]["paid_amount"] = "11070.01"
    with pytest.raises(InvalidInput, match=r"11070\.00 PLN that the order leaves") as caught:
        CheckedModel(AdvanceInvoiceSchema, advance)
    assert caught.value.field == "payment"


def test_an_advance_in_another_currency_has_the_rate_of_its_payment(advance: dict[str, Any]) -> None:
    advance |= {"currency": "EUR", "exchange": {"rate": "4.2192", "day": "2026-11-19"}}
    names = "P_14_1", "P_14_1W", "KursWalutyZ", "KursWaluty"
    assert _texts(CheckedModel(AdvanceInvoiceSchema, advance), *names) == ["230.00", "970.42", "4.2192", None]


def test_gross_prices_of_an_order_are_stated_net(advance: dict[str, Any]) -> None:
    advance |= {"prices": "gross", "lines": [line(price="0.99", quantity="3000")]}
    assert _texts(CheckedModel(AdvanceInvoiceSchema, advance), "P_9AZ", "P_11NettoZ", "P_11VatZ") == [
        "0.80487805",
        "2414.63",
        "555.37",
    ]


def test_a_final_invoice_takes_the_advances_off(final: dict[str, Any]) -> None:
    final["advances"].append({**_EARLIER, "number": "FZ/2", "ksef_number": _KSEF})
    model = CheckedModel(FinalInvoiceSchema, final)
    assert _amounts(model) == ["8000.00", "1840.00", "9840.00"]
    assert _amounts(model["whole"]) == ["10000.00", "2300.00", "12300.00"]
    assert _amounts(model["advanced"]) == ["2000.00", "460.00", "2460.00"]
    names = "RodzajFaktury", "P_13_1", "P_14_1", "P_15", "P_11", "NrFaZaliczkowej", "NrKSeFFaZaliczkowej"
    assert _texts(model, *names) == ["ROZ", "8000.00", "1840.00", "9840.00", "10000.00", "FZ/1", _KSEF]
    charge = model.charge()
    assert charge is not None
    assert str(charge.payable) == "9840.00"


def test_advances_of_everything_leave_nothing_to_pay(final: dict[str, Any]) -> None:
    final["advances"][0]["rates"] = [{"rate": 23, "net": "10000.00", "vat": "2300.00"}]
    final["payment"] = {}
    model = CheckedModel(FinalInvoiceSchema, final)
    assert _amounts(model) == ["0.00", "0.00", "0.00"]
    assert _texts(model, "P_15", "P_13_1") == ["0.00", "0.00"]


def test_the_rest_may_be_paid_in_part_as_well(final: dict[str, Any]) -> None:
    final["payment"] |= {"paid_on": "2026-11-24", "paid_amount": "1000"}
    assert str(CheckedModel(FinalInvoiceSchema, final)["payable"]["amount"]) == "10070.00"


def test_the_limit_of_split_payment_is_held_against_the_whole_supply(final: dict[str, Any]) -> None:
    final["lines"] = [line(price="13000", annex_15=True)]
    model = CheckedModel(FinalInvoiceSchema, final)
    assert (str(model["gross"]["amount"]), model["split_payment"]) == ("14760.00", True)


@pytest.mark.parametrize(
    ("path", "value", "field"),
    [
        ("payment", {}, "payment.paid_on"),
        ("payment", {"due_date": "2026-12-08"}, "payment.paid_on"),
        ("payment", {"paid_on": "2026-11-20"}, "payment.paid_amount"),
        ("payment.paid_on", "2026-11-25", "payment.paid_on"),
        ("payment.paid_amount", "12300.01", "payment"),
        ("payment.paid_amount", "1.005", "payment.paid_amount"),
        ("by_rate", {"23": "1229.99"}, "by_rate"),
        ("by_rate", {"23": "1230.00", "8": "0.01"}, "by_rate.8"),
        ("by_rate", {"19": "1230.00"}, "by_rate.19.key"),
        ("sale_date", "2026-11-20", "sale_date"),
        ("period", {"first": "2026-11-01", "last": "2026-11-30"}, "period"),
        ("lines.0.rate", "0 WDT", "lines.0.rate"),
        ("lines", [], "lines"),
        ("order", {"date": "2026-11-02"}, "order.number"),
        ("advances", [_EARLIER, _EARLIER], "advances.1.number"),
        ("advances", [{**_EARLIER, "issue_date": "2026-11-25"}], "advances.0.issue_date"),
        ("advances", [{**_EARLIER, "ksef_number": "x"}], "advances.0.ksef_number"),
        ("advances", [{"number": "FZ/1"}], "advances.0.issue_date"),
    ],
)
def test_an_advance_that_contradicts_itself_is_refused_with_the_field(
    advance: dict[str, Any], path: str, value: object, field: str
) -> None:
    advance["lines"] = [line()]
    put(advance, path, value)
    with pytest.raises(InvalidInput) as caught:
        CheckedModel(AdvanceInvoiceSchema, advance)
    assert caught.value.field == field


def test_payments_in_another_currency_have_each_their_rate(advance: dict[str, Any]) -> None:
    part = {"amount": "100", "paid_on": "2026-11-20", "form": "transfer"}
    advance |= {"currency": "EUR", "exchange": {"rate": "4.2", "day": "2026-11-19"}, "payment": {"parts": [part, part]}}
    with pytest.raises(InvalidInput) as caught:
        CheckedModel(AdvanceInvoiceSchema, advance)
    assert caught.value.field == "payment.parts"


@pytest.mark.parametrize(
    ("path", "value", "field"),
    [
        ("advances", [], "advances"),
        ("advances.0.rates", [], "advances.0.rates"),
        ("advances.0.rates.0.rate", 8, "advances.0.rates.0.rate"),
        ("advances.0.rates.0.rate", 19, "advances.0.rates.0.rate"),
        ("advances.0.rates.0.vat", "23.00", "advances.0.rates.0.vat"),
        ("advances.0.rates.0.net", "-1", "advances.0.rates.0.net"),
        ("advances.0.rates.0.net", "1000.001", "advances.0.rates.0.net"),
        ("advances.0.rates", [{"rate": 23, "net": "10000.01", "vat": "2300.00"}], "advances"),
        ("advances.0.rates", [_EARLIER["rates"][0], _EARLIER["rates"][0]], "advances.0.rates.1.rate"),
        ("payment.due_date", None, "payment.due_date"),
        ("advances.0.colour", "red", "advances.0.colour"),
    ],
)  # type: ignore[index]
def test_a_final_invoice_that_contradicts_itself_is_refused_with_the_field(
    final: dict[str, Any], path: str, value: object, field: str
) -> None:
    final["advances"] = [{**_EARLIER, "rates": [dict(_EARLIER["rates"][0])]}]  # type: ignore[call-overload]
    put(final, path, value)
    with pytest.raises(InvalidInput) as caught:
        CheckedModel(FinalInvoiceSchema, final)
    assert caught.value.field == field


@pytest.mark.parametrize(
    ("kind", "old", "new", "field"),
    [
        ("final", "<P_15>11070.00", "<P_15>12300.00", "Fa/P_15"),
        ("final", "<FakturaZaliczkowa>", "<!--", "Fa/FakturaZaliczkowa"),
        ("advance", "<P_15>1230.00", "<P_15>1230.01", "Fa/P_15"),
        ("advance", "<WartoscZamowienia>12300.00", "<WartoscZamowienia>1229.99", "Fa/P_15"),
    ],
)
def test_a_document_that_contradicts_itself_names_the_element(
    advance: dict[str, Any], final: dict[str, Any], kind: str, old: str, new: str, field: str
) -> None:
    schema, model = (FinalInvoiceSchema, final) if kind == "final" else (AdvanceInvoiceSchema, advance)
    xml = electronic_form(CheckedModel(schema, model)).decode()
    assert old in xml
    broken = xml.replace(old, new, 1).replace(
        "</FakturaZaliczkowa>", "-->" if new == "<!--" else "</FakturaZaliczkowa>"
    )
    with pytest.raises(InvalidInput) as caught:
        check_fa3(broken.encode())
    assert caught.value.field == field


def test_ubl_of_an_advance_is_a_prepayment_and_of_the_rest_names_it(final: dict[str, Any]) -> None:
    paid = abroad(payment={"paid_on": "2026-10-20", "paid_amount": "123.00"}, sale_date=None, order={"number": "Z/7"})
    root = etree.fromstring(ubl_xml(CheckedModel(AdvanceInvoiceSchema, paid)))
    names = "InvoiceTypeCode", "OrderReference/{*}ID", "InvoiceLine/{*}LineExtensionAmount"
    assert [root.findtext(f"{{*}}{name}") for name in names] == ["386", "Z/7", "100.00"]
    root = etree.fromstring(ubl_xml(CheckedModel(FinalInvoiceSchema, {**final, "prices": "gross"})))
    lines = root.findall("{*}InvoiceLine")
    assert [row.findtext("{*}LineExtensionAmount") for row in lines] == ["8130.08", "-1000.00"]
    assert root.findtext("{*}BillingReference/{*}InvoiceDocumentReference/{*}ID") == "FZ/1"
    assert root.findtext("{*}LegalMonetaryTotal/{*}PayableAmount") == "8770.00"


_RATES = ["23", "8", "5", "0 KR"]


@given(
    lines=st.lists(st.tuples(st.integers(1, 10**6), st.sampled_from(_RATES)), min_size=1, max_size=5),
    parts=st.lists(st.integers(1, 100), min_size=1, max_size=4),
    prices=st.sampled_from(["net", "gross"]),
)
def test_advances_and_the_rest_are_the_order_to_the_cent(
    lines: Sequence[tuple[int, str]], parts: Sequence[int], prices: str
) -> None:
    goods = [line(price=str(Decimal(cents) / 100), rate=rate) for cents, rate in lines]
    sample = {**kinds()["final_invoice"].sample(), "prices": prices, "lines": goods}
    advances: list[dict[str, Any]] = []
    whole = None
    for number, percent in enumerate(parts, 1):
        # each pays some percent of what the order is worth, while so much is left
        model = {**sample, "advances": advances, "sale_date": None, "number": f"FZ/{number}"}
        left = CheckedModel(AdvanceInvoiceSchema, {**model, "payment": _one("0.01")}) if whole is None else None
        whole = left["whole"]["gross"]["amount"] if left else whole
        assert whole is not None
        paid = sum((row["net"] + row["vat"] for one in advances for row in one["sums"]), Decimal(0))
        amount = (whole * percent / 100).quantize(Decimal("0.01"))
        if not 0 < amount <= whole - paid:
            continue
        checked = CheckedModel(AdvanceInvoiceSchema, {**_named(model), "payment": _one(str(amount))})
        electronic_form(checked)
        sums = [
            {"rate": row["rate"], "net": row["net"]["amount"], "vat": row["vat"]["amount"]} for row in checked["rates"]
        ]
        advances.append({"number": f"FZ/{number}", "issue_date": "2026-11-24", "sums": sums})
    if not advances:
        return
    final = CheckedModel(FinalInvoiceSchema, _named({**sample, "advances": advances}))
    electronic_form(final)
    for row in final["whole"]["rates"]:
        taken = [one for each in advances for one in each["sums"] if one["rate"] == row["rate"]]
        [rest] = [one for one in final["rates"] if one["rate"] == row["rate"]]
        for name in ("net", "vat"):
            assert sum((one[name] for one in taken), rest[name]["amount"]) == row[name]["amount"]
        assert rest["gross"]["amount"] >= 0
    etree.fromstring(ubl_xml(final))


def _one(amount: str) -> dict[str, str]:
    return {"paid_on": "2026-11-24", "paid_amount": amount}


def _named(model: dict[str, Any]) -> dict[str, Any]:
    """With the sums of the advances as a model takes them."""
    return {
        **model,
        "advances": [
            {**{name: one[name] for name in ("number", "issue_date")}, "rates": [dict(row) for row in one["sums"]]}
            for one in model["advances"]
        ],
    }
