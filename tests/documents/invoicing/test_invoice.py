from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from documents.kinds.proforma.model import ProformaSchema
from documents.kinds.vat_invoice.model import InvoiceSchema
from documents.model import CheckedModel
from engine.errors import InvalidInput
from tests.documents.conftest import SELLER_IBAN, line, put


def _amounts(model: dict[str, Any]) -> tuple[str, ...]:
    return tuple(str(model[name]["amount"]) for name in ("net", "vat", "gross"))


def test_an_invoice_adds_up(invoice: dict[str, Any]) -> None:
    model = CheckedModel(InvoiceSchema, invoice)
    assert _amounts(model) == ("10000.00", "2300.00", "12300.00")
    assert model["rates"][0]["rate"] == "23"
    assert model["payment"]["account"]["iban"] == SELLER_IBAN
    assert model["seller"]["tax_id"] == "1234563218"
    assert model["payable"] == model["gross"]
    assert model["as_of"] == invoice["issue_date"]


@pytest.mark.parametrize(
    ("prices", "method", "amounts"),
    [
        ("net", "sum", ("0.99", "0.23", "1.22")),
        ("net", "lines", ("0.99", "0.24", "1.23")),
        ("gross", "sum", ("0.80", "0.19", "0.99")),
        ("gross", "lines", ("0.81", "0.18", "0.99")),
    ],
)
def test_the_chosen_method_counts(invoice: dict[str, Any], prices: str, method: str, amounts: tuple[str, ...]) -> None:
    invoice |= {"prices": prices, "vat_method": method, "lines": [line(price="0.33")] * 3}
    model = CheckedModel(InvoiceSchema, invoice)
    assert _amounts(model) == amounts
    assert all((row["vat"] is not None) == (method == "lines") for row in model["lines"])


def test_rates_stand_apart_in_the_order_of_the_law(invoice: dict[str, Any]) -> None:
    invoice["lines"] = [line(rate=rate, price="100") for rate in (5, "0", 23, "8", "23")]
    rows = CheckedModel(InvoiceSchema, invoice)["rates"]
    assert [(row["rate"], str(row["net"]["amount"])) for row in rows] == [
        ("23", "200.00"),
        ("8", "100.00"),
        ("5", "100.00"),
        ("0 KR", "100.00"),
    ]


@pytest.mark.parametrize(
    ("discount", "value"), [({"discount": "1.50"}, "98.50"), ({"discount_percent": "33.3333"}, "66.67"), ({}, "100.00")]
)
def test_a_discount_lowers_the_line(invoice: dict[str, Any], discount: dict[str, str], value: str) -> None:
    invoice["lines"] = [line(price="100", **discount)]
    [row] = CheckedModel(InvoiceSchema, invoice)["lines"]
    assert str(row["value"]["amount"]) == value
    assert (row["discount"] is None) == (not discount)


def test_tax_in_euro_is_stated_in_pln_per_rate(invoice: dict[str, Any]) -> None:
    invoice |= {
        "currency": "EUR",
        "exchange": {"rate": "4.3213", "day": "2024-04-30"},
        "lines": [line(price="1000"), line(price="100", rate=8)],
    }
    model = CheckedModel(InvoiceSchema, invoice)
    assert [str(row["vat_pln"]["amount"]) for row in model["rates"]] == ["993.90", "34.57"]
    assert model["vat_pln"] == {"currency": "PLN", "amount": Decimal("1028.47")}
    assert model["payment"]["account"]["currency"] == "EUR"


def test_a_paid_invoice_has_nothing_to_pay(invoice: dict[str, Any]) -> None:
    invoice["payment"] = {"form": "card", "paid_on": "2026-11-24"}
    model = CheckedModel(InvoiceSchema, invoice)
    assert model["payable"]["amount"] == 0
    assert model["gross"]["amount"] == Decimal("12300.00")


def test_a_proforma_has_no_electronic_form(invoice: dict[str, Any]) -> None:
    assert CheckedModel(ProformaSchema, invoice)["electronic"] is None
    assert CheckedModel(InvoiceSchema, invoice)["electronic"] == "fa3"
    assert CheckedModel(InvoiceSchema, {**invoice, "ksef": {"mode": "outside"}})["electronic"] is None


@pytest.mark.parametrize(
    ("country", "given", "kept"),
    [
        ("PL", "774-00-01-454", "7740001454"),
        ("DE", "136695976", "DE136695976"),
        ("DE", "DE 136 695 976", "DE136695976"),
        ("GR", "EL094259216", "EL094259216"),
        ("US", "91-1144442", "911144442"),
    ],
)
def test_tax_numbers_are_kept_in_one_form(invoice: dict[str, Any], country: str, given: str, kept: str) -> None:
    invoice["buyer"] |= {"country": country, "tax_id": given}
    assert CheckedModel(InvoiceSchema, invoice)["buyer"]["tax_id"] == kept


def test_a_consumer_needs_neither_number_nor_address(invoice: dict[str, Any]) -> None:
    invoice["buyer"] = {"name": "Jan Kowalski", "kind": "consumer"}
    assert CheckedModel(InvoiceSchema, invoice)["buyer"]["tax_id"] is None


@pytest.mark.parametrize(
    ("path", "value", "field"),
    [
        ("seller.tax_id", "1234563219", "seller.tax_id"),
        ("seller.accounts.0.iban", "PL61109010140000071219812875", "seller.accounts.0.iban"),
        ("buyer.tax_id", "5260250275", "buyer.tax_id"),
        ("buyer.tax_id", None, "buyer.tax_id"),
        ("buyer.country", "DE", "buyer.tax_id"),
        ("buyer.country", "Polska", "buyer.country"),
        ("buyer.address", [], "buyer.address"),
        ("buyer.kind", "consumer", "buyer.tax_id"),
        ("buyer.colour", "red", "buyer.colour"),
        ("lines", [], "lines"),
        ("lines.0.price", 10.5, "lines.0.price"),
        ("lines.0.price", "-1", "lines.0.price"),
        ("lines.0.price", "0.123456789", "lines.0.price"),
        ("lines.0.quantity", "0.1234567", "lines.0.quantity"),
        ("lines.0.rate", 19, "lines.0.rate"),
        ("lines.0.rate", "np", "lines.0.rate"),
        ("lines.0.discount", "10000.01", "lines.0.discount"),
        ("lines.0.discount", "0.001", "lines.0.discount"),
        ("lines.0.gtu", "GTU_14", "lines.0.gtu"),
        ("issue_date", "2026-02-30", "issue_date"),
        ("issued_at", "yesterday", "issued_at"),
        ("currency", "EUR", "exchange"),
        ("currency", "KWD", "currency"),
        ("exchange", {"rate": "1", "day": "2026-11-23"}, "exchange"),
        ("payment.due_date", None, "payment.due_date"),
        ("payment.account", {"iban": SELLER_IBAN, "currency": "EUR"}, "payment.account"),
        ("seller.accounts", [], "payment.account"),
        ("period", {"first": "2026-11-30", "last": "2026-11-01"}, "period.last"),
        ("ksef", {"number": "5265877635-20250826-0100001AF629-AE"}, "ksef.number"),
        ("expected", {"gross": "12300.01"}, "expected.gross"),
        ("expected", {"vat": "2299.99"}, "expected.vat"),
        ("expected", {"net": "10000.001"}, "expected.net"),
        ("number", "", "number"),
        ("lines.0.description", "a\ufffe", "lines.0.description"),
        ("lines.0", line(quantity="1000000000", price="99999999999.99"), "gross"),
    ],
)
def test_bad_input_names_the_field(invoice: dict[str, Any], path: str, value: object, field: str) -> None:
    put(invoice, path, value)
    with pytest.raises(InvalidInput) as caught:
        CheckedModel(InvoiceSchema, invoice)
    assert caught.value.field == field
    assert str(caught.value).startswith(f"{field}: ")


def test_sale_date_and_period_exclude_each_other(invoice: dict[str, Any]) -> None:
    invoice |= {"sale_date": "2026-11-20", "period": {"first": "2026-11-01", "last": "2026-11-30"}}
    with pytest.raises(InvalidInput, match="period"):
        CheckedModel(InvoiceSchema, invoice)


def test_a_line_has_one_discount(invoice: dict[str, Any]) -> None:
    put(invoice, "lines.0", line(discount="1", discount_percent="1"))
    with pytest.raises(InvalidInput, match="discount_percent"):
        CheckedModel(InvoiceSchema, invoice)


def test_totals_that_another_system_expects_may_be_right(invoice: dict[str, Any]) -> None:
    invoice["expected"] = {"net": "10000", "vat": "2300.00", "gross": "12300.0"}
    assert CheckedModel(InvoiceSchema, invoice)["gross"]["amount"] == Decimal("12300.00")
